"""What those may do who stand in for others: the own roles of these, within the places for which they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.access import Held, Scope
from core.people.person import Department
from core.people.roles import DEPARTMENT
from core.unit_of_work import Query, UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody stands in for a person now, in a place."""

    deputy_id: int
    person_id: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class StandingNow(Query[tuple[Standing, ...]]):
    """For whom these people stand in now, and who stands in for them, for whomever else these do."""

    people: frozenset[int]


def lent(uow: UnitOfWork, own: Iterable[Held], standing: Standing) -> tuple[Held, ...]:
    """The roles that somebody has by standing in: of the `own` ones of the other, which are passed on no further."""
    asked = _whole(uow, standing.scope)
    found = []
    for one in own:
        had = _whole(uow, one.scope)
        if had.is_within(asked):
            found.append(Held(one.role, one.scope, standing.person_id))
        elif asked.is_within(had):
            found.append(Held(one.role, standing.scope, standing.person_id))
    return tuple(found)


def _whole(uow: UnitOfWork, scope: Scope) -> Scope:
    """The scope with what contains it."""
    department = uow.get(Department, scope.id) if scope.kind == DEPARTMENT else None
    return scope if department is None else department.scope
