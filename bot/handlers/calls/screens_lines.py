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
from bot.handlers.calls.screens_rules import to_rules
from bot.kit.lists import page_at
from bot.talk.menu import TO_MENU, back, question_screen
from core.calls.lines import Line, Lines, Silence, UnheardLines, silence_of
from core.chat.blocks import Facts
from core.chat.blocks import Line as Spans
from core.chat.phrases import Listing, Phrase, Text, phrase
from core.chat.screens import Button, Row, Screen, paragraph, screen
from core.people.person import Department, Person
from core.unit_of_work import UnitOfWork

PAGE = 8


def lines_screen(uow: UnitOfWork, lines: Sequence[Line], page: int) -> Screen:
    """A page of the lines, each with who is told of it."""
    here = page_at(page, PAGE, len(lines))
    title = phrase("☎️ Telephone lines")
    if not lines:
        return screen(title, phrase("No line is known yet. A line appears here with its first call."), rows=(TO_MENU,))
    unheard = {line.id for line in uow.ask(UnheardLines())}
    rows: list[Row] = [(_opens(uow, line, line.id in unheard),) for line in here.of(lines)]
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
        (to_rules(line),),
    ]
    if line.routed:
        rows.append((Button(phrase("👥 Tell all managers instead"), ClearRouting(line.id)),))
    rows.append((back(ListLines()),))
    unheard = any(one.id == line.id for one in uow.ask(UnheardLines()))
    wrong = [paragraph("⚠️ ", fault) for fault in line_faults(uow, line, unheard=unheard)]
    return screen(phrase("☎️ Line {line}", line=line.label), Facts(tuple(facts)), *wrong, rows=tuple(rows))


def line_faults(uow: UnitOfWork, line: Line, *, unheard: bool) -> list[Phrase]:
    """What is wrong with a line, a sentence each. `unheard`: no call has ever come or gone over it."""
    name = line.label
    faults: list[Phrase] = []
    match silence_of(uow, line):
        case Silence.TO_MANAGERS:
            faults.append(
                phrase("Line {line}: nobody it is meant for can be reached, so the managers are told", line=name)
            )
        case Silence.TO_ADMINS:
            faults.append(phrase("Line {line}: no manager can be reached, so the admins are told", line=name))
        case Silence.TO_NOBODY:
            faults.append(phrase("Line {line}: nobody at all can be reached", line=name))
    if unheard:
        faults.append(phrase("Line {line}: not a single call so far. Is it called so in the exchange?", line=line.name))
    return faults


def faults_of_lines(uow: UnitOfWork) -> list[Phrase]:
    """What is wrong with all of them."""
    unheard = {line.id for line in uow.ask(UnheardLines())}
    return [fault for line in uow.ask(Lines()) for fault in line_faults(uow, line, unheard=line.id in unheard)]


def _opens(uow: UnitOfWork, line: Line, unheard: bool) -> Button:
    who = _told(uow, line)
    if line_faults(uow, line, unheard=unheard):
        return Button(phrase("⚠️ {line} → {who}", line=line.label, who=who), OpenLine(line.id))
    return Button(phrase("{line} → {who}", line=line.label, who=who), OpenLine(line.id))


def sure_off_duty_screen(line: Line, person: Person) -> Screen:
    """Asks before somebody hears of a line no more."""
    question = phrase("Take {name} off duty for {line}?", name=person.name, line=line.label)
    about = phrase("{name} is not told of its missed calls any more.", name=person.name)
    yes = Button(phrase("✕ Take off duty"), TakeOffDuty(line.id, person.id, sure=True))
    return question_screen(question, about, yes=yes, no=OpenLine(line.id))


def sure_to_clear_screen(line: Line) -> Screen:
    """Asks before all who are told of a line are removed."""
    question = phrase("Remove everybody who is told of {line}?", line=line.label)
    about = phrase("All managers are told of its missed calls instead.")
    yes = Button(phrase("👥 Tell all managers"), ClearRouting(line.id, sure=True))
    return question_screen(question, about, yes=yes, no=OpenLine(line.id))


def _told(uow: UnitOfWork, line: Line) -> Phrase:
    department = None if line.department_id is None else uow.get(Department, line.department_id)
    names = [*([department.name] if department else []), *(person.name for person in _duty(uow, line))]
    return phrase("{names}", names=Listing(tuple(names))) if names else phrase("all managers")


def _duty(uow: UnitOfWork, line: Line) -> list[Person]:
    return [person for key in line.duty if (person := uow.get(Person, key)) is not None and person.active]
