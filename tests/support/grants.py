"""Roles for the people of tests, given as the product gives them."""

from __future__ import annotations

from core.access import COMPANY, Role, Scope
from core.people.grants import Source, give
from core.people.person import Person
from core.unit_of_work import UnitOfWork


def endow(uow: UnitOfWork, person: Person, *roles: Role, scope: Scope = COMPANY) -> Person:
    """Gives a person roles without asking who may."""
    uow.flush()
    for role in roles:
        give(uow, person, role.name, scope, source=Source.BEFORE)
    return person
