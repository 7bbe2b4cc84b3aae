"""Who is meant: everybody, some departments, some roles, or people by name."""

from __future__ import annotations

from dataclasses import dataclass

from core.access import EMPLOYEE
from core.chat.codec import record
from core.people.person import Department, Person
from core.unit_of_work import Query, UnitOfWork


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Active people who are in one of the departments or have one of the roles or are named; or everybody.

    `departments` are meant alone, `branches` are departments with those below them, `roles` are names of roles,
    wherever somebody has them. Who is in `without` is left out all the same.
    """

    everybody: bool = False
    departments: tuple[int, ...] = ()
    branches: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    without: Audience | None = None

    @property
    def empty(self) -> bool:
        """Whether it names nobody at all."""
        return not (self.everybody or self.departments or self.branches or self.roles or self.people)


def is_meant(uow: UnitOfWork, person: Person, audience: Audience) -> bool:
    """Whether a person is in an audience now."""
    if not person.active or (audience.without is not None and is_meant(uow, person, audience.without)):
        return False
    return (
        audience.everybody
        or EMPLOYEE.name in audience.roles
        or person.department_id in audience.departments
        or not person.roles.names.isdisjoint(audience.roles)
        or person.id in audience.people
        or (bool(audience.branches) and not set(branches_of(uow, person)).isdisjoint(audience.branches))
    )


def branches_of(uow: UnitOfWork, person: Person) -> tuple[int, ...]:
    """The person's department and those that contain it."""
    department = None if person.department_id is None else uow.get(Department, person.department_id)
    return () if department is None else (department.id, *department.above)


@dataclass(frozen=True, slots=True)
class CountAudience(Query[int]):
    """How many people an audience has now."""

    audience: Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How many people an audience has now, how many of them have no account that can be written to, and for how many it
    would wait until they sign in."""

    total: int
    unreachable: int
    absent: int = 0


@dataclass(frozen=True, slots=True)
class ReachOf(Query[Reach]):
    """How far a message to an audience would come."""

    audience: Audience


@dataclass(frozen=True, slots=True)
class AnybodyHears(Query[bool]):
    """Whether a message to an audience would reach anybody now: who has an account that can be written to and read it
    and, of the kind `notice`, has not switched such messages off."""

    audience: Audience
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody who cannot be written to."""

    name: str
    department: str | None


@dataclass(frozen=True, slots=True)
class UnreachableOf(Query[tuple[Unreachable, ...]]):
    """The people of an audience who cannot be written to, by department and name."""

    audience: Audience
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class DepartmentsToTell(Query[tuple[Department, ...]]):
    """The departments that have active people, and those that contain them, by name."""
