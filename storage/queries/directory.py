"""Finds people by name with an index kept in memory, and lists them by department, manager, phone and account."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, or_, select, true

from core.people.admission import AccessRequest, CountRequests, LatestRequest, OpenRequests
from core.people.directory import (
    AccountsAt,
    AccountsOf,
    Departments,
    DepartmentSize,
    FindPeople,
    Found,
    FoundPage,
    PeopleOf,
    PeoplePage,
    PeopleWithPhone,
    SearchPeople,
)
from core.people.linking import CodeWith, ForgetCodes, WrongCodesOf
from core.people.matching import Directory, Entry
from core.people.person import Account, Code, Person
from storage.dispatch import answers, carries_out
from storage.tables.directory import access_requests, directory_marks, wrong_codes
from storage.tables.people import accounts, codes, departments, people
from storage.unit_of_work import SqlUnitOfWork

MOST_AT_ONCE = 5_000
"""People in an index that a search waits for (0.2 s); a larger one is built aside while the old one answers."""
_Row = tuple[int, str, str, str, str, str, str, str, bool]
THREAD = "directory"
"""The name of the thread that builds an index."""


class _Index:
    """The directory of one database in this process, and the mark of the people it was built from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: str | None = None
        self._directory: Directory | None = None
        self._building: str | None = None

    def current(self, uow: SqlUnitOfWork) -> Directory:
        """The directory; that of a large company may be some seconds behind."""
        with self._lock:
            mark = uow.session.execute(select(directory_marks.c.mark)).scalar() or ""
            if self._directory is None or (mark != self._mark and self._building is None):
                rows = _rows(uow)
                if self._directory is None or len(rows) <= MOST_AT_ONCE:
                    self._directory, self._mark = _directory(rows), mark
                else:
                    self._building = mark
                    threading.Thread(target=self._build, args=(rows, mark), name=THREAD, daemon=True).start()
            return self._directory

    def _build(self, rows: Sequence[_Row], mark: str) -> None:
        directory = _directory(rows)
        with self._lock:
            self._directory, self._mark, self._building = directory, mark, None


_indexes: WeakKeyDictionary[Engine | Connection, _Index] = WeakKeyDictionary()


def _rows(uow: SqlUnitOfWork) -> Sequence[_Row]:
    """What everybody may be found by, in the order of an entry's fields."""
    statement = select(
        people.c.id,
        people.c.last_name,
        people.c.first_name,
        people.c.patronymic,
        func.coalesce(departments.c.name, ""),
        people.c.position,
        func.coalesce(people.c.extension, ""),
        func.coalesce(people.c.phone, ""),
        people.c.active,
    ).outerjoin(departments, departments.c.id == people.c.department_id)
    return uow.session.execute(statement).all()


def _directory(rows: Sequence[_Row]) -> Directory:
    return Directory(
        Entry(
            id=id,
            last_name=last_name,
            first_name=first_name,
            patronymic=patronymic,
            department=department,
            position=position,
            extension=extension,
            phone=phone,
            active=active,
        )
        for id, last_name, first_name, patronymic, department, position, extension, phone, active in rows
    )


@answers(FindPeople)
def find_people(uow: SqlUnitOfWork, query: FindPeople) -> tuple[Found, ...]:
    """The people whom a text may mean."""
    return search_people(uow, SearchPeople(query.text, 0, query.limit, query.inactive)).people


@answers(SearchPeople)
def search_people(uow: SqlUnitOfWork, query: SearchPeople) -> FoundPage:
    """The people whom a text may mean. Who has left since the index was built is left out of what it gives."""
    index = _indexes.setdefault(uow.session.get_bind(), _Index()).current(uow)
    matches = index.search(query.text, query.offset + query.limit, inactive=query.inactive)
    scores = {match.person_id: match.score for match in matches.best[query.offset :]}
    statement = (
        select(Person, departments.c.name)
        .outerjoin(departments, departments.c.id == people.c.department_id)
        .where(people.c.id.in_(list(scores)))
    )
    if not query.inactive:
        statement = statement.where(people.c.active.is_(true()))
    found = {person.id: Found(person, name or "", scores[person.id]) for person, name in uow.session.execute(statement)}
    here = tuple(found[id] for id in scores if id in found)
    return FoundPage(here, matches.total - (len(scores) - len(here)))


@answers(Departments)
def departments_by_name(uow: SqlUnitOfWork, query: Departments) -> tuple[DepartmentSize, ...]:
    """The departments with their numbers of active people."""
    statement = (
        select(departments.c.id, departments.c.name, func.count())
        .join(people, people.c.department_id == departments.c.id)
        .where(people.c.active.is_(true()))
        .group_by(departments.c.id, departments.c.name)
        .order_by(departments.c.name)
    )
    return tuple(DepartmentSize(id, name, count) for id, name, count in uow.session.execute(statement))


