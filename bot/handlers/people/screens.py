"""What is shown of people: lists and cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.handlers.people.actions import (
    OpenDepartment,
    OpenMatches,
    OpenPeople,
    OpenRoles,
    OpenTeam,
    SetActive,
)
from bot.kit.lists import ListPage, page_at
from bot.talk.menu import TO_MENU, OpenMenu, OpenPerson, back_row
from core.chat.actions import Action
from core.chat.phrases import Command, Phrase, Text, phrase, plural
from core.chat.screens import (
    Block,
    Bold,
    Button,
    Facts,
    Heading,
    Line,
    Paragraph,
    Phone,
    Row,
    Screen,
    paragraph,
    screen,
)
from core.people.directory import DepartmentSize, Found
from core.people.endpoints import endpoints_of
from core.people.person import Department, Person
from core.phones import pretty

PAGE = 8
"""People on one page of a list."""


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
    hint = phrase("Write a name, as you remember it: I understand typos, initials, extensions and departments.")
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


def matches_screen(text: str, found: Sequence[Found], page: int, *, more: bool) -> Screen:
    """A page of what a search found; without `more` pages cannot be turned, because the query fits on no button."""
    here = page_at(page, PAGE, len(found))
    rows = tuple(_person_row(one.person, one.department or one.person.position) for one in here.of(found))
    turn = here.turns(lambda number: OpenMatches(number, text)) if more else ()
    blocks = [_count(len(found)), *(here.where() if more else ())]
    if not more and len(found) > PAGE:
        blocks.append(phrase("These are the first ones. Write more of the name to find the others."))
    return screen(phrase("Found: {text}", text=_shortened(text)), *blocks, rows=(*rows, *turn, back_row(OpenPeople())))


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


def card_screen(card: Card, added: tuple[tuple[Block, ...], tuple[Row, ...]], to: Action) -> Screen:
    """A colleague's card, with what the rooms have `added` to it: blocks and rows.

    The admin's buttons are hidden from everybody else by their rights.
    """
    blocks, rows = added
    return Screen(blocks=(*card_blocks(card), *blocks), rows=(*ties(card), *rows, back_row(to)))


def staff_buttons(person: Person) -> tuple[Button, ...]:
    """What admins do about a person."""
    if person.active:
        access = Button(phrase("Close access"), SetActive(person.id, active=False))
    else:
        access = Button(phrase("Open access again"), SetActive(person.id, active=True))
    return Button(phrase("Roles"), OpenRoles(person.id)), access


def card_blocks(card: Card) -> tuple[Heading | Paragraph | Facts, ...]:
    """The text of a card."""
    person = card.person
    facts: list[tuple[Text, Line]] = []
    if person.position:
        facts.append((phrase("Position"), (person.position,)))
    if card.department is not None:
        facts.append((phrase("Department"), (card.department.name,)))
    if card.manager is not None:
        facts.append((phrase("Reports to"), (card.manager.name,)))
    if inside := [name for name in endpoints_of(person.extension) if not name.startswith("+")]:
        facts.append((phrase("Extension"), (", ".join(inside),)))
    for number in endpoints_of(person.extension):
        if number.startswith("+") and number != person.phone:
            facts.append((phrase("Rings also at"), (Phone(number, pretty(number)),)))
    if person.phone:
        facts.append((phrase("Phone"), (Phone(person.phone, pretty(person.phone)),)))
    if person.email:
        facts.append((phrase("E-mail"), (person.email,)))
    gone = () if person.active else (paragraph(Bold(phrase("Does not work here any more: access is closed."))),)
    return (Heading(person.full_name), *gone, *((Facts(tuple(facts)),) if facts else ()))


def ties(card: Card) -> Iterable[Row]:
    """The ways to a person's manager and team."""
    if card.manager is not None:
        yield (Button(phrase("⬆️ {name}", name=card.manager.name), OpenPerson(card.manager.id)),)
    if card.reports:
        yield (Button(phrase("Team · {n}", n=card.reports), OpenTeam(card.person.id)),)


def person_label(person: Person, about: str) -> Text:
    """A person in a list."""
    if not person.active:
        return phrase("{name} · access closed", name=person.full_name)
    return phrase("{name} · {about}", name=person.full_name, about=about) if about else person.full_name


def _person_row(person: Person, about: str) -> Row:
    return (Button(person_label(person, about), OpenPerson(person.id)),)


def _count(total: int) -> Phrase:
    return plural("{n} colleague", "{n} colleagues", n=total)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
