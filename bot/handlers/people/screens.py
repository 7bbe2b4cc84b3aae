"""What is shown of people: lists and cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.handlers.people.actions import (
    CorrectCard,
    FoundIn,
    OpenDepartment,
    OpenFoundPerson,
    OpenMatches,
    OpenPeople,
    OpenRoles,
    OpenTeam,
    SetActive,
)
from bot.kit.lists import ListPage, page_at
from bot.talk.menu import TO_MENU, OpenMenu, OpenPerson, back_row
from core.chat.actions import Action
from core.chat.blocks import Block, Bold, Facts, Heading, Line, Paragraph, Phone
from core.chat.phrases import Command, Phrase, Text, phrase, plural
from core.chat.screens import Button, CopyText, Row, Screen, paragraph, screen
from core.people.directory import DepartmentSize, Found
from core.people.endpoints import endpoints_of
from core.people.person import Department, Person
from core.people.wording import About
from core.phones import pretty

PAGE = 8
"""People on one page of a list."""
_FEW = 5
"""People among whom one looks for somebody without narrowing the search."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that the card of a person shows. `reports` is a number of people."""

    person: Person
    department: Department | None
    manager: Person | None
    reports: int


def people_screen(departments: Sequence[DepartmentSize], page: int) -> Screen:
    """The way into the directory: how to search, and the departments."""
    here = page_at(page, PAGE, len(departments))
    rows = [
        (Button(phrase("{name} · {n}", name=department.name, n=department.people), OpenDepartment(department.id)),)
        for department in here.of(departments)
    ]
    hint = phrase(
        "Write a name as you remember it, alone or in a sentence: "
        "I understand typos, initials, extensions and departments."
    )
    turn = here.turns(OpenPeople)
    return screen(phrase("People"), hint, *here.where(), rows=(*rows, *turn, back_row(OpenMenu())))


def department_screen(department: Department, people: Sequence[Person], page: ListPage) -> Screen:
    """A page of a department."""
    rows = tuple(_person_row(person, person.position) for person in people)
    turn = page.turns(lambda number: OpenDepartment(department.id, number))
    return screen(department.name, _count(page.total), *page.where(), rows=(*rows, *turn, back_row(OpenPeople())))


def team_screen(manager: Person, people: Sequence[Person], page: ListPage) -> Screen:
    """A page of the people who report to somebody."""
    rows = tuple(_person_row(person, person.position) for person in people)
    turn = page.turns(lambda number: OpenTeam(manager.id, number))
    title = phrase("Report to {name}", name=manager.name)
    return screen(title, _count(page.total), *page.where(), rows=(*rows, *turn, back_row(OpenPerson(manager.id))))


def matches_screen(
    text: str, found: Sequence[Found], page: ListPage, asked: About | None, *, title: str | None = None
) -> Screen:
    """A page of what a search found by a `text`, which fits on a button; `title` is what was written if it does not."""
    rows = tuple(
        (Button(found_label(one, asked), OpenFoundPerson(one.person.id, FoundIn.COLLEAGUES, asked, text)),)
        for one in found
    )
    turn = page.turns(lambda number: OpenMatches(number, text)) if text else ()
    blocks = [_count(page.total)]
    if page.total > _FEW:
        blocks.append(phrase("To narrow it down, add a first name, a patronymic or a department."))
    blocks += page.where() if text else ()
    heading = phrase("Found: {text}", text=_shortened(title or text))
    return screen(heading, *blocks, rows=(*rows, *turn, back_row(OpenPeople())))


def _opened(one: Found, asked: About | None, text: str) -> OpenFoundPerson:
    return OpenFoundPerson(one.person.id, FoundIn.COLLEAGUES, asked, text)


def nobody_screen(text: str) -> Screen:
    """A search found nobody."""
    return screen(
        None,
        phrase("I looked for “{text}” among your colleagues and found nobody.", text=_shortened(text)),
        phrase(
            "Try the surname alone, or look through the departments. What else I can do is in {help}.",
            help=Command("help"),
        ),
        rows=((Button(phrase("👥 People"), OpenPeople()), *TO_MENU),),
    )


