"""`kollega invite`: a link and a one-time code for each person, printed or as a table for a mailing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.handlers.people.cli_work import person_meant
from bot.kit.naming import messenger_title
from bot.kit.sheets import Column, Table, write_csv
from bot.run.shell import CommandError, Shell
from bot.talk.language import Speech
from core.alike import as_read
from core.chat.networks import link_to
from core.chat.phrases import Text, phrase, plural
from core.chat.translate import text_in
from core.people.bots import Entrance, entrances_for
from core.people.import_plan import Staff, WholeStaff
from core.people.linking import do_issue_code
from core.people.person import Department, Person
from core.unit_of_work import Refused, UnitOfWork

INVITATION_LASTS = timedelta(days=1)
"""An invitation is often read the next morning."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The code of one person, and where it can be given."""

    name: str
    department: str
    code: str
    ways: tuple[Entrance, ...]


def invite(shell: Shell, wanted: Sequence[str], department: str, table: Path | None) -> str:
    """Makes the invitations; what there is to print. Codes that were given before stay good."""
    language = shell.house.languages()
    if table is not None and table.exists():
        raise CommandError(phrase("{file} is there already; choose another name with --csv", file=str(table)))

    def work(uow: UnitOfWork) -> tuple[Invitation, ...]:
        return tuple(_invitation(uow, person) for person in _invited(uow, wanted, department))

    try:
        made = shell.transact(work)
    except Refused as refused:
        raise CommandError(refused.reason) from None
    if table is not None:
        _write(table, write_csv(language, _table(made, language)))
        told = plural(
            "{file} holds {n} invitation; only you can read it.",
            "{file} holds {n} invitations; only you can read it.",
            n=len(made),
            file=str(table),
        )
        return language.say(told)
    chat = shell.settings.section("web")
    web = f"http://{chat.host}:{chat.port}/" if chat.chat else None
    return "\n\n".join("\n".join(_lines(one, web, language)) for one in made)


def _invited(uow: UnitOfWork, wanted: Sequence[str], department: str) -> Iterator[Person]:
    """Those who are named, each once, and those of the department who have no account."""
    if not wanted and not department:
        raise CommandError(phrase("say who is invited: people, or --department"))
    found = {person.id: person for person in (person_meant(uow, one) for one in wanted)}
    if department:
        staff = uow.ask(WholeStaff())
        below, linked = _with_those_below(staff, department), {account.person_id for account in staff.accounts}
        for person in staff.people:
            if person.active and person.department_id in below and person.id not in linked:
                found[person.id] = person
        if not found:
            raise CommandError(phrase("everybody in “{name}” has an account already", name=department))
    yield from found.values()


def _with_those_below(staff: Staff, name: str) -> set[int]:
    """The department that is called so, with all that are parts of it."""
    chosen = {one.id for one in staff.departments if as_read(one.name) == as_read(name)}
    if not chosen:
        raise CommandError(phrase("there is no department “{name}”", name=name))
    while more := {one.id for one in staff.departments if one.parent_id in chosen} - chosen:
        chosen |= more
    return chosen


def _invitation(uow: UnitOfWork, person: Person) -> Invitation:
    department = None if person.department_id is None else uow.get(Department, person.department_id)
    return Invitation(
        name=person.full_name,
        department="" if department is None else department.name,
        code=do_issue_code(uow, person, INVITATION_LASTS),
        ways=entrances_for(uow, person),
    )


def _lines(one: Invitation, web: str | None, language: Speech) -> Iterator[str]:
    """An invitation as it can be sent on."""
    yield one.name
    yield language.say(phrase("Code: {code} (works once, for a day)", code=one.code))
    for way in one.ways:
        link = _link(way, one.code)
        if link is not None:
            title = text_in(messenger_title(way.messenger), language)
            yield f"{title}: {text_in(_what_to_do(link, one.code), language)}"
    if web is not None:
        yield language.say(phrase("Web chat, on the machine of the bot: {link}", link=web))
    if web is None and not any(way.address for way in one.ways):
        yield language.say(
            phrase("Links are known once the bot has run in a messenger where this person has no account.")
        )


def _what_to_do(link: str, code: str) -> Text:
    return link if code in link else phrase("{link}, and send the code there", link=link)


def _link(way: Entrance, code: str) -> str | None:
    return None if way.address is None else link_to(way.address, code)


def _table(made: Sequence[Invitation], language: Speech) -> Table:
    names = sorted({way.messenger for one in made for way in one.ways if way.address})
    titles: list[Text] = [phrase("Name"), phrase("Department"), phrase("Code"), *map(messenger_title, names)]
    rows = []
    for one in made:
        links = {way.messenger: _link(way, one.code) for way in one.ways}
        rows.append((one.name, one.department, one.code, *(links.get(name) for name in names)))
    return Table(
        title=phrase("Invitations"), columns=[Column(title) for title in titles], rows=rows, as_of=datetime.now(UTC)
    )


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
