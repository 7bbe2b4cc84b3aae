"""A person who is erased leaves a number behind: what the company goes on with names nobody."""

from __future__ import annotations

from core.auditing import AuditKind, note
from core.chat.phrases import phrase
from core.people.directory import PeopleOf
from core.people.grants import GrantsOf, refresh, take
from core.people.person import Person
from core.personal import Rows
from core.unit_of_work import UnitOfWork

RECORDS = AuditKind("people.records", phrase("What is kept of people"))
MOST = 100_000
"""More than report to anybody."""


def do_note_export(uow: UnitOfWork, person: Person) -> dict[str, Rows]:
    """Writes down that everything was given out; adds nothing to it."""
    note(uow, RECORDS, phrase("Given out as a whole"), about=person.id)
    return {}


def do_forget_person(uow: UnitOfWork, person: Person) -> None:
    """Empties the record; its id stays, because news, calls and figures go on counting it.

    It comes after the departments have lost their head, from which roles follow.
    """
    for report in uow.ask(PeopleOf(manager_id=person.id, limit=MOST)).people:
        report.manager_id = None
    take(uow, uow.ask(GrantsOf(person.id)))
    person.external_id = None
    person.first_name, person.patronymic, person.last_name = "", "", f"#{person.id}"
    person.email, person.position = "", ""
    person.phone = person.extension = None
    person.department_id = person.manager_id = None
    person.birthday = person.hired_on = None
    person.settings = None
    note(uow, RECORDS, phrase("Erased"), about=person.id)
    uow.flush()
    refresh(uow, (person.id,))
    uow.flush()
