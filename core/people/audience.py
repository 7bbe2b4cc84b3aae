"""Who is meant: everybody, some departments, some roles, or people by name."""

from __future__ import annotations

from dataclasses import dataclass

from core.access import Role
from core.chat.codec import record
from core.people.person import Person
from core.unit_of_work import Query


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Active people who are in one of the departments or have one of the roles or are named; or everybody."""

    everybody: bool = False
    departments: tuple[int, ...] = ()
    roles: Role = Role.NONE
    people: tuple[int, ...] = ()


def is_meant(person: Person, audience: Audience) -> bool:
    """Whether a person is in an audience now."""
    return person.active and (
        audience.everybody
        or person.department_id in audience.departments
        or bool(person.roles & audience.roles)
        or person.id in audience.people
    )


@dataclass(frozen=True, slots=True)
class CountAudience(Query[int]):
    """How many people an audience has now."""

    audience: Audience
