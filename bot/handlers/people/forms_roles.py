"""Giving a role in a place, or until a day; and what somebody has already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.handlers.people.room import ACCESS, router
from bot.handlers.people.screens_staff import Given, roles_screen, told_of_role_screen
from bot.kit.steps import ChoiceStep
from bot.kit.steps_people import DepartmentStep
from bot.kit.steps_times import MomentStep
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request
from core.access import COMPANY, Held, role_scopes
from core.chat.phrases import Text, phrase
from core.chat.screens import Screen
from core.delivery import Priority, Send, ToPerson
from core.people.departments import scope_of
from core.people.directory import access_person
from core.people.grants import Grant, GrantsOf, do_grant
from core.people.person import Person
from core.people.places import role_words
from core.people.roles import ADMINISTER, DEPARTMENT
from core.unit_of_work import UnitOfWork


def _offered(request: Request, answers: Answers) -> Sequence[tuple[str, Text]]:
    return [(role.name, role.title) for role in request.house.roles.values() if role.given]


def _has_places(answers: Answers) -> bool:
    return DEPARTMENT in role_scopes(answers.get("role", str) or "")


@router.form
class GrantForm(Form):
    """Which role, where, and until when."""

    code = "people.grant"
    title = phrase("Roles")
    right = ADMINISTER
    corrected = True
    steps = (
        ChoiceStep("role", phrase("Which role?"), _offered, in_row=2),
        DepartmentStep(
            "place",
            phrase("For which department, with those below it? Skip this for the whole company."),
            optional=True,
            needed=_has_places,
        ),
        MomentStep("until", phrase("Until when?"), without=phrase("For good"), quick=True),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        person = access_person(request.uow, request.me, answers.the("person", int))
        role, place = request.house.roles[answers.the("role", str)], answers.get("place", int)
        scope = COMPANY if place is None else scope_of(request.uow, place)
        until = answers.get("until", datetime)
        if do_grant(request.uow, request.me, person, role, scope, until) and person is not request.me:
            words = role_words(request.uow, role.name, scope, until)
            tell_of_role(request.uow, person, told_of_role_screen(words, True, request.me))
        return roles_of_person(request, person)


def roles_of_person(request: Request, person: Person) -> Screen:
    """What somebody has, from whom and until when, and what can be given."""
    grants = request.uow.ask(GrantsOf(person.id))
    by_hand = [
        Given(one.id, role_words(request.uow, one.role, one.held.scope, one.until), _giver(request, one))
        for one in grants
    ]
    known = {one.held for one in grants}
    follow = [role_words(request.uow, one.role, one.scope) for one in person.roles.own if one not in known]
    simple = {one.role for one in grants if one.held == Held(one.role)}
    return roles_screen(person, simple, by_hand, follow)


def tell_of_role(uow: UnitOfWork, person: Person, told: Screen) -> None:
    """Tells somebody that their roles have changed."""
    uow.apply(Send(kind=ACCESS, content=told, to=ToPerson(person.id), priority=Priority.NOTICE))


def _giver(request: Request, grant: Grant) -> str | None:
    giver = None if grant.given_by is None else request.uow.get(Person, grant.given_by)
    return None if giver is None else giver.name
