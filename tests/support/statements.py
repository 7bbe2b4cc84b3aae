"""Each statement is compiled once for all databases of a worker: in a short test that costs more than all its runs.

A process of the product has one engine, which remembers what it has compiled; the tests open an engine for each of
thousands of databases. All engines of one kind are alike here, so they share what was compiled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_COMPILED: dict[Any, Any] = {}


class _Alike(Dialect):
    """A dialect that is equal to every other of its class, so that what one has compiled is found by all."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=_COMPILED)


class SQLite(_Alike, SQLiteDialect_pysqlite):
    """SQLite, whose statements all engines share."""

    supports_statement_cache = True


class PostgreSQL(_Alike, PGDialect_psycopg):
    """PostgreSQL, whose statements all engines share."""

    supports_statement_cache = True


def share_statements() -> None:
    """From now on engines share what they compile."""
    registry.register("sqlite.pysqlite", __name__, SQLite.__name__)
    registry.register("postgresql.psycopg", __name__, PostgreSQL.__name__)
