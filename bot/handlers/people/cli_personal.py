"""`kollega people export` and `kollega people erase`: what is kept of a person, given out or taken away."""

from __future__ import annotations

import json
import os
from pathlib import Path

import typer

from bot.handlers.people.cli_work import person_named
from bot.run.shell import CommandError, Shell
from core.chat.phrases import phrase, plural
from core.people.person import Person
from core.personal import Holds, Rows, check_erases, do_erase, do_export
from core.unit_of_work import Refused, UnitOfWork


def export_person(shell: Shell, wanted: str, file: Path) -> str:
    """Writes everything that is kept of a person, only for the reader of this command; a sentence about it."""
    if file.exists():
        raise CommandError(phrase("{file} is there already; choose another name with --out", file=str(file)))
    holds = shell.house.plugged(Holds)

    def work(uow: UnitOfWork) -> tuple[str, dict[str, Rows]]:
        person = person_named(uow, wanted)
        return person.full_name, do_export(uow, holds, person)

    name, found = shell.transact(work)
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text + "\n")
    count = sum(map(len, found.values()))
    told = plural(
        "{file} holds what is kept of {name}: {n} row.",
        "{file} holds what is kept of {name}: {n} rows.",
        n=count,
        file=str(file.absolute()),
        name=name,
    )
    return shell.house.languages().say(told)


def erase_person(shell: Shell, wanted: str, *, sure: bool) -> str:
    """Erases a person who is not active; asks first unless `sure`; a sentence about it."""
    holds, say = shell.house.plugged(Holds), shell.house.languages().say

    def find(uow: UnitOfWork) -> tuple[int, str]:
        person = person_named(uow, wanted)
        check_erases(person)
        return person.id, person.full_name

    def erase(uow: UnitOfWork) -> None:
        person = uow.get(Person, person_id)
        if person is not None:
            do_erase(uow, holds, person)

    try:
        person_id, name = shell.transact(find)
        question = phrase("Erase all that is kept of {name}? This cannot be undone.", name=name)
        if not sure and not _agreed(say(question)):
            raise CommandError(phrase("nothing was erased"))
        shell.transact(erase)
    except Refused as refused:
        raise CommandError(refused.reason) from None
    return say(phrase("{name} is erased. Backups still hold what was kept.", name=name))


def _agreed(question: str) -> bool:
    """Whether somebody said yes; nobody did where nobody is asked, as in a script."""
    try:
        return typer.confirm(question)
    except typer.Abort:
        return False
