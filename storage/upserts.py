"""INSERT with ON CONFLICT, which both databases spell alike and SQLAlchemy apart.

Statements that run for every event are built once, when their module is loaded: to build one costs as much as to
execute it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import TableClause
from sqlalchemy.dialects import postgresql, sqlite

Insert = postgresql.Insert | sqlite.Insert
S = TypeVar("S")


def insert_for(dialect: str, table: TableClause) -> Insert:
    """An INSERT in the words of one database."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def on_both(build: Callable[[Callable[[TableClause], Insert]], S]) -> dict[str, S]:
    """A statement for each database, to be looked up by `uow.dialect`; `build` is given the INSERT to begin with."""
    return {"sqlite": build(sqlite.insert), "postgresql": build(postgresql.insert)}
