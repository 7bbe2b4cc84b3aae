"""What admins decide about people: their roles, and whether they work here; there is always an admin left."""

from __future__ import annotations

from dataclasses import dataclass

from core.access import Right, Role
from core.chat.codec import record
from core.chat.phrases import phrase
from core.people.person import Person
from core.unit_of_work import DomainEvent, Query, Refused, UnitOfWork

ADMINISTER = Right("administer people", Role.ADMIN)
GRANTED = (Role.MANAGER, Role.HR, Role.ADMIN)
"""The roles that are given and taken; EMPLOYEE is everybody's."""


@record
@dataclass(frozen=True, slots=True)
class RolesChanged(DomainEvent):
    """What a person may do is different now: the roles, or whether the person is active."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ActiveAdmins(Query[frozenset[int]]):
    """The active admins. Their rows are locked, so that of two who remove each other only the first succeeds."""


def set_role(uow: UnitOfWork, actor: Person, person: Person, role: Role, *, granted: bool) -> bool:
    """Gives or takes one role of `GRANTED`; False when nothing had to change."""
    _check_admin(actor)
    if role not in GRANTED:
        raise Refused(phrase("This role cannot be changed."))
    roles = person.roles | role if granted else person.roles & ~role
    if roles == person.roles:
        return False
    if role is Role.ADMIN and not granted:
        check_not_last_admin(uow, person)
    person.roles = roles
    uow.emit(RolesChanged(person.id))
    return True


def set_active(uow: UnitOfWork, actor: Person, person: Person, *, active: bool) -> bool:
    """Closes or opens a person's access, keeping all that belongs to the person; False when nothing had to change."""
    _check_admin(actor)
    if person.active == active:
        return False
    if not active:
        check_not_last_admin(uow, person)
    person.active = active
    uow.emit(RolesChanged(person.id))
    return True


def check_not_last_admin(uow: UnitOfWork, person: Person) -> None:
    """Refuses to take the last admin away."""
    if person.active and Role.ADMIN in person.roles and not uow.ask(ActiveAdmins()) - {person.id}:
        raise Refused(phrase("{name} is the last admin. Make somebody else an admin first.", name=person.name))


def _check_admin(actor: Person) -> None:
    if not actor.may(ADMINISTER):
        raise Refused(phrase("Only admins may do this."))
