"""The schema: up, down and up again on both databases, and the same as the tables that the code declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Inspector, inspect, text

from storage.engines import open_engine
from storage.migrate import NewerDatabase, current, downgrade, expected, upgrade
from storage.rooms import open_rooms
from storage.schema import metadata


def picture(database_url: str) -> dict[str, Any]:
    """All that a schema consists of, in a form that can be compared."""
    engine = open_engine(database_url, patience=1)
    try:
        with engine.begin() as connection:
            inspector = inspect(connection)
            tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})
            seen = {name: _table(inspector, name) for name in tables}
            if connection.dialect.name == "sqlite":
                rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
                for name, sql in rows:
                    if name in seen:
                        seen[name]["sqlite"] = ("AUTOINCREMENT" in sql, "WITHOUT ROWID" in sql)
            return seen
    finally:
        engine.dispose()


def _table(inspector: Inspector, name: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], str(column["default"]))
            for column in inspector.get_columns(name)
        },
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "unique": sorted(str(found["column_names"]) for found in inspector.get_unique_constraints(name)),
        "references": sorted(
            str((found["constrained_columns"], found["referred_table"], found["options"]))
            for found in inspector.get_foreign_keys(name)
        ),
        "indices": sorted(
            str((found["name"], found["column_names"], found["unique"], _conditions(found.get("dialect_options"))))
            for found in inspector.get_indexes(name)
        ),
    }


def _conditions(options: Any) -> list[str]:
    return [str(value) for key, value in sorted((options or {}).items()) if key.endswith("_where")]


def test_a_migrated_schema_is_what_the_tables_say(empty_url: str, tmp_path: Path) -> None:
    open_rooms()
    engine = open_engine(empty_url, patience=1)
    metadata.create_all(engine)
    declared = picture(empty_url)
    metadata.drop_all(engine)
    engine.dispose()
    assert picture(empty_url) == {}

    upgrade(empty_url)
    assert picture(empty_url) == declared


def test_up_down_and_up_again(empty_url: str) -> None:
    assert current(empty_url) == frozenset()
    assert upgrade(empty_url)
    assert current(empty_url) == expected()
    before = picture(empty_url)
    assert "deliveries" in before

    downgrade(empty_url, "base")
    assert current(empty_url) == frozenset()
    assert picture(empty_url) == {}

    assert upgrade(empty_url)
    assert picture(empty_url) == before


def test_an_upgrade_with_nothing_to_do_says_so(database_url: str) -> None:
    assert not upgrade(database_url)


def test_a_database_of_a_later_version_is_refused(database_url: str) -> None:
    engine = open_engine(database_url, patience=1)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999_tomorrow')"))
    engine.dispose()
    with pytest.raises(NewerDatabase, match="9999_tomorrow"):
        upgrade(database_url)


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert current(f"sqlite:///{path}") == frozenset()
    assert not path.exists()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_a_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        upgrade(url)
