"""Roles and where they count, in words."""

from __future__ import annotations

from datetime import datetime

from core.access import COMPANY, Scope, role_title
from core.chat.phrases import Phrase, Text, phrase
from core.people.person import Department, Person
from core.people.roles import DEPARTMENT, TEAM
from core.unit_of_work import UnitOfWork


def place_words(uow: UnitOfWork, scope: Scope) -> Text:
    """What a part of the company is called; those below a department belong to it."""
    match scope.kind:
        case COMPANY.kind:
            return phrase("the whole company")
        case _ if scope.kind == DEPARTMENT:
            department = uow.get(Department, scope.id)
            return "—" if department is None else department.name
        case _ if scope.kind == TEAM:
            person = uow.get(Person, scope.id)
            return phrase("who reports to {name}", name="—" if person is None else person.name)
        case _:
            return f"{scope.kind} {scope.id}"


def role_words(uow: UnitOfWork, role: str, scope: Scope, until: datetime | None = None) -> Text:
    """A role, with its place and its end where it has these."""
    words: Text = role_title(role)
    if scope != COMPANY:
        words = phrase("{role} ({place})", role=words, place=place_words(uow, scope))
    return words if until is None else phrase("{role} until {time}", role=words, time=until)


def given(role: Text) -> Phrase:
    """A role was given."""
    return phrase("Role given: {role}", role=role)


def taken(role: Text) -> Phrase:
    """A role was taken."""
    return phrase("Role taken: {role}", role=role)


def ended(role: Text) -> Phrase:
    """The time of a role is over."""
    return phrase("Role over: {role}", role=role)
