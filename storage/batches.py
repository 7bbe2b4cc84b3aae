"""Many rows in one parameter, so that a batch of outcomes is one statement and not one for each row.

To execute a statement costs more than to change a row, above all while the event loop wants the interpreter as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from storage.schema import Words, clean, write_json
from storage.upserts import Insert, insert_for

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""As it is written within JSON: behind another backslash it is only a text that looks like it."""


def rows_of(dialect: str, name: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """The rows of the parameter `rows` as a table."""
    rows = bindparam("rows", type_=Text)
    if dialect == "postgresql":
        shape = [column(key, kind) for key, kind in columns.items()]
        recordset = func.json_to_recordset(cast(rows, JSON)).table_valued(*shape)
        return recordset.render_derived(name=name, with_types=True)
    each = func.json_each(rows).table_valued("value")
    return select(*(func.json_extract(each.c.value, f"$.{key}").label(key) for key in columns)).subquery(name)


def packed(rows: Iterable[Mapping[str, object]]) -> str:
    """The value of that parameter, without NUL, which no text of PostgreSQL can hold."""
    text = write_json(list(rows))
    return _NUL.sub(r"\1", text) if r"\u0000" in text else text


def insert_rows(dialect: str, table: Table, names: Sequence[str], common: Sequence[str] = ()) -> Insert:
    """An INSERT of the rows that `packed_for` has packed, of these columns and in their order, so that later rows have
    greater ids. `common` are columns that are the same in all of them: each is a parameter."""
    written = {name for name in names if isinstance(table.c[name].type, JSON)}
    types = {name: Text() if name in written else table.c[name].type for name in names}
    new = rows_of(dialect, "new", {"place": Integer(), **types})
    own = (cast(new.c[name], JSON) if name in written and dialect != "sqlite" else new.c[name] for name in names)
    same = (bindparam(name, type_=table.c[name].type) for name in common)
    # WHERE, because SQLite would take an ON that follows for that of a join.
    source = select(*own, *same).where(true()).order_by(new.c.place)
    return insert_for(dialect, table).from_select([*names, *common], source)


def packed_for(table: Table, rows: Iterable[Mapping[str, object]]) -> str:
    """The value of the parameter `rows` of that. JSON is text within it, as only then it may hold any character."""
    ways: dict[str, Callable[[Any], object]] = {}
    packed_rows = []
    for place, row in enumerate(rows):
        ways = ways or {name: _way(table, name) for name in row}
        packed_rows.append({"place": place, **{name: ways[name](value) for name, value in row.items()}})
    return packed(packed_rows)


def _way(table: Table, name: str) -> Callable[[Any], object]:
    kind = table.c[name].type
    if isinstance(kind, JSON):
        return write_json
    return clean if isinstance(kind, Words) else _as_it_is


def _as_it_is(value: object) -> object:
    return value


def among(dialect: str, place: ColumnElement[int]) -> ColumnElement[bool]:
    """That a column is one of the parameter `ids`."""
    if dialect == "postgresql":
        return place == any_(bindparam("ids", type_=ARRAY(BigInteger)))
    return place.in_(select(func.json_each(bindparam("ids", type_=Text)).table_valued("value").c.value))


def packed_ids(dialect: str, ids: Iterable[int]) -> object:
    """The value of that parameter."""
    return list(ids) if dialect == "postgresql" else write_json(list(ids))


def one_of(dialect: str, place: ColumnElement[int], rows: FromClause) -> ColumnElement[bool]:
    """Joins a table to such rows by their `id`, for `packed_with_ids`.

    PostgreSQL is given the ids once more by themselves: else it reads the whole table when it believes it to be small.
    """
    same = place == rows.c.id
    return same & among(dialect, place) if dialect == "postgresql" else same


def packed_with_ids(dialect: str, rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The parameters of a statement with `one_of`."""
    ids = {"ids": [row["id"] for row in rows]} if dialect == "postgresql" else {}
    return {"rows": packed(rows), **ids}


@lru_cache
def packed_moment(dialect: str, value: datetime | None) -> str | None:
    """A moment within such rows, as text that the column of the database takes."""
    if value is None:
        return None
    naive = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return naive if dialect == "sqlite" else f"{naive}+00:00"
