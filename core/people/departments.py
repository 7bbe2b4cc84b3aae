"""How the company is divided: departments in a tree, each with a head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.access import COMPANY, Scope
from core.chat.phrases import phrase
from core.people.person import Department, Person
from core.people.roles import TEAM
from core.unit_of_work import Query, Refused, UnitOfWork

_HIGHEST = 50
"""Steps up the line of managers after which it must be a circle."""


@dataclass(frozen=True, slots=True)
class DepartmentsBelow(Query[tuple[Department, ...]]):
    """The departments that are part of one, directly or through others, by name."""

    department_id: int


def scope_of(uow: UnitOfWork, department_id: int | None) -> Scope:
    """Where a right about a department is asked for; that of the whole company for none."""
    department = None if department_id is None else uow.get(Department, department_id)
    return COMPANY if department is None else department.scope


def team_of(uow: UnitOfWork, person: Person) -> Scope:
    """Where a right about a person is asked for: in the teams of those above them, the nearest first."""
    above: list[int] = []
    at = person.manager_id
    while at is not None and at not in above and len(above) < _HIGHEST:
        above.append(at)
        manager = uow.get(Person, at)
        at = None if manager is None else manager.manager_id
    return COMPANY if not above else Scope(TEAM, above[0], tuple(above[1:]))


def do_place_department(uow: UnitOfWork, department: Department, parent: Department | None) -> None:
    """Makes a department part of another, or of none. Raises `Refused` when it would contain itself."""
    below = uow.ask(DepartmentsBelow(department.id))
    if parent is department or parent in below:
        raise Refused(phrase("A department cannot be a part of itself."))
    department.parent_id = None if parent is None else parent.id
    department.above = () if parent is None else (parent.id, *parent.above)
    lines = ancestors({one.id: one.parent_id for one in (department, *below)})
    for one in below:
        one.above = (*lines[one.id], *department.above)


def ancestors(parents: Mapping[int, int | None]) -> dict[int, tuple[int, ...]]:
    """Of each department those above it, as far as they are known, the nearest first."""
    found: dict[int, tuple[int, ...]] = {}
    for start in parents:
        above: list[int] = []
        at = parents[start]
        while at is not None and at in parents and at not in above and at != start:
            above.append(at)
            at = parents[at]
        found[start] = tuple(above)
    return found
