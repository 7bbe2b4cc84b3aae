"""Leases on both databases: one owner at a time, a stalled one is fenced, and no takeover slips under a commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from core.chat.clock import Clock
from core.leases import Fence, Fenced, FreeAll, FreeLease, KeepLease, Lease, Standing, Standings, TakeLease
from core.people.person import Department
from core.unit_of_work import Change, UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.databases import PostgreSQL

NAME = "send:telegram"
PAST = -60.0
"""Seconds of a lease that has run out by the time it is taken."""


@pytest.fixture
def two(database_url: str, clock: Clock) -> Iterator[tuple[Database, Database]]:
    """Two processes on one database."""
    first, second = Database(database_url, clock), Database(database_url, clock)
    yield first, second
    first.close_now()
    second.close_now()


@pytest.fixture
def pair(postgresql: PostgreSQL, clock: Clock) -> Iterator[tuple[Database, Database]]:
    """Two processes on PostgreSQL, where transactions run side by side."""
    url = postgresql.create()
    first, second = Database(url, clock), Database(url, clock)
    yield first, second
    first.close_now()
    second.close_now()
    postgresql.drop(url)


def take(store: Database, owner: str, seconds: float = 60.0) -> Lease | None:
    return store.transact_now(lambda uow: uow.apply(TakeLease(NAME, owner, seconds)))


def taken(store: Database, owner: str, seconds: float = 60.0) -> Lease:
    lease = take(store, owner, seconds)
    assert lease is not None
    return lease


def keep(store: Database, lease: Lease, seconds: float = 60.0) -> bool:
    return store.transact_now(lambda uow: uow.apply(KeepLease(lease, seconds)))


def apply(store: Database, change: Change[None]) -> None:
    store.transact_now(lambda uow: uow.apply(change))


def standing(store: Database) -> Standing:
    (only,) = store.transact_now(lambda uow: uow.ask(Standings()))
    return only


def test_one_of_two_has_it(two: tuple[Database, Database]) -> None:
    red, blue = two
    assert take(red, "red") == Lease(NAME, 1)
    assert take(blue, "blue") is None
    assert take(red, "red") is None, "it has it already"


def test_of_many_at_once_one_gets_it(two: tuple[Database, Database]) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda number: take(two[number % 2], f"owner {number}"), range(16)))
    assert [lease for lease in found if lease] == [Lease(NAME, 1)]


def test_other_names_are_other_leases(two: tuple[Database, Database]) -> None:
    red, blue = two
    taken(red, "red")
    assert blue.transact_now(lambda uow: uow.apply(TakeLease("schedule", "blue", 60))) == Lease("schedule", 1)
    found = red.transact_now(lambda uow: uow.ask(Standings()))
    assert [(one.name, one.owner, one.epoch) for one in found] == [("schedule", "blue", 1), (NAME, "red", 1)]
    assert all(59 < one.left <= 60 for one in found)


def test_what_has_run_out_is_taken_over_and_its_owner_is_fenced(two: tuple[Database, Database]) -> None:
    red, blue = two
    stalled = taken(red, "red", PAST)
    assert standing(blue).left < 0
    assert take(blue, "blue") == Lease(NAME, 2)
    assert not keep(red, stalled)
    apply(red, FreeLease(stalled))
    assert standing(red).owner == "blue", "a late farewell frees nothing"

    def write_down(uow: UnitOfWork) -> None:
        uow.apply(Fence(stalled))
        uow.add(Department(name="Kitchen"))

    with pytest.raises(Fenced, match=NAME):
        red.transact_now(write_down)
    assert red.transact_now(lambda uow: uow.get(Department, 1)) is None
    apply(blue, Fence(Lease(NAME, 2)))


def test_the_same_owner_after_a_gap_is_a_new_one(two: tuple[Database, Database]) -> None:
    red, _ = two
    before = taken(red, "red", PAST)
    assert take(red, "red") == Lease(NAME, 2)
    assert not keep(red, before)


def test_late_but_not_too_late(two: tuple[Database, Database]) -> None:
    red, blue = two
    lease = taken(red, "red", PAST)
    apply(red, Fence(lease))
    assert keep(red, lease), "nobody wanted it meanwhile"
    assert take(blue, "blue") is None
    assert 59 < standing(blue).left <= 60


def test_what_is_freed_is_free_at_once(two: tuple[Database, Database]) -> None:
    red, blue = two
    lease = taken(red, "red")
    apply(red, FreeLease(lease))
    assert not keep(red, lease)
    with pytest.raises(Fenced):
        apply(red, Fence(lease))
    assert take(blue, "blue") == Lease(NAME, 2)


def test_all_are_freed_for_who_is_alone(two: tuple[Database, Database]) -> None:
    red, blue = two
    taken(red, "red")
    apply(blue, FreeAll())
    assert standing(red).owner == ""
    assert take(blue, "blue") == Lease(NAME, 2)


def test_a_lease_that_never_was_fences(two: tuple[Database, Database]) -> None:
    with pytest.raises(Fenced):
        apply(two[0], Fence(Lease(NAME, 1)))


def test_a_takeover_waits_for_the_commit_of_the_fenced(pair: tuple[Database, Database]) -> None:
    red, blue = pair
    lease = taken(red, "red", PAST)
    fenced, finish = threading.Event(), threading.Event()

    def write_down(uow: UnitOfWork) -> None:
        uow.apply(Fence(lease))
        uow.add(Department(name="Kitchen"))
        fenced.set()
        assert finish.wait(10)

    with ThreadPoolExecutor(2) as threads:
        writing = threads.submit(red.transact_now, write_down)
        assert fenced.wait(10)
        taking = threads.submit(take, blue, "blue")
        until_blocked(pair[0])
        assert not taking.done()
        # The owner is not held up by its own fence, and in time.
        apply(red, Fence(lease))
        finish.set()
        writing.result(10)
        assert taking.result(10) == Lease(NAME, 2)
    assert blue.transact_now(lambda uow: uow.get(Department, 1)) is not None


def test_renewals_and_fences_pass_each_other(pair: tuple[Database, Database]) -> None:
    red, blue = pair
    lease = taken(red, "red")

    def write_down(uow: UnitOfWork) -> bool:
        uow.apply(Fence(lease))
        # While the fence holds, from another connection: neither waits for the other.
        return keep(blue, lease) and take(blue, "blue") is None

    def renew(uow: UnitOfWork) -> None:
        assert uow.apply(KeepLease(lease, 60))
        apply(blue, Fence(lease))

    assert red.transact_now(write_down)
    red.transact_now(renew)
    assert red.reruns + blue.reruns == 0


def test_a_takeover_under_way_fences_who_asks_now(pair: tuple[Database, Database]) -> None:
    red, blue = pair
    lease = taken(red, "red", PAST)
    with ThreadPoolExecutor(2) as threads:

        def take_over(uow: UnitOfWork) -> list[bool]:
            assert uow.apply(TakeLease(NAME, "blue", 60)) == Lease(NAME, 2)
            late.extend([threads.submit(apply, red, Fence(lease)), threads.submit(keep, red, lease)])
            until_blocked(red, 2)
            return [future.done() for future in late]

        late: list[Future[Any]] = []
        assert blue.transact_now(take_over) == [False, False]
        with pytest.raises(Fenced):
            late[0].result(10)
        assert late[1].result(10) is False


def test_a_process_stopped_within_a_transaction_bars_no_takeover(pair: tuple[Database, Database]) -> None:
    red, blue = pair
    lease = taken(red, "red", PAST)
    stopped, go_on = threading.Event(), threading.Event()
    limits: list[object] = []

    def write_down(uow: UnitOfWork) -> None:
        uow.apply(Fence(lease))
        limits.append(run(uow, "SHOW idle_in_transaction_session_timeout"))
        run(uow, "SET LOCAL idle_in_transaction_session_timeout = 20")  # as the other, but sooner
        stopped.set()
        assert go_on.wait(10)
        uow.flush()
        run(uow, "SELECT 1")

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(red.transact_now, write_down)
        assert stopped.wait(10)
        assert take(blue, "blue") == Lease(NAME, 2)
        go_on.set()
        with pytest.raises(Fenced):
            writing.result(10)
    assert limits == ["5s"]
    assert red.transact_now(lambda uow: run(uow, "SHOW idle_in_transaction_session_timeout")) == "1min"


def run(uow: UnitOfWork, statement: str) -> object:
    assert isinstance(uow, SqlUnitOfWork)
    result = uow.connection.execute(text(statement))
    return result.scalar() if result.returns_rows else None


def until_blocked(store: Database, connections: int = 1) -> None:
    """Wait until so many connections wait for a lock."""
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    end = monotonic() + 5
    while (waiting := store.transact_now(lambda uow: run(uow, count))) != connections:
        assert monotonic() < end, f"{waiting} wait"
