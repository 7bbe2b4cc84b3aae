"""PostgreSQL behind a pooler that lends a connection for each transaction: nothing may lean on a session."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.chat.clock import Clock
from core.leases import Fence, Fenced, KeepLease, Lease, TakeLease
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.databases import PostgreSQL
from tests.support.pooler import Pooler


@pytest.fixture
def pooled(postgresql: PostgreSQL) -> Iterator[str]:
    """The URL of a database behind a pooler."""
    url = postgresql.create()
    with tempfile.TemporaryDirectory() as folder:
        pooler = Pooler(url, Path(folder))
        yield pooler.url
        pooler.close()
    postgresql.drop(url)


def test_leases_and_work_through_a_pooler(pooled: str, clock: Clock) -> None:
    red, blue = (Database(f"{pooled}&prepare_threshold=none", clock) for _ in range(2))
    lease = red.transact_now(lambda uow: uow.apply(TakeLease("schedule", "red", 60)))
    assert lease == Lease("schedule", 1)
    assert blue.transact_now(lambda uow: uow.apply(TakeLease("schedule", "blue", 60))) is None
    seen = set()

    def write_down(uow: UnitOfWork) -> None:
        uow.apply(Fence(Lease("schedule", 1)))
        assert isinstance(uow, SqlUnitOfWork)
        seen.add(uow.connection.execute(text("SELECT pg_backend_pid()")).scalar())
        uow.wake("timers")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: (red, blue)[number % 2].transact_now(write_down), range(40)))
    assert len(seen) > 1, "the pooler lends another connection each time"
    assert red.transact_now(lambda uow: uow.apply(KeepLease(Lease("schedule", 1), -1)))
    assert blue.transact_now(lambda uow: uow.apply(TakeLease("schedule", "blue", 60))) == Lease("schedule", 2)
    with pytest.raises(Fenced):
        red.transact_now(write_down)
    red.close_now()
    blue.close_now()


def test_prepared_statements_need_a_pooler_that_knows_them(pooled: str, clock: Clock) -> None:
    store = Database(pooled, clock)

    def often() -> None:
        for _ in range(20):
            store.transact_now(lambda uow: uow.apply(TakeLease("schedule", "red", 60)))

    with pytest.raises(DBAPIError, match="prepared statement"):
        often()
    store.close_now()