@answers(PeopleOf)
def people_of(uow: SqlUnitOfWork, query: PeopleOf) -> PeoplePage:
    """Some people of a department or a manager, and how many there are."""
    chosen: list[ColumnElement[bool]] = [people.c.active.is_(true())]
    if query.department_id is not None:
        chosen.append(people.c.department_id == query.department_id)
    if query.manager_id is not None:
        chosen.append(people.c.manager_id == query.manager_id)
    total = uow.session.execute(select(func.count()).select_from(people).where(*chosen)).scalar_one()
    page = select(Person).where(*chosen).order_by(people.c.last_name, people.c.first_name, people.c.id)
    found = uow.session.execute(page.offset(query.offset).limit(query.limit)).scalars() if query.limit else ()
    return PeoplePage(tuple(found), total)


@answers(AccountsOf)
def accounts_of(uow: SqlUnitOfWork, query: AccountsOf) -> tuple[Account, ...]:
    """A person's accounts, of each the row that is in use."""
    statement = select(Account).where(accounts.c.person_id == query.person_id).order_by(accounts.c.id)
    found: dict[tuple[str, str], Account] = {}
    for account in uow.session.execute(statement).scalars():
        known = found.setdefault((account.network, account.address), account)
        if (account.superseded, account.chat is None) < (known.superseded, known.chat is None):
            found[account.network, account.address] = account
    return tuple(found.values())


@answers(AccountsAt)
def accounts_at(uow: SqlUnitOfWork, query: AccountsAt) -> tuple[Account, ...]:
    """One account in all bot accounts of its network."""
    in_network = or_(accounts.c.messenger == query.network, accounts.c.messenger.like(f"{query.network}.%"))
    statement = select(Account).where(accounts.c.address == query.address, in_network).order_by(accounts.c.id)
    return tuple(uow.session.execute(statement).scalars())


@answers(PeopleWithPhone)
def people_with_phone(uow: SqlUnitOfWork, query: PeopleWithPhone) -> tuple[Person, ...]:
    """The active people with a phone number."""
    statement = select(Person).where(people.c.phone == query.phone, people.c.active.is_(true())).order_by(people.c.id)
    return tuple(uow.session.execute(statement).scalars())


@answers(CodeWith)
def code_with(uow: SqlUnitOfWork, query: CodeWith) -> Code | None:
    """The code with a digest."""
    return uow.session.execute(select(Code).where(codes.c.digest == query.digest)).scalar_one_or_none()


@answers(WrongCodesOf)
def wrong_codes_of(uow: SqlUnitOfWork, query: WrongCodesOf) -> int:
    """How many wrong codes an account has tried."""
    recent = (wrong_codes.c.account_id == query.account_id) & (wrong_codes.c.at > query.since)
    return uow.session.execute(select(func.count()).select_from(wrong_codes).where(recent)).scalar_one()


@carries_out(ForgetCodes)
def forget_codes(uow: SqlUnitOfWork, change: ForgetCodes) -> None:
    """Removes what has expired."""
    uow.session.execute(delete(codes).where(codes.c.expires_at < change.before))
    uow.session.execute(delete(wrong_codes).where(wrong_codes.c.at < change.before))


@answers(LatestRequest)
def latest_request(uow: SqlUnitOfWork, query: LatestRequest) -> AccessRequest | None:
    """The last request of an account."""
    statement = (
        select(AccessRequest)
        .where(access_requests.c.account_id == query.account_id)
        .order_by(access_requests.c.id.desc())
        .limit(1)
    )
    return uow.session.execute(statement).scalar_one_or_none()


@answers(CountRequests, apart=True)
def count_requests(uow: SqlUnitOfWork, query: CountRequests) -> int:
    """What is not decided yet."""
    statement = select(func.count()).select_from(access_requests).where(access_requests.c.decided_at.is_(None))
    return uow.session.execute(statement).scalar_one()


@answers(OpenRequests)
def open_requests(uow: SqlUnitOfWork, query: OpenRequests) -> tuple[tuple[AccessRequest, Account], ...]:
    """What is not decided yet."""
    statement = (
        select(AccessRequest, Account)
        .join(Account, accounts.c.id == access_requests.c.account_id)
        .where(access_requests.c.decided_at.is_(None))
        .order_by(access_requests.c.id)
    )
    return tuple((request, account) for request, account in uow.session.execute(statement))
