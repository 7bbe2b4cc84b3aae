"""What admins decide about people: whether they work here; there is always an admin left."""

from __future__ import annotations

from core.auditing import AuditKind, note
from core.chat.phrases import phrase
from core.people.grants import check_not_last_admin, refresh, tell_roles
from core.people.person import Person
from core.people.roles import ADMINISTER
from core.unit_of_work import Refused, UnitOfWork

ACCESS = AuditKind("people.access", phrase("Access"))


def do_set_active(uow: UnitOfWork, actor: Person, person: Person, *, active: bool) -> bool:
    """Closes or opens a person's access, keeping all that belongs to the person; False when nothing had to change."""
    if not actor.may(ADMINISTER):
        raise Refused(phrase("Only admins may do this."))
    if person.active == active:
        return False
    if not active:
        check_not_last_admin(uow, person)
    person.active = active
    note(uow, ACCESS, phrase("Access opened again") if active else phrase("Access closed"), about=person.id)
    tell_roles(uow, person.id)
    refresh(uow, (person.id,) if person.manager_id is None else (person.id, person.manager_id))
    return True
