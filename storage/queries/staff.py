"""Everybody at once: for the import to compare with and to write, and for export."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import bindparam, insert, select, update

from core.access import EMPLOYEE
from core.people.directory import PeopleRecords, PersonRecord
from core.people.grants import AllGrants
from core.people.import_plan import Staff, WholeStaff
from core.people.importing import AddAccounts, AddPeople, SetManagers
from core.people.person import Account, Department, Person
from storage.dispatch import answers, carries_out
from storage.tables.directory import mark
from storage.tables.people import accounts, departments, people
from storage.unit_of_work import SqlUnitOfWork


@answers(WholeStaff)
def whole_staff(uow: SqlUnitOfWork, query: WholeStaff) -> Staff:
    """Everybody, every department, and the accounts."""
    session = uow.session
    return Staff(
        people=tuple(session.execute(select(Person).order_by(people.c.id)).scalars()),
        departments=tuple(session.execute(select(Department).order_by(departments.c.id)).scalars()),
        accounts=tuple(session.execute(select(Account).order_by(accounts.c.id)).scalars()),
        grants=uow.ask(AllGrants()),
    )


@carries_out(AddPeople)
def add_people(uow: SqlUnitOfWork, change: AddPeople) -> dict[str, int]:
    """Many people in few statements."""
    added = uow.session.execute(insert(people).returning(people.c.external_id, people.c.id), list(change.rows))
    mark(uow.session)
    return {row.external_id: row.id for row in added}


@carries_out(SetManagers)
def set_managers(uow: SqlUnitOfWork, change: SetManagers) -> None:
    """Many managers in few statements."""
    if change.pairs:
        statement = update(people).where(people.c.id == bindparam("person")).values(manager_id=bindparam("manager"))
        rows = [{"person": person, "manager": manager} for person, manager in change.pairs]
        uow.session.connection().execute(statement, rows)


@carries_out(AddAccounts)
def add_accounts(uow: SqlUnitOfWork, change: AddAccounts) -> None:
    """Many accounts in few statements."""
    if change.rows:
        common = {"name": "", "refused": False, "linked_at": uow.now}
        rows = [
            {"messenger": messenger, "address": address, "person_id": person} | common
            for messenger, address, person in change.rows
        ]
        uow.session.execute(insert(accounts), rows)


@answers(PeopleRecords)
def people_records(uow: SqlUnitOfWork, query: PeopleRecords) -> tuple[PersonRecord, ...]:
    """Everybody as plain data, by name."""
    held: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    linked = select(accounts.c.person_id, accounts.c.messenger, accounts.c.address).where(
        accounts.c.person_id.is_not(None)
    )
    for person_id, messenger, address in uow.session.execute(linked.order_by(accounts.c.id)):
        held[person_id].append({"messenger": messenger, "address": address})
    given: defaultdict[int, list[str]] = defaultdict(list)
    for grant in uow.ask(AllGrants()):
        given[grant.person_id].append(grant.role)
    managers = people.alias()
    statement = (
        select(Person, departments.c.name, managers.c.external_id)
        .outerjoin(departments, departments.c.id == people.c.department_id)
        .outerjoin(managers, managers.c.id == people.c.manager_id)
        .order_by(people.c.last_name, people.c.first_name, people.c.id)
    )
    return tuple(
        _record(person, department, manager, held.get(person.id, []), given.get(person.id, []))
        for person, department, manager in uow.session.execute(statement)
    )


def _record(
    person: Person, department: str | None, manager: str | None, linked: list[dict[str, str]], given: list[str]
) -> PersonRecord:
    return {
        "id": person.id,
        "external_id": person.external_id,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "patronymic": person.patronymic,
        "email": person.email,
        "phone": person.phone,
        "extension": person.extension,
        "department": department,
        "position": person.position,
        "manager_external_id": manager,
        "roles": [EMPLOYEE.name, *sorted(set(given))],
        "birthday": person.birthday.isoformat() if person.birthday else None,
        "hired_on": person.hired_on.isoformat() if person.hired_on else None,
        "active": person.active,
        "accounts": linked,
    }
