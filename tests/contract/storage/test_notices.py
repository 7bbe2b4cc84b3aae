"""Hints between two processes on PostgreSQL, and what becomes of them when they cannot pass."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs

from core.chat.clock import Clock
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.notices import Notices
from tests.support.databases import PostgreSQL

Hears = set[str] | None


@pytest.fixture
def url(postgresql: PostgreSQL) -> Iterator[str]:
    """A database on PostgreSQL."""
    url = postgresql.create(migrated=False)
    yield url
    postgresql.drop(url)


@pytest.fixture
async def pair(url: str, clock: Clock) -> AsyncIterator[tuple[Database, Database]]:
    """Two processes on it."""
    red, blue = Database(url, clock), Database(url, clock)
    yield red, blue
    await red.close()
    await blue.close()


class Ear:
    """What a thread of notices heard."""

    def __init__(self) -> None:
        self.heard: list[Hears] = []
        self._changed = threading.Condition()

    def __call__(self, topics: Iterable[str] | None) -> None:
        with self._changed:
            self.heard.append(topics if topics is None else set(topics))
            self._changed.notify_all()

    def wait_for(self, heard: Hears) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: heard in self.heard, 5), self.heard


class Deaf(psycopg.Connection[Any]):
    """A connection through a pooler: LISTEN says that it worked, and nothing is ever heard."""

    def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        return super().execute("SELECT 1" if query == b"LISTEN kollega" else query, *arguments, **options)


@contextmanager
def opened(notices: Notices) -> Iterator[Notices]:
    try:
        yield notices
    finally:
        notices.close()


def until_listening(url: str, processes: int) -> None:
    """Wait until so many connections have said LISTEN and sent their echo."""
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_notify%'"
    end = monotonic() + 5
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(f"{statement} AND pid <> pg_backend_pid()").fetchone() != (processes,):
            assert monotonic() < end


async def test_another_process_is_woken_and_this_one_only_once(pair: tuple[Database, Database], url: str) -> None:
    red, blue = pair
    calls: list[str] = []
    second = asyncio.Event()
    red.woken("inbox", lambda: calls.append("red"))
    blue.woken("inbox", lambda: calls.append("blue"))
    blue.woken("deliveries", second.set)
    until_listening(url, 2)
    await red.transact(lambda uow: uow.wake("inbox"))
    await red.transact(lambda uow: uow.wake("deliveries"))
    async with asyncio.timeout(5):
        await second.wait()
    # Its own notices come back in order too: when the answer to a later one is here, the earlier one is through.
    back = asyncio.Event()
    red.woken("back", back.set)
    await blue.transact(lambda uow: uow.wake("back"))
    async with asyncio.timeout(5):
        await back.wait()
    assert sorted(calls) == ["blue", "red"]


async def test_work_that_is_undone_tells_nobody(pair: tuple[Database, Database], url: str) -> None:
    red, blue = pair
    calls: list[str] = []
    end = asyncio.Event()
    blue.woken("inbox", lambda: calls.append("inbox"))
    blue.woken("end", end.set)
    until_listening(url, 1)

    def fail(uow: UnitOfWork) -> None:
        uow.wake("inbox")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await red.transact(fail)
    await red.transact(lambda uow: uow.wake("end"))
    async with asyncio.timeout(5):
        await end.wait()
    assert calls == []


async def test_a_subscription_ends(store: Database) -> None:
    calls: list[str] = []
    last = asyncio.Event()
    end = store.woken("inbox", lambda: calls.append("ended"))
    store.woken("inbox", lambda: calls.append("stays"))
    store.woken("last", last.set)
    end()
    await store.transact(lambda uow: uow.wake("inbox"))
    await store.transact(lambda uow: uow.wake("last"))
    async with asyncio.timeout(5):
        await last.wait()
    assert calls == ["stays"]


async def test_a_process_that_only_tells_is_heard_though_it_ends_at_once(
    pair: tuple[Database, Database], url: str, clock: Clock
) -> None:
    _, blue = pair
    heard = asyncio.Event()
    blue.woken("inbox", heard.set)
    until_listening(url, 1)
    command = Database(url, clock)
    await command.transact(lambda uow: uow.wake("inbox"))
    await command.close()
    async with asyncio.timeout(5):
        await heard.wait()


def test_a_lost_connection_is_opened_again_and_everybody_called(url: str) -> None:
    ear, teller = Ear(), Ear()
    connect = partial(psycopg.connect, url, autocommit=True)
    with capture_logs() as logs, opened(Notices(connect, ear, first_pause=0.001)) as notices:
        with psycopg.connect(url, autocommit=True) as other:
            while not other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_notify%'"
            ).fetchall():
                pass
        ear.wait_for(None)
        with opened(Notices(connect, teller)) as other_process:
            other_process.tell({"inbox", "timers"})
        ear.wait_for({"inbox", "timers"})
        notices.tell({"own"})
    assert [entry["event"] for entry in logs] == ["hints_lost", "hints_are_heard"]
    assert {"own"} not in ear.heard


def test_a_server_that_is_away_is_complained_of_once(url: str) -> None:
    attempts: list[None] = []
    enough = threading.Event()

    def connect() -> psycopg.Connection[Any]:
        attempts.append(None)
        if len(attempts) < 4:
            raise psycopg.OperationalError("away")
        enough.set()
        return psycopg.connect(url, autocommit=True)

    ear = Ear()
    with capture_logs() as logs, opened(Notices(connect, ear, first_pause=0.001)):
        assert enough.wait(5)
        ear.wait_for(None)
    assert [entry["event"] for entry in logs] == ["hints_lost", "hints_are_heard"]


def test_where_nothing_is_heard_it_is_said_once_and_hints_are_still_told(url: str) -> None:
    ear, deaf_ear = Ear(), Ear()
    with capture_logs() as logs, opened(Notices(partial(psycopg.connect, url, autocommit=True), ear)):
        until_listening(url, 1)
        with opened(Notices(lambda: Deaf.connect(url, autocommit=True), deaf_ear, echo=0.0)) as deaf:
            deaf.tell({"inbox"})
            ear.wait_for({"inbox"})
            deaf.tell({"timers"})
            ear.wait_for({"timers"})
    assert [entry["event"] for entry in logs] == ["hints_are_not_heard"]
    assert deaf_ear.heard == []
