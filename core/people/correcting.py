"""What admins put right on somebody's card, one thing at a time."""

from __future__ import annotations

from core.auditing import AuditKind, note
from core.chat.phrases import Phrase, phrase
from core.people.grants import refresh
from core.people.person import Department, Person
from core.people.roles import ADMINISTER
from core.people.roster_cells import READERS, Cell, clean, unreadable
from core.unit_of_work import Refused, UnitOfWork

CARDS = AuditKind("people.card", phrase("Cards"))

TEXTS = {
    "last_name": phrase("Last name"),
    "first_name": phrase("First name"),
    "patronymic": phrase("Patronymic"),
    "position": phrase("Position"),
    "phone": phrase("Phone"),
    "extension": phrase("Extension"),
    "email": phrase("E-mail"),
}
"""What is written, by the attributes of a person."""
NEEDED = frozenset({"last_name", "first_name"})
_NOTHING = {"phone": None, "extension": None}


def read_correction(field: str, text: str) -> Cell:
    """A text as the people file reads it in the column of the same name; the reason where it cannot be that."""
    cell = clean(text)
    longest, read = READERS[field]
    if not cell:
        return phrase("This is empty. Please write some text.")
    return unreadable(cell, longest) or read(cell)


def do_correct(uow: UnitOfWork, actor: Person, person: Person, field: str, value: str) -> bool:
    """Sets one of `TEXTS`, "" for nothing; False when nothing had to change."""
    _check(actor)
    if not value and field in NEEDED:
        raise Refused(phrase("Nobody is without a name."))
    return _set(uow, person, field, value or _NOTHING.get(field, ""), TEXTS[field])


def do_move(uow: UnitOfWork, actor: Person, person: Person, department: Department) -> bool:
    """Puts a person into a department; False when they are there already. Refused for the head of another one."""
    _check(actor)
    before = None if person.department_id is None else uow.get(Department, person.department_id)
    if before is not None and before is not department and before.manager_id == person.id:
        raise Refused(
            phrase(
                "{name} heads “{department}”. Heads of departments are moved by the people file.",
                name=person.name,
                department=before.name,
            )
        )
    moved = _set(uow, person, "department_id", department.id, phrase("Department"))
    if moved:
        refresh(uow, (person.id,))
    return moved


def _check(actor: Person) -> None:
    if not actor.may(ADMINISTER):
        raise Refused(phrase("Only admins may do this."))


def _set(uow: UnitOfWork, person: Person, field: str, value: object, title: Phrase) -> bool:
    if getattr(person, field) == value:
        return False
    setattr(person, field, value)
    note(uow, CARDS, phrase("Card corrected: {what}", what=title), about=person.id)
    return True
