"""Finding colleagues: by a command, by what people write, by department, by manager."""

from __future__ import annotations

from bot.handlers.people.actions import FoundIn, OpenDepartment, OpenFoundPerson, OpenMatches, OpenPeople, OpenTeam
from bot.handlers.people.room import router
from bot.handlers.people.screens import (
    PAGE,
    Card,
    card_screen,
    department_screen,
    found_label,
    matches_screen,
    nobody_screen,
    people_screen,
    team_screen,
)
from bot.kit.lists import page_at, page_from
from bot.talk.cards import CardOf, added_to
from bot.talk.finding import ON_A_BUTTON, Hit, OpenFound
from bot.talk.menu import OpenPerson
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.actions import Action
from core.chat.phrases import Command, phrase
from core.chat.screens import Screen
from core.people.directory import (
    Departments,
    FoundPage,
    PeopleOf,
    SearchPeople,
    access_person,
    clear_match,
)
from core.people.person import Department, Person
from core.people.roles import ADMINISTER
from core.people.wording import About, about, essence
from core.unit_of_work import Refused, UnitOfWork

router.entry(Section.COLLEAGUES, phrase("👥 People"), OpenPeople(), right=COLLEAGUE, weight=10)


@router.command(
    "who",
    right=COLLEAGUE,
    follows=True,
    section=Section.COLLEAGUES,
    describe=phrase("Find a colleague: {who} name", who=Command("who")),
)
def who(request: Request, words: str) -> Reply:
    """`/who NAME`."""
    if not words:
        return _people(request, 0)
    found = _find(request, words)
    meant = clear_match(found.people)
    if meant is None:
        return _matches(request, words, found)
    kept = essence(words, ON_A_BUTTON)
    several = kept and found.total > 1
    return colleague(request, meant.person, OpenMatches(0, kept) if several else OpenPeople(), about(words))


def matches(request: Request, text: str) -> Reply:
    """The colleagues whom a text may mean, as a list."""
    return _matches(request, text, _find(request, text))


@router.finds(phrase("colleagues"), right=COLLEAGUE, lists=matches)
def find(request: Request, text: str) -> list[Hit]:
    """Colleagues whom a text may mean."""
    found = request.uow.ask(SearchPeople(text, inactive=request.may(ADMINISTER))).people
    meant = clear_match(found)
    kept, asked = essence(text, ON_A_BUTTON), about(text)
    return [
        Hit(
            title=found_label(one, asked),
            action=OpenFoundPerson(one.person.id, FoundIn.ROOMS, asked, kept),
            score=one.score,
            meant=one is meant,
            alone=OpenFoundPerson(one.person.id, FoundIn.NOTHING_ELSE, asked, kept),
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
    found, page = page_from(lambda offset, limit: _find(request, action.text, offset, limit), action.page, PAGE)
    if not found.people:
        return nobody_screen(action.text)
    return matches_screen(action.text, found.people, page, about(action.text))


@router.action(OpenPerson, right=COLLEAGUE)
def open_person(request: Request, action: OpenPerson) -> Reply:
    """A colleague's card."""
    person = access_person(request.uow, request.me, action.person)
    return colleague(request, person, _department_of(person))


@router.action(OpenFoundPerson, right=COLLEAGUE)
def open_found_person(request: Request, action: OpenFoundPerson) -> Reply:
    """A colleague's card, with the way back to what was found."""
    person = access_person(request.uow, request.me, action.person)
    lists: dict[FoundIn, Action] = {
        FoundIn.ROOMS: OpenFound(0, action.text),
        FoundIn.COLLEAGUES: OpenMatches(0, action.text),
    }
    there = lists.get(action.place) if action.text else None
    return colleague(request, person, there or _department_of(person), action.asked)


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


def colleague(request: Request, person: Person, to: Action, asked: About | None = None) -> Screen:
    """A colleague's card with what the rooms add to it; `to` is where Back leads, what was `asked` stands first."""
    return card_screen(card_of(request.uow, person), added_to(request, CardOf.COLLEAGUE, person), to, asked)


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


def _find(request: Request, text: str, offset: int = 0, limit: int = PAGE) -> FoundPage:
    return request.uow.ask(SearchPeople(text, offset, limit, request.may(ADMINISTER)))


def _matches(request: Request, text: str, found: FoundPage) -> Reply:
    """The first page of what was found."""
    if not found.people:
        return nobody_screen(text)
    kept = essence(text, ON_A_BUTTON)
    return matches_screen(kept, found.people, page_at(0, PAGE, found.total), about(text), title=text)


def _department_of(person: Person) -> Action:
    return OpenPeople() if person.department_id is None else OpenDepartment(person.department_id)
