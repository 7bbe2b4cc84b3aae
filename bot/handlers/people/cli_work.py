"""`kollega people import` and `kollega people list`, beside a running bot or without one; who is meant by a word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import typer

from bot.handlers.people.cli_report import report_lines
from bot.run.shell import CommandError, Shell
from core.alike import as_read
from core.chat.phrases import phrase
from core.people.directory import FindPeople, PeopleRecords, clear_match
from core.people.import_alike import Alike
from core.people.import_plan import WholeStaff
from core.people.importing import do_import
from core.people.person import Person
from core.people.roster import read_roster
from core.phones import e164
from core.spreadsheets.table import LARGEST_FILE
from core.unit_of_work import UnitOfWork

_LIST = "`kollega people list`"
_NAMED = 5
"""People named when a search finds several."""


def import_file(shell: Shell, path: Path, *, dry_run: bool, alike: str = Alike.TELL) -> int:
    """Imports a people file and prints what became of it; 1 when anything in the file could not be taken over."""
    with path.open("rb") as file:
        roster = read_roster(file.read(LARGEST_FILE + 1))
    own = shell.settings.own_accounts()
    report = shell.transact(lambda uow: do_import(uow, roster, dry_run=dry_run, alike=Alike(alike), own=own))
    typer.echo("\n".join(report_lines(report, shell.house.languages(), dry_run=dry_run)))
    return 1 if report.faults or report.doubts else 0


def listing(shell: Shell) -> str:
    """Everybody as one JSON list, for other programs."""
    records = shell.transact(lambda uow: uow.ask(PeopleRecords()))
    return json.dumps(records, ensure_ascii=False, indent=1)


def person_named(uow: UnitOfWork, wanted: str) -> Person:
    """The one person with exactly this external id, e-mail, phone or name, also one who has left.

    Raises `CommandError` for nobody or several.
    """
    exact = _exactly(uow, wanted.strip())
    name = sorted(as_read(wanted).split())
    exact = exact or [
        person
        for person in uow.ask(WholeStaff()).people
        if name in (sorted(as_read(person.full_name).split()), sorted(as_read(person.name).split()))
    ]
    return exact[0] if len(exact) == 1 else _refuse(wanted, exact)


def person_meant(uow: UnitOfWork, wanted: str) -> Person:
    """The one person with this external id, e-mail, phone, or something like this name.

    Raises `CommandError` for nobody or several.
    """
    wanted = wanted.strip()
    exact = _exactly(uow, wanted)
    if len(exact) == 1:
        return exact[0]
    found = uow.ask(FindPeople(wanted)) if not exact else ()
    clear = clear_match(found)
    return clear.person if clear is not None else _refuse(wanted, exact or [one.person for one in found])


def _exactly(uow: UnitOfWork, wanted: str) -> list[Person]:
    everybody = uow.ask(WholeStaff()).people
    exact = [person for person in everybody if person.external_id == wanted]
    return exact or [person for person in everybody if _reached_at(person, wanted)]


def _refuse(wanted: str, people: Sequence[Person]) -> NoReturn:
    if not people:
        raise CommandError(phrase("nobody is found for “{text}”; see {command}", text=wanted, command=_LIST))
    names = ", ".join(f"{person.full_name} ({person.external_id or '–'})" for person in people[:_NAMED])
    raise CommandError(
        phrase("“{text}” may mean {names}; say the external id, e-mail or phone", text=wanted, names=names)
    )


def _reached_at(person: Person, wanted: str) -> bool:
    email = person.email.casefold()
    return (email != "" and email == wanted.casefold()) or (person.phone is not None and person.phone == e164(wanted))
