"""Brings a database to the schema of this version; alembic is imported only when there is something to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from core.chat.phrases import Told, phrase
from storage.engines import address, open_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 30.0
"""Seconds to wait for another process that is changing the schema."""

_LOCK = 4_923_740_115
"""Any number: the PostgreSQL advisory lock that makes a second upgrade wait for the first."""

_REVISION = re.compile(r"^revision\b.*", re.MULTILINE)
_PARENTS = re.compile(r"^down_revision\b.*", re.MULTILINE)
_NAME = re.compile(r"[\"']([^\"']+)[\"']")


class BrokenReferences(Exception):
    """A migration left rows that refer to nothing; it was undone."""


class NewerDatabase(Told):
    """A later version of the program has changed this database; this one must not touch it."""


def expected() -> frozenset[str]:
    """The revisions that a database of this version is at: the last step of `storage/migrations/versions`."""
    steps = _steps()
    return frozenset(steps) - {parent for parents in steps.values() for parent in parents}


def current(database_url: str) -> frozenset[str]:
    """The revisions that a database is at; empty for a new one. Changes nothing, and makes no file."""
    url = address(database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return frozenset()
    with _transaction(database_url) as connection:
        return _revisions(connection)


def upgrade(database_url: str) -> bool:
    """Brings a database to this version, in one transaction; whether there was anything to do.

    A new SQLite file is made, with its folder.
    """
    here = current(database_url)
    if here == expected():
        return False
    if unknown := here - frozenset(_steps()):
        raise NewerDatabase(
            phrase("a later version has changed this database ({revision})", revision=", ".join(sorted(unknown)))
        )
    _run(database_url, lambda command, config: command.upgrade(config, "heads"))
    return True


def downgrade(database_url: str, revision: str) -> None:
    """Takes a database back to a revision, or to "base"; what the later ones kept is lost."""
    _run(database_url, lambda command, config: command.downgrade(config, revision))


def _run(database_url: str, act: Callable[[ModuleType, Config], None]) -> None:
    from alembic import command
    from alembic.config import Config

    url = address(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _transaction(database_url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        act(command, config)
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise BrokenReferences("the migration left rows that refer to nothing; nothing was changed")


@contextmanager
def _transaction(database_url: str) -> Iterator[Connection]:
    # Without foreign keys, because SQLite changes a table by copying it and dropping the old one.
    engine = open_engine(database_url, patience=PATIENCE, foreign_keys=False)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _steps() -> dict[str, list[str]]:
    """Each revision with those before it; read as text, because alembic takes a tenth of a second to import."""
    steps = {}
    for path in MIGRATIONS.glob("versions/[0-9]*.py"):
        source = path.read_text(encoding="utf-8")
        (name,) = _NAME.findall("".join(_REVISION.findall(source)))
        steps[name] = _NAME.findall("".join(_PARENTS.findall(source)))
    return steps


def _revisions(connection: Connection) -> frozenset[str]:
    if not inspect(connection).has_table("alembic_version"):
        return frozenset()
    return frozenset(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
