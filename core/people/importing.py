"""Brings the company's people file into the house: adds who is new, updates who changed, lists who is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields

from core.access import Role
from core.people.bots import SpreadAccounts
from core.people.import_plan import Plan, Planner, WholeStaff, department_key
from core.people.linking import AccountLinked
from core.people.person import Department, Person
from core.people.roster import Roster, RowFault
from core.people.staffing import RolesChanged
from core.unit_of_work import Change, UnitOfWork

_BLANK = {one.name: one.default for one in fields(Person) if one.init and one.default is not MISSING}
"""What a person has before anything is known."""


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


@dataclass(frozen=True, slots=True)
class AddPeople(Change[dict[str, int]]):
    """Adds many people at once, each with a value for every attribute but the id; their ids by external id."""

    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class SetManagers(Change[None]):
    """Sets the managers of many people at once: pairs of a person's and the manager's id."""

    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class AddAccounts(Change[None]):
    """Adds many accounts at once: messenger, address and the person's id."""

    rows: tuple[tuple[str, str, int], ...]


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


def _carry_out(uow: UnitOfWork, planner: Planner, plans: list[Plan]) -> None:
    _open_departments(uow, planner.departments, plans)
    new = [plan for plan in plans if plan.person is None]
    rows = {plan.row.external_id: _BLANK | dict(_placed(plan, planner.departments)) for plan in new}
    ids = {who: person.id for who, person in planner.people.items()}
    ids |= {plan.row.external_id: plan.person.id for plan in plans if plan.person is not None}
    ids |= uow.apply(AddPeople(tuple(rows.values()))) if rows else {}
    for plan in plans:
        if plan.person is not None:
            _update(uow, planner, plan, plan.person, ids)
    lines = {plan.row.external_id: ids[plan.manager] for plan in new if plan.manager is not None}
    uow.apply(SetManagers(tuple((ids[who], manager) for who, manager in lines.items())))
    _link(uow, planner, {ids[plan.row.external_id]: plan.accounts for plan in plans})
    everybody = [_Place(one.id, one.active, one.roles, one.department_id, one.manager_id) for one in planner.everybody]
    everybody += [_place(ids[who], row, lines.get(who)) for who, row in rows.items()]
    _find_heads(planner.departments.values(), everybody)


def _open_departments(uow: UnitOfWork, departments: dict[str, Department], plans: Iterable[Plan]) -> None:
    for plan in plans:
        name = plan.values.get("department")
        if isinstance(name, str) and department_key(name) not in departments:
            department = departments[department_key(name)] = Department(name=name)
            uow.add(department)
    uow.flush()


def _placed(plan: Plan, departments: Mapping[str, Department]) -> Iterator[tuple[str, object]]:
    """A plan's values, with the id of the department for its name."""
    for name, value in plan.values.items():
        if name == "department":
            yield "department_id", departments[department_key(value)].id if isinstance(value, str) else None
        else:
            yield name, value


def _update(uow: UnitOfWork, planner: Planner, plan: Plan, person: Person, ids: Mapping[str, int]) -> None:
    may = (person.roles, person.active)
    for name, value in _placed(plan, planner.departments):
        if getattr(person, name) != value:
            setattr(person, name, value)
    if may != (person.roles, person.active):
        uow.emit(RolesChanged(person.id))
    if plan.manager != planner.manager_of(person):
        person.manager_id = ids[plan.manager] if plan.manager is not None else None


def _link(uow: UnitOfWork, planner: Planner, wanted: Mapping[int, Iterable[tuple[str, str]]]) -> None:
    new = []
    for person_id, accounts in wanted.items():
        for messenger, address in accounts:
            for held in planner.held.get((person_id, messenger), ()):
                held.person_id = None  # an earlier file named it, and nobody ever wrote from it
            known = planner.accounts.get((messenger, address), ())
            for account in known:
                account.person_id, account.linked_at, account.refused = person_id, uow.now, False
            if known:
                uow.emit(AccountLinked(known[0].id, person_id))
            else:
                new.append((messenger, address, person_id))
    uow.apply(AddAccounts(tuple(new)))
    uow.apply(SpreadAccounts())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody stands in the company."""

    id: int
    active: bool
    roles: Role
    department_id: int | None
    manager_id: int | None


def _place(id: int, row: Mapping[str, object], manager_id: int | None) -> _Place:
    department, roles = row["department_id"], row["roles"]
    assert isinstance(roles, Role)
    return _Place(id, bool(row["active"]), roles, department if isinstance(department, int) else None, manager_id)


def _find_heads(departments: Iterable[Department], people: Iterable[_Place]) -> None:
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
