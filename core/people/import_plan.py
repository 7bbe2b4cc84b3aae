"""Compares the company's people file with the people here, and decides what each row would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from core.access import EMPLOYEE
from core.chat.phrases import Listing, Phrase, phrase
from core.people.grants import Grant
from core.people.import_alike import Alike, likenesses
from core.people.import_managers import Managers
from core.people.import_shared import shared_numbers
from core.people.import_tree import department_key, plan_tree
from core.people.person import Account, Department, Person
from core.people.roles import ADMIN
from core.people.roster import Roster, RosterRow, circles
from core.people.roster_header import RowFault
from core.unit_of_work import Query

_TEXTS = ("patronymic", "email", "position")
_VALUES = ("phone", "extension", "birthday", "hired_on")
_ACCOUNTS = (("telegram_id", "telegram"), ("matrix_id", "matrix"))
"""Columns that name an account, with the network it is in."""


@dataclass(frozen=True, slots=True)
class Staff:
    """All that an import compares with."""

    people: tuple[Person, ...]
    departments: tuple[Department, ...]
    accounts: tuple[Account, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class WholeStaff(Query[Staff]):
    """Everybody, in one query per table."""


@dataclass(slots=True, kw_only=True)
class Plan:
    """What is to become of one row. `person` is None for somebody new.

    `values` are by the names of a person's attributes, with the name of the department for `department`; `roles` are
    those that the person is to have for the whole company, None to leave them; `manager` is an external id; `accounts`
    are to be linked (messenger and address).
    """

    row: RosterRow
    person: Person | None
    values: dict[str, object]
    roles: frozenset[str] | None = None
    accounts: list[tuple[str, str]] = field(default_factory=list)
    manager: str | None = None
    changed: bool = False


class Planner:
    """Plans one import and changes nothing, so that a dry run finds the same as a real one.

    `own` are the bot accounts themselves, by network and address: they are nobody's.
    """

    def __init__(self, staff: Staff, roster: Roster, alike: Alike, own: Collection[tuple[str, str]]) -> None:
        self.everybody = staff.people
        self.people = {person.external_id: person for person in staff.people if person.external_id is not None}
        self.keys = {department.id: department_key(department.name) for department in staff.departments}
        self.departments: dict[str, Department] = {}
        for department in staff.departments:
            self.departments.setdefault(self.keys[department.id], department)
        self.accounts: defaultdict[tuple[str, str], list[Account]] = defaultdict(list)
        self.held: defaultdict[tuple[int | None, str], list[Account]] = defaultdict(list)
        for account in staff.accounts:
            self.accounts[account.network, account.address].append(account)
            self.held[account.person_id, account.network].append(account)
        self.grants: defaultdict[int, dict[str, Grant]] = defaultdict(dict)
        for grant in staff.grants:
            self.grants[grant.person_id][grant.role] = grant
        self._own = own
        self._by_id = {person.id: person for person in staff.people}
        self._names = {department.id: department.name for department in staff.departments}
        self.faults = list(roster.faults)
        self.remarks = list(roster.remarks)
        self.doubts: list[RowFault] = []
        self.doubted: set[int] = set()
        self._persons = self._adopted(roster)
        self.roster = roster if alike is Alike.NEW else self._without_doubles(roster, alike)
        self.tree = plan_tree(self.roster, staff.departments)
        self.faults += self.tree.faults

    def plans(self) -> list[Plan]:
        """A plan for each row.

        Afterwards `faults` has what is wrong, `doubts` who looks like somebody known, `remarks` what else to look at.
        """
        people, persons = self.people, self._persons
        plans = [self._plan(row, people.get(row.external_id) or persons.get(row.row)) for row in self.roster.rows]
        self._keep_an_admin(plans)
        self._plan_managers(plans)
        for plan in plans:
            plan.changed = self._differs(plan) or self._moves(plan)
        self._remark(plans)
        for found in (self.faults, self.remarks):
            found.sort(key=lambda fault: fault.row)
        return plans

    def _without_doubles(self, roster: Roster, alike: Alike) -> Roster:
        """The rows that are surely somebody new, or surely somebody who is here; the others become doubts."""
        left_out = set()
        for one in likenesses(roster.rows, self.everybody, self.people, self._persons.keys()):
            if one.person is not None and alike is Alike.SAME:
                self._persons[one.row.row] = one.person
            else:
                left_out.add(one.row.row)
                self.doubted |= {one.person.id} if one.person is not None else set()
                self.doubts.append(RowFault(one.row.row, None, one.reason))
        return replace(roster, rows=[row for row in roster.rows if row.row not in left_out])

    def _remark(self, plans: list[Plan]) -> None:
        rows = [(plan.row, plan.person, plan.values) for plan in plans]
        self.remarks += shared_numbers(rows, self.everybody, self.roster.columns)
        told: set[str] = set()
        for row in self.roster.rows if len(self.departments) < len(self.keys) else ():
            key = department_key(row.department or "")
            names = [self._names[id] for id, known in self.keys.items() if known == key]
            if len(names) > 1 and key not in told:
                told.add(key)
                reason = phrase(
                    "These departments are read as one, and people of the file go to the first: {departments}",
                    departments=Listing(tuple(f"“{name}”" for name in names)),
                )
                self.remarks.append(RowFault(row.row, "department", reason))

    def _adopted(self, roster: Roster) -> dict[int, Person]:
        """People known only by an account (such as the first admin), by the row that names the account."""
        found: dict[int, Person] = {}
        taken: set[int] = set()
        for row in roster.rows:
            for _, messenger, address in _named(row):
                person = self._owner(messenger, address)
                if person is not None and person.external_id is None and person.id not in taken:
                    taken.add(found.setdefault(row.row, person).id)
        return found

    def _plan(self, row: RosterRow, person: Person | None) -> Plan:
        columns = self.roster.columns
        values: dict[str, object] = {
            "external_id": row.external_id,
            "last_name": row.last_name,
            "first_name": row.first_name,
        }
        values.update({name: getattr(row, name) or "" for name in _TEXTS if name in columns})
        values.update({name: getattr(row, name) for name in _VALUES if name in columns})
        if "department" in columns:
            values["department"] = row.department
        if row.active is not None:
            values["active"] = row.active
        plan = Plan(row=row, person=person, values=values)
        if row.roles:
            plan.roles = frozenset(row.roles) - {EMPLOYEE.name}
        for column, messenger, address in _named(row):
            fault = self._clash(person, messenger, address)
            if fault is not None:
                self.faults.append(RowFault(row.row, column, fault))
            elif self._owner(messenger, address) is None:
                plan.accounts.append((messenger, address))
        return plan

    def _owner(self, messenger: str, address: str) -> Person | None:
        owners = (account.person_id for account in self.accounts.get((messenger, address), ()))
        return self._by_id.get(next((owner for owner in owners if owner is not None), 0))

    def _clash(self, person: Person | None, messenger: str, address: str) -> Phrase | None:
        if (messenger, address) in self._own:
            return phrase("This is the account of the bot itself")
        owner = self._owner(messenger, address)
        if owner is not None and owner is not person:
            return phrase("This account is {name}’s already; an admin can unlink it", name=owner.full_name)
        held = self.held.get((person.id, messenger), ()) if person is not None else ()
        if any(account.address != address and account.chat is not None for account in held):
            return phrase("This person uses another account in this messenger; an admin can unlink it")
        return None

    def _keep_an_admin(self, plans: list[Plan]) -> None:
        """Where the file would leave nobody as an admin, its rows that say so are not believed."""
        admins = {
            person.id for person in self._by_id.values() if person.active and ADMIN.name in self.grants[person.id]
        }
        planned = {plan.person.id for plan in plans if plan.person is not None}
        if not admins or admins - planned or any(self._administers(plan) for plan in plans):
            return
        for plan in plans:
            if plan.person is not None and plan.person.id in admins:
                plan.values.pop("active", None)
                plan.roles = None
                reason = phrase("The last admin cannot be removed; the roles were left as they are")
                self.faults.append(RowFault(plan.row.row, "roles", reason))

    def _administers(self, plan: Plan) -> bool:
        """Whether somebody is an active admin, once a plan is carried out."""
        active = plan.values.get("active", plan.person.active if plan.person is not None else True)
        return bool(active) and ADMIN.name in (self._granted(plan.person) if plan.roles is None else plan.roles)

    def _granted(self, person: Person | None) -> frozenset[str]:
        return frozenset() if person is None else frozenset(self.grants[person.id])

    def _plan_managers(self, plans: list[Plan]) -> None:
        lines = {who: self.manager_of(person) for who, person in self.people.items()}
        lines.update({plan.row.external_id: self.manager_of(plan.person) for plan in plans})
        before = dict(lines)
        stated: dict[str, RosterRow] = {}
        if "manager_external_id" in self.roster.columns:
            stated = {plan.row.external_id: plan.row for plan in plans}
        managers = Managers(self._names_of_people(plans))
        for who, row in stated.items():
            manager = row.manager_external_id
            if manager is not None and manager not in lines:
                called = managers.called(manager)
                manager = next(iter(called)) if len(called) == 1 else manager
                if len(called) != 1:
                    self.faults.append(
                        RowFault(row.row, "manager_external_id", _unknown(manager, several=bool(called)))
                    )
                    continue
            lines[who] = manager
        for circle in circles(lines):
            for who in (who for who in circle if who in stated):
                lines[who] = before[who]
                reason = phrase("With people who are not in the file, the managers would form a circle")
                self.faults.append(RowFault(stated[who].row, "manager_external_id", reason))
        for plan in plans:
            plan.manager = lines[plan.row.external_id]

    def _names_of_people(self, plans: list[Plan]) -> Iterator[tuple[str, str, str, str]]:
        listed = {
            plan.row.external_id: (plan.row.last_name, plan.row.first_name, plan.row.patronymic) for plan in plans
        }
        known = {who: (one.last_name, one.first_name, one.patronymic) for who, one in self.people.items() if one.active}
        for who, (last, first, patronymic) in (known | listed).items():
            yield last, first, patronymic or "", who

    def manager_of(self, person: Person | None) -> str | None:
        """The external id of a person's manager."""
        manager = self._by_id.get(person.manager_id or 0) if person is not None else None
        return manager.external_id if manager is not None else None

    def _moves(self, plan: Plan) -> bool:
        """Whether a row says that its department is to be part of another than it is."""
        name, parent = plan.row.department, plan.row.parent_department
        key = None if name is None else department_key(name)
        if key is None or parent is None or self.tree.parents.get(key) != department_key(parent):
            return False
        department = self.departments.get(key)
        here = None if department is None else self._names.get(department.parent_id or 0)
        return here is None or department_key(here) != department_key(parent)

    def _differs(self, plan: Plan) -> bool:
        person = plan.person
        if person is None or plan.accounts or plan.manager != self.manager_of(person):
            return True
        if plan.roles is not None and plan.roles != self._granted(person):
            return True
        for name, value in plan.values.items():
            if name == "department":
                department = self.departments.get(department_key(value)) if isinstance(value, str) else None
                if person.department_id != (None if department is None else department.id):
                    return True
            elif getattr(person, name) != value:
                return True
        return False


def _unknown(manager: str, *, several: bool) -> Phrase:
    if several:
        return phrase("Several people are called “{name}”; write the id of the manager", name=manager)
    return phrase("Nobody has the id or the name “{id}”", id=manager)


def _named(row: RosterRow) -> Iterator[tuple[str, str, str]]:
    """The accounts that a row names: column, messenger, address."""
    for column, messenger in _ACCOUNTS:
        address = getattr(row, column)
        if address is not None:
            yield column, messenger, str(address)
