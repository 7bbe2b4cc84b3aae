"""Brings the company's people file into the house: adds who is new, updates who changed, lists who is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace

from core.people.bots import SpreadAccounts
from core.people.departments import ancestors
from core.people.grants import AllGrants, Source, keep, refresh, take, tell_roles
from core.people.import_alike import Alike
from core.people.import_plan import Plan, Planner, WholeStaff
from core.people.import_tree import department_key
from core.people.linking import AccountLinked
from core.people.person import Department, Person
from core.people.roles import MANAGER
from core.people.roster import Roster
from core.people.roster_header import RowFault
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
    `doubts` are rows left out because they look like somebody who is known; `remarks` are about what was taken over.
    """

    added: int
    updated: int
    unchanged: int
    missing: tuple[Missing, ...]
    faults: tuple[RowFault, ...]
    doubts: tuple[RowFault, ...] = ()
    remarks: tuple[RowFault, ...] = ()


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


def do_import(
    uow: UnitOfWork,
    roster: Roster,
    *,
    dry_run: bool,
    alike: Alike = Alike.TELL,
    own: Collection[tuple[str, str]] = (),
) -> ImportReport:
    """Adds and updates people by external id; nobody is deleted. With `dry_run` nothing is changed.

    A column that the file lacks changes nothing. An empty cell empties the value, except in the columns that are also
    decided in chat: accounts, roles and `active` stay as they are (write `employee` to take all other roles away).
    A row with the account of a person who has no external id gives that person to the row. `alike` says what becomes of
    rows that would be new and look like somebody who is known: a person whom such a row is given to gets its id. `own`
    are the bot accounts, by network and address.
    """
    planner = Planner(uow.ask(WholeStaff()), roster, alike, own)
    plans = planner.plans()
    listed = {plan.row.external_id for plan in plans}
    claimed = {plan.person.id for plan in plans if plan.person is not None} | planner.doubted
    report = ImportReport(
        added=sum(plan.person is None for plan in plans),
        updated=sum(plan.person is not None and plan.changed for plan in plans),
        unchanged=sum(not plan.changed for plan in plans),
        missing=tuple(
            Missing(who, person.full_name)
            for who, person in sorted(planner.people.items())
            if person.active and who not in listed and person.id not in claimed
        ),
        faults=_titled(planner.faults, roster),
        doubts=_titled(planner.doubts, roster),
        remarks=_titled(planner.remarks, roster),
    )
    if not dry_run:
        _carry_out(uow, planner, [plan for plan in plans if plan.changed])
    return report


def _titled(faults: Iterable[RowFault], roster: Roster) -> tuple[RowFault, ...]:
    """The faults with their columns called as the file calls them."""
    return tuple(replace(fault, column=roster.titles.get(fault.column or "", fault.column)) for fault in faults)


def _carry_out(uow: UnitOfWork, planner: Planner, plans: list[Plan]) -> None:
    led = _leaders((one.active, one.manager_id) for one in planner.everybody)
    _open_departments(uow, planner, plans)
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
    changed = _grant(uow, planner, plans, ids)
    everybody = [_Place(one.id, one.active, one.department_id, one.manager_id) for one in planner.everybody]
    everybody += [_place(ids[who], row, lines.get(who)) for who, row in rows.items()]
    leads = _leaders((one.active, one.manager_id) for one in everybody)
    changed |= _find_heads(uow, planner.departments.values(), everybody, leads)
    refresh(uow, changed | (led ^ leads))


def _open_departments(uow: UnitOfWork, planner: Planner, plans: Iterable[Plan]) -> None:
    """Makes the departments that are new, and puts each where it belongs."""
    departments, tree = planner.departments, planner.tree
    wanted = [plan.values.get("department") for plan in plans]
    for name in (*wanted, *tree.names.values()):
        if isinstance(name, str) and department_key(name) not in departments:
            department = departments[department_key(name)] = Department(name=name)
            uow.add(department)
    uow.flush()
    keys = planner.keys | {department.id: key for key, department in departments.items()}
    parents = {key: keys.get(department.parent_id or 0) for key, department in departments.items()}
    parents |= {key: parent for key, parent in tree.parents.items() if key in departments}
    above = ancestors(
        {departments[key].id: departments[parent].id if parent else None for key, parent in parents.items()}
    )
    for department in departments.values():
        if department.above != above[department.id]:
            department.above = above[department.id]
            department.parent_id = next(iter(department.above), None)


def _grant(uow: UnitOfWork, planner: Planner, plans: Iterable[Plan], ids: Mapping[str, int]) -> set[int]:
    """Gives and takes roles as the file says; whose were changed."""
    changed = set()
    for plan in plans:
        person_id = ids[plan.row.external_id]
        held = planner.grants.get(person_id, {})
        if plan.roles is None or plan.roles == held.keys():
            continue
        take(uow, (grant for name, grant in held.items() if name not in plan.roles))
        for name in sorted(plan.roles - held.keys()):
            keep(uow, person_id, name, source=Source.IMPORT)
        changed.add(person_id)
    return changed


def _placed(plan: Plan, departments: Mapping[str, Department]) -> Iterator[tuple[str, object]]:
    """A plan's values, with the id of the department for its name."""
    for name, value in plan.values.items():
        if name == "department":
            yield "department_id", departments[department_key(value)].id if isinstance(value, str) else None
        else:
            yield name, value


def _update(uow: UnitOfWork, planner: Planner, plan: Plan, person: Person, ids: Mapping[str, int]) -> None:
    active = person.active
    for name, value in _placed(plan, planner.departments):
        if getattr(person, name) != value:
            setattr(person, name, value)
    if person.active != active:
        tell_roles(uow, person.id)
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
    department_id: int | None
    manager_id: int | None


def _place(id: int, row: Mapping[str, object], manager_id: int | None) -> _Place:
    department = row["department_id"]
    return _Place(id, bool(row["active"]), department if isinstance(department, int) else None, manager_id)


def _leaders(people: Iterable[tuple[bool, int | None]]) -> set[int]:
    """To whom anybody reports who is active."""
    return {manager_id for active, manager_id in people if active and manager_id is not None}


def _find_heads(
    uow: UnitOfWork, departments: Iterable[Department], people: Iterable[_Place], leads: Collection[int]
) -> set[int]:
    """A department without a head gets the one in it who was made a manager and reports to nobody in it; where none
    was, the one to whom others report. Whose place that changed."""
    at = {person.id: person.department_id for person in people if person.active}
    made = {grant.person_id for grant in uow.ask(AllGrants()) if grant.role == MANAGER.name}
    heads: defaultdict[int | None, list[int]] = defaultdict(list)
    others: defaultdict[int | None, list[int]] = defaultdict(list)
    for person in people:
        if person.active and at.get(person.manager_id or 0) != person.department_id:
            if person.id in made:
                heads[person.department_id].append(person.id)
            elif person.id in leads:
                others[person.department_id].append(person.id)
    changed = set()
    for department in departments:
        has_one = department.manager_id is not None and at.get(department.manager_id) == department.id
        found = heads[department.id] or others[department.id]
        if not has_one and len(found) == 1 and department.manager_id != found[0]:
            changed |= {found[0], department.manager_id or found[0]}
            department.manager_id = found[0]
    return changed
