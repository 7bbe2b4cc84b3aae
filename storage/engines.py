"""How each database is opened, so that a committed transaction survives anything and two never mix."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.schema import write_json

if TYPE_CHECKING:
    import psycopg

POOL = 4
"""Connections to PostgreSQL, each with a thread of its own."""

_SQLITE_LOCKED = (5, 6)
_SQLITE_FULL = (10, 13)
"""Full, and refused by the disk: a quota or a limit of the process shows as the latter, in many extended codes."""
_SQLITE_CANNOT_OPEN = 14
_AGAIN = ("40001", "40P01")
_DUPLICATE = ("23505", "23P01")
_LOCKED = ("55P03",)
_FULL = ("53100",)
_LOST = ("53300", "57P01", "57P02", "57P03", "25P03")
"""SQLSTATE codes, from appendix A of the PostgreSQL manual."""


_PATIENT = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""A server that is gone without a word is noticed in seconds, not in the quarter of an hour that is usual.
A database URL may say otherwise. The names are those of libpq, in seconds; the last in milliseconds."""


class Fault(Enum):
    """What a database error means for the transaction: what is to be done about it."""

    AGAIN = auto()
    DUPLICATE = auto()
    LOCKED = auto()
    FULL = auto()
    LOST = auto()
    OTHER = auto()


def address(database_url: str) -> URL:
    """The parsed URL, with its driver; ValueError for what is neither SQLite nor PostgreSQL."""
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise ValueError("the database URL cannot be read; write sqlite:///path or postgresql://…") from error
    name = url.get_backend_name()
    if name == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+pysqlite")
    if name in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg").difference_update_query(["prepare_threshold"])
    raise ValueError("the database must be sqlite:///path or postgresql://…")


def open_engine(database_url: str, *, patience: float, foreign_keys: bool = True) -> Engine:
    """An engine whose transactions behave as if they were alone. `patience` is how many seconds a lock is waited for.

    PostgreSQL runs at REPEATABLE READ: of two that change one row, one is run again. (SERIALIZABLE would abort most
    concurrent handlers, because on small tables it sees conflicts where there are none.) A rule over several rows,
    such as "there is always an admin", must therefore change a row that all who could break it change as well.

    `?prepare_threshold=none` in the URL is for a connection pooler that knows no prepared statements.
    """
    url = address(database_url)
    # Parameters are people's data, and errors end up in logs.
    common: dict[str, Any] = {"hide_parameters": True, "json_serializer": write_json}
    if url.get_backend_name() == "sqlite":
        # Used in one thread, and closed in another once that has ended.
        arguments = {"timeout": patience, "check_same_thread": False}
        engine = create_engine(url, pool_size=1, max_overflow=0, connect_args=arguments, **common)
        _tune_sqlite(engine, foreign_keys=foreign_keys)
    else:
        engine = create_engine(
            url.set(query={**_PATIENT, **url.query}),
            pool_size=POOL,
            max_overflow=0,
            isolation_level="REPEATABLE READ",
            connect_args=_prepared(database_url),
            **common,
        )
        _tune_postgresql(engine, patience)
    return engine


def _tune_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin transactions of its own, and too late
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL survives kill -9 but not a power cut: the last commits would be undone after their cursor was
        # confirmed to the messenger, and events be lost. FULL costs one fsync a commit: 0.13 instead of 0.03 ms
        # where it was measured (docs/benchmarks.md), a millisecond or two on a plain disk.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA temp_store = MEMORY")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # The write lock from the start: a transaction that read first could not get it later without starting over.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _tune_postgresql(engine: Engine, patience: float) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        # Not as start-up options, which connection poolers refuse.
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {int(patience * 1000)}")
        connection.execute("SET idle_in_transaction_session_timeout = 60000")
        connection.execute("SET jit = off")  # it costs more than any of our statements
        connection.autocommit = False
        # A pooler may hand anybody's notices to any connection, where nobody would ever collect them.
        connection.add_notify_handler(lambda _notice: None)


def _prepared(database_url: str) -> dict[str, int | None]:
    threshold = make_url(database_url).query.get("prepare_threshold")
    if threshold is None:
        return {}
    if threshold == "none":
        return {"prepare_threshold": None}
    raise ValueError("prepare_threshold in the database URL can only be none")


def connect_alone(engine: Engine) -> psycopg.Connection[Any]:
    """A connection to the engine's PostgreSQL that is none of its pool, without transactions."""
    import psycopg  # nine megabytes that SQLite has no use for

    arguments, options = engine.dialect.create_connect_args(engine.url)
    return psycopg.connect(*arguments, **options, autocommit=True, prepare_threshold=None)


def fault(error: DBAPIError) -> Fault:
    """What kind of fault an error of the driver is."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _sqlite_fault(code & 0xFF)
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated or (state is None and type(error.orig).__name__ == "OperationalError"):
        return Fault.LOST
    return _postgresql_fault(state or "")


def _sqlite_fault(code: int) -> Fault:
    if code in _SQLITE_LOCKED:
        return Fault.LOCKED
    if code in _SQLITE_FULL:
        return Fault.FULL
    return Fault.LOST if code == _SQLITE_CANNOT_OPEN else Fault.OTHER


def _postgresql_fault(state: str) -> Fault:
    kinds = {Fault.AGAIN: _AGAIN, Fault.DUPLICATE: _DUPLICATE, Fault.LOCKED: _LOCKED, Fault.FULL: _FULL}
    for kind, states in kinds.items():
        if state in states:
            return kind
    return Fault.LOST if state in _LOST or state.startswith("08") else Fault.OTHER
