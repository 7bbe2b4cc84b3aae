"""The outside lines as admins see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.calls.actions import (
    AddToDuty,
    ChooseDepartment,
    ClearRouting,
    ListLines,
    NameLine,
    OpenLine,
    SetHours,
    TakeOffDuty,
)
from bot.kit.lists import page_at
from bot.talk.menu import TO_MENU, back
from core.calls.lines import Line
from core.chat.phrases import Listing, Phrase, Text, phrase
from core.chat.screens import Button, Facts, Row, Screen, screen
from core.chat.screens import Line as Spans
from core.people.person import Department, Person
from core.unit_of_work import UnitOfWork

PAGE = 8


def lines_screen(uow: UnitOfWork, lines: Sequence[Line], page: int) -> Screen:
    """A page of the lines, each with who is told of it."""
    here = page_at(page, PAGE, len(lines))
    title = phrase("☎️ Telephone lines")
    if not lines:
        return screen(title, phrase("No line is known yet. A line appears here with its first call."), rows=(TO_MENU,))
    rows: list[Row] = [
        (Button(phrase("{line} → {who}", line=line.label, who=_told(uow, line)), OpenLine(line.id)),)
        for line in here.of(lines)
    ]
    rows += [*here.turns(ListLines), TO_MENU]
    hint = phrase("Choose a line to say who is told of its missed calls.")
    return screen(title, hint, *here.where(), rows=tuple(rows))


def line_screen(uow: UnitOfWork, line: Line) -> Screen:
    """One line: who is told, when, and what can be changed."""
    hours: Text = phrase("round the clock")
    if line.opens is not None and line.closes is not None:
        hours = phrase("working days, {opens}–{closes}", opens=line.opens, closes=line.closes)
    facts: list[tuple[Text, Spans]] = [
        (phrase("Missed calls are told to"), (_told(uow, line),)),
        (phrase("Answered"), (hours,)),
    ]
    if line.title:
        facts.append((phrase("In the exchange"), (line.name,)))
    duty: list[Row] = [
        (Button(phrase("✕ Take {name} off duty", name=person.name), TakeOffDuty(line.id, person.id)),)
        for person in _duty(uow, line)
    ]
    rows: list[Row] = [
        (
            Button(phrase("🏢 Department"), ChooseDepartment(line.id)),
            Button(phrase("➕ On duty"), AddToDuty(line.id)),
        ),
        *duty,
        (Button(phrase("🕘 Hours"), SetHours(line.id)), Button(phrase("✏️ Name"), NameLine(line.id))),
    ]
    if line.routed:
        rows.append((Button(phrase("👥 Tell all managers instead"), ClearRouting(line.id)),))
    rows.append((back(ListLines()),))
    return screen(phrase("☎️ Line {line}", line=line.label), Facts(tuple(facts)), rows=tuple(rows))


def _told(uow: UnitOfWork, line: Line) -> Phrase:
    department = None if line.department_id is None else uow.get(Department, line.department_id)
    names = [*([department.name] if department else []), *(person.name for person in _duty(uow, line))]
    return phrase("{names}", names=Listing(tuple(names))) if names else phrase("all managers")


def _duty(uow: UnitOfWork, line: Line) -> list[Person]:
    return [person for key in line.duty if (person := uow.get(Person, key)) is not None and person.active]