def card_screen(
    card: Card, added: tuple[tuple[Block, ...], tuple[Row, ...]], to: Action, asked: About | None = None
) -> Screen:
    """A colleague's card, with what the rooms have `added` to it: blocks and rows. What was `asked` stands first.

    The admin's buttons are hidden from everybody else by their rights.
    """
    blocks, rows = added
    phone = card.person.phone
    copy: tuple[Row, ...] = ((Button(phrase("📋 Number"), CopyText(phone)),),) if phone else ()
    return Screen(blocks=(*card_blocks(card, asked), *blocks), rows=(*copy, *ties(card), *rows, back_row(to)))


def staff_buttons(person: Person) -> tuple[Button, ...]:
    """What admins do about a person."""
    if person.active:
        access = Button(phrase("Close access"), SetActive(person.id, active=False))
    else:
        access = Button(phrase("Open access again"), SetActive(person.id, active=True))
    return Button(phrase("✏️ Correct"), CorrectCard(person.id)), Button(phrase("Roles"), OpenRoles(person.id)), access


def card_blocks(card: Card, asked: About | None = None) -> tuple[Heading | Paragraph | Facts, ...]:
    """The text of a card, with the facts that were `asked` for first."""
    person = card.person
    facts: list[tuple[About, Text, Line]] = []
    if person.position:
        facts.append((About.JOB, phrase("Position"), (person.position,)))
    if card.department is not None:
        facts.append((About.PLACE, phrase("Department"), (card.department.name,)))
    if card.manager is not None:
        facts.append((About.BOSS, phrase("Reports to"), (card.manager.name,)))
    if inside := _endpoints(person):
        facts.append((About.PHONE, phrase("Extension"), (inside,)))
    for number in endpoints_of(person.extension):
        if number.startswith("+") and number != person.phone:
            facts.append((About.PHONE, phrase("Rings also at"), (Phone(number, pretty(number)),)))
    if person.phone:
        facts.append((About.PHONE, phrase("Phone"), (Phone(person.phone, pretty(person.phone)),)))
    if person.email:
        facts.append((About.MAIL, phrase("E-mail"), (person.email,)))
    facts.sort(key=lambda fact: fact[0] is not asked)
    gone = () if person.active else (paragraph(Bold(phrase("Does not work here any more: access is closed."))),)
    shown = (Facts(tuple((label, line) for _, label, line in facts)),) if facts else ()
    return (Heading(person.full_name), *gone, *shown)


def ties(card: Card) -> Iterable[Row]:
    """The ways to a person's manager and team."""
    if card.manager is not None:
        yield (Button(phrase("⬆️ {name}", name=card.manager.name), OpenPerson(card.manager.id)),)
    if card.reports:
        yield (Button(phrase("Team · {n}", n=card.reports), OpenTeam(card.person.id)),)


def found_label(one: Found, asked: About | None) -> Text:
    """A person in a list of what was found, with what was `asked` for where it is short enough for a button."""
    person = one.person
    answers = {
        About.PHONE: _endpoints(person) or (pretty(person.phone) if person.phone else ""),
        About.MAIL: person.email or "",
        About.JOB: person.position,
    }
    answer = answers.get(asked, "") if asked is not None else ""
    return person_label(person, answer or one.department or person.position)


def person_label(person: Person, about: str) -> Text:
    """A person in a list."""
    if not person.active:
        return phrase("{name} · access closed", name=person.full_name)
    return phrase("{name} · {about}", name=person.full_name, about=about) if about else person.full_name


def _endpoints(person: Person) -> str:
    """A person's endpoints inside the company."""
    return ", ".join(name for name in endpoints_of(person.extension) if not name.startswith("+"))


def _person_row(person: Person, about: str) -> Row:
    return (Button(person_label(person, about), OpenPerson(person.id)),)


def _count(total: int) -> Phrase:
    return plural("{n} colleague", "{n} colleagues", n=total)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
