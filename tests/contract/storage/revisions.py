"""Databases as earlier releases left them: each revision's schema, filled with rows that it could have held."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, MetaData, inspect, select, text

from storage.engines import address, open_engine
from storage.migrate import MIGRATIONS, _run, current

FILES = sorted((Path(__file__).parents[2] / "data" / "revisions").glob("*.sql"))
REVISIONS = [path.stem for path in FILES]
RELEASED = sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
MOVED = {
    "news": {"stirred_at", "stirred_from", "message_id", "progress_id", "paused", "figures", "finished_at"},
    "timers": {"key", "event"},
    "people": {"roles", "language", "timezone", "preferred", "shows_reading", "quiet_from", "quiet_to"},
    "news_audiences": {"part", "value"},
    "drafts": {"step"},
}
"""Columns that later revisions keep elsewhere, or in other words: what news carry of their own delivery, in campaigns,
which the timers of news are about as well; the roles of people, in grants; those of audiences, by their names; what
people have chosen, in `person_settings`. The questions for departments and for roles are one."""


def make_database(database_url: str, revision: str) -> None:
    """A database that was brought from revision to revision up to this one, and got rows at each."""
    url = address(database_url)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").write_bytes(_grown(revision))
        return
    for path in FILES[: REVISIONS.index(revision) + 1]:
        bring_to(database_url, path.stem)
        fill(database_url, path.stem)
    assert current(database_url) == {revision}


def bring_to(database_url: str, revision: str) -> None:
    """Takes a database to a later revision."""
    _run(database_url, lambda command, config: command.upgrade(config, revision))


def fill(database_url: str, revision: str) -> None:
    """The rows that a database got while it was at a revision."""
    engine = open_engine(database_url, patience=1)
    with engine.begin() as connection:
        _fill(connection, FILES[REVISIONS.index(revision)])
    engine.dispose()


@cache
def _grown(revision: str) -> bytes:
    """The SQLite file of a revision: that of the one before, a step further."""
    number = REVISIONS.index(revision)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "kollega.db"
        if number:
            file.write_bytes(_grown(REVISIONS[number - 1]))
        bring_to(f"sqlite:///{file}", revision)
        fill(f"sqlite:///{file}", revision)
        assert current(f"sqlite:///{file}") == {revision}
        return file.read_bytes()


def columns_of(database_url: str) -> dict[str, list[str]]:
    """The columns of each table, without alembic's own."""
    engine = open_engine(database_url, patience=1)
    with engine.begin() as connection:
        inspector = inspect(connection)
        tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})
        seen = {table: [column["name"] for column in inspector.get_columns(table)] for table in tables}
    engine.dispose()
    return seen


def rows_of(database_url: str, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """These columns of every row, as text and sorted."""
    engine = open_engine(database_url, patience=1)
    found = MetaData()
    with engine.begin() as connection:
        found.reflect(connection)
        seen = {
            table: sorted(map(repr, connection.execute(select(*(found.tables[table].c[name] for name in names)))))
            for table, names in columns.items()
        }
    engine.dispose()
    return seen


def _fill(connection: Connection, path: Path) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    for statement in path.read_text("utf-8").split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        _count_on(connection)


def _count_on(connection: Connection) -> None:
    """Sequences go on after the rows that were given their ids."""
    for table in inspect(connection).get_table_names():
        sequence = connection.execute(
            text(
                "SELECT pg_get_serial_sequence(:t, 'id') WHERE EXISTS (SELECT FROM information_schema.columns "
                "WHERE table_name = :t AND column_name = 'id')"
            ),
            {"t": table},
        ).scalar()
        if sequence is not None:
            connection.exec_driver_sql(f"SELECT setval('{sequence}', 1 + (SELECT coalesce(max(id), 0) FROM {table}))")
