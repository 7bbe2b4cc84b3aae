"""Finding colleagues: by a command, by what people write, by department, by manager."""

from __future__ import annotations

from bot.handlers.people.actions import OpenDepartment, OpenMatches, OpenPeople, OpenTeam
from bot.handlers.people.room import router
from bot.handlers.people.screens import (
    PAGE,
    Card,
    card_screen,
    department_screen,
    matches_screen,
    nobody_screen,
    people_screen,
    person_label,
    team_screen,
)
from bot.kit.lists import page_from
from bot.talk.cards import CardOf, added_to
from bot.talk.finding import Hit
from bot.talk.menu import OpenPerson
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.actions import Action
from core.chat.phrases import Command, phrase
from core.chat.screens import Screen
from core.people.directory import (
    Departments,
    FindPeople,
    Found,
    PeopleOf,
    access_person,
    clear_match,
)
from core.people.person import Department, Person
from core.people.roles import ADMINISTER
from core.unit_of_work import Refused, UnitOfWork

_ON_A_BUTTON = 40
"""Bytes of a query that fit on a button."""

router.entry(Section.COLLEAGUES, phrase("👥 People"), OpenPeople(), right=COLLEAGUE, weight=10)


@router.command(
    "who",
    right=COLLEAGUE,
    section=Section.COLLEAGUES,
    describe=phrase("Find a colleague: {who} name", who=Command("who")),
)
def who(request: Request, words: str) -> Reply:
    """`/who NAME`."""
    if not words:
        return _people(request, 0)
    return _results(request, words, _find(request, words))


@router.finds(phrase("colleagues"), right=COLLEAGUE)
def find(request: Request, text: str) -> list[Hit]:
    """Colleagues whom a text may mean."""
    found = _find(request, text)
    meant = clear_match(found)
    return [
        Hit(
            title=person_label(one.person, one.department or one.person.position),
            action=OpenPerson(one.person.id),
            score=one.score,
            meant=one is meant,
        )
        for one in found
    ]


@router.action(OpenPeople, right=COLLEAGUE)
def open_people(request: Request, action: OpenPeople) -> Reply:
    """The departments."""
    return _people(request, action.page)


@router.action(OpenMatches, right=COLLEAGUE)
def open_matches(request: Request, action: OpenMatches) -> Reply:
    """Another page of what was found."""
    found = _find(request, action.text)
    if not found:
        return nobody_screen(action.text)
    return matches_screen(action.text, found, action.page, more=True)


@router.action(OpenPerson, right=COLLEAGUE)
def open_person(request: Request, action: OpenPerson) -> Reply:
    """A colleague's card."""
    person = access_person(request.uow, request.me, action.person)
    to: Action = OpenPeople() if person.department_id is None else OpenDepartment(person.department_id)
    return colleague(request, person, to)


@router.action(OpenDepartment, right=COLLEAGUE)
def open_department(request: Request, action: OpenDepartment) -> Reply:
    """The people of a department."""
    department = request.uow.get(Department, action.department)
    if department is None:
        raise Refused(phrase("This department does not exist any more."))
    found, page = page_from(
        lambda offset, limit: request.uow.ask(PeopleOf(department_id=department.id, offset=offset, limit=limit)),
        action.page,
        PAGE,
    )
    return department_screen(department, found.people, page)


@router.action(OpenTeam, right=COLLEAGUE)
def open_team(request: Request, action: OpenTeam) -> Reply:
    """The people who report to somebody."""
    manager = access_person(request.uow, request.me, action.manager)
    found, page = page_from(
        lambda offset, limit: request.uow.ask(PeopleOf(manager_id=manager.id, offset=offset, limit=limit)),
        action.page,
        PAGE,
    )
    return team_screen(manager, found.people, page)


def colleague(request: Request, person: Person, to: Action) -> Screen:
    """A colleague's card with what the rooms add to it; `to` is where Back leads."""
    return card_screen(card_of(request.uow, person), added_to(request, CardOf.COLLEAGUE, person), to)


def card_of(uow: UnitOfWork, person: Person) -> Card:
    """What the card of a person shows."""
    manager = uow.get(Person, person.manager_id) if person.manager_id is not None else None
    return Card(
        person=person,
        department=uow.get(Department, person.department_id) if person.department_id is not None else None,
        manager=manager if manager is not None and manager.active else None,
        reports=uow.ask(PeopleOf(manager_id=person.id)).total,
    )


def _people(request: Request, page: int) -> Reply:
    return people_screen(request.uow.ask(Departments()), page)


def _find(request: Request, text: str) -> tuple[Found, ...]:
    return request.uow.ask(FindPeople(text, inactive=request.may(ADMINISTER)))


def _results(request: Request, text: str, found: tuple[Found, ...]) -> Reply:
    if not found:
        return nobody_screen(text)
    fits = len(text.encode()) <= _ON_A_BUTTON
    meant = clear_match(found)
    if meant is None:
        return matches_screen(text, found, 0, more=fits)
    several = fits and len(found) > 1
    return colleague(request, meant.person, OpenMatches(0, text) if several else OpenPeople())
