"""Brings the company's people file into the house: adds who is new, updates who changed, lists who is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.access import Role
from core.people.import_plan import Plan, Planner, WholeStaff, department_key
from core.people.linking import AccountLinked
from core.people.person import Account, Department, Person
from core.people.roster import Roster, RowFault
from core.people.staffing import RolesChanged
from core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Missing:
    """An active person with an external id that no good row has."""

    external_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do; each imported row is counted once.

    `faults` are the file's own and those found here; of a row with one of the latter only the cell was left out.
    """

    added: int
    updated: int
    unchanged: int
    missing: tuple[Missing, ...]
    faults: tuple[RowFault, ...]


def import_people(uow: UnitOfWork, roster: Roster, *, dry_run: bool) -> ImportReport:
    """Adds and updates people by external id; nobody is deleted. With `dry_run` nothing is changed.

    A column that the file lacks changes nothing. An empty cell empties the value, except in the columns that are also
    decided in chat: accounts, roles and `active` stay as they are (write `employee` to take all other roles away).
    A row with the account of a person who has no external id gives that person to the row.
    """
    planner = Planner(uow.ask(WholeStaff()), roster)
    plans = planner.plans()
    listed = {plan.row.external_id for plan in plans}
    report = ImportReport(
        added=sum(plan.person is None for plan in plans),
        updated=sum(plan.person is not None and plan.changed for plan in plans),
        unchanged=sum(not plan.changed for plan in plans),
        missing=tuple(
            Missing(who, person.full_name)
            for who, person in sorted(planner.people.items())
            if person.active and who not in listed
        ),
        faults=tuple(planner.faults),
    )
    if not dry_run:
        _carry_out(uow, planner, [plan for plan in plans if plan.changed])
    return report


def _carry_out(uow: UnitOfWork, planner: Planner, plans: Iterable[Plan]) -> None:
    everybody = dict(planner.people)
    _open_departments(uow, planner.departments, plans)
    for plan in plans:
        person = plan.person
        if person is None:
            person = plan.person = Person(last_name=plan.row.last_name, first_name=plan.row.first_name)
            _fill(person, plan.values, planner.departments)
            uow.add(person)
        else:
            may = (person.roles, person.active)
            _fill(person, plan.values, planner.departments)
            if may != (person.roles, person.active):
                uow.emit(RolesChanged(person.id))
        everybody[plan.row.external_id] = person
    uow.flush()
    for plan in plans:
        person = everybody[plan.row.external_id]
        if plan.manager != planner.manager_of(person):
            person.manager_id = everybody[plan.manager].id if plan.manager is not None else None
        _link(uow, planner, person, plan.accounts)
    uow.flush()
    _find_heads(planner.departments.values(), everybody.values())


def _open_departments(uow: UnitOfWork, departments: dict[str, Department], plans: Iterable[Plan]) -> None:
    for plan in plans:
        name = plan.values.get("department")
        if isinstance(name, str) and department_key(name) not in departments:
            department = departments[department_key(name)] = Department(name=name)
            uow.add(department)
    uow.flush()


def _fill(person: Person, values: Mapping[str, object], departments: Mapping[str, Department]) -> None:
    for name, value in values.items():
        if name == "department":
            place = departments[department_key(value)].id if isinstance(value, str) else None
            _set(person, "department_id", place)
        else:
            _set(person, name, value)


def _set(entity: object, name: str, value: object) -> None:
    if getattr(entity, name) != value:
        setattr(entity, name, value)


def _link(uow: UnitOfWork, planner: Planner, person: Person, accounts: Iterable[tuple[str, str]]) -> None:
    for messenger, address in accounts:
        held = planner.held.get((person.id, messenger))
        if held is not None:
            held.person_id = None  # an earlier file named it, and nobody ever wrote from it
        account = planner.accounts.get((messenger, address))
        if account is None:
            uow.add(Account(messenger=messenger, address=address, person_id=person.id, linked_at=uow.now))
        else:
            account.person_id, account.linked_at, account.refused = person.id, uow.now, False
            uow.emit(AccountLinked(account.id, person.id))


def _find_heads(departments: Iterable[Department], people: Iterable[Person]) -> None:
    """A department without a head gets the one manager in it who reports to nobody in it."""
    at = {person.id: person.department_id for person in people if person.active}
    heads: defaultdict[int | None, list[int]] = defaultdict(list)
    for person in people:
        if person.active and Role.MANAGER in person.roles and at.get(person.manager_id or 0) != person.department_id:
            heads[person.department_id].append(person.id)
    for department in departments:
        has_one = department.manager_id is not None and at.get(department.manager_id) == department.id
        if not has_one and len(heads[department.id]) == 1:
            department.manager_id = heads[department.id][0]
