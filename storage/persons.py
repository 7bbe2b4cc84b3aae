"""What of each table is about a person: said beside the table, so that it can be given out and erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, or_, select, type_coerce, update

from core.personal import EraseRows, Rows, RowsOf
from storage.dispatch import answers, carries_out
from storage.schema import Json, Recorded, metadata
from storage.unit_of_work import SqlUnitOfWork

_RULE, _WHY = "personal", "impersonal"
_PERSONS = ("person_id", "author_id", "actor_id", "manager_id", "giver_id", "holder_id")
_BY = ("_by",)

Given = Callable[[SqlUnitOfWork, int], Rows]
Erasing = Callable[[SqlUnitOfWork, int], None]
_given: dict[str, Given] = {}
_erasing: dict[str, Erasing] = {}


@dataclass(frozen=True, slots=True)
class Personal:
    """Rows whose column of `by` is a person. When the person is erased they go, or get the values of `blank`, or stay
    as they are, with the number of somebody who has no name any more.

    `shows`: the only columns that are given out, where the others are about somebody else; empty for all.
    """

    by: tuple[str, ...]
    blank: Mapping[str, Any] = field(default_factory=dict)
    go: bool = False
    shows: tuple[str, ...] = ()


def personal(
    *by: str, go: bool = False, blank: Mapping[str, Any] | None = None, shows: tuple[str, ...] = ()
) -> dict[str, object]:
    """For `Table(info=…)`: rows that are about a person; see `Personal`."""
    return {_RULE: Personal(by, blank or {}, go, shows)}


def impersonal(why: str) -> dict[str, object]:
    """For `Table(info=…)`: why rows that name a person are nothing of that person's."""
    return {_WHY: why}


def gives(table: str) -> Callable[[Given], Given]:
    """Registers how rows are given out that are not found by a column of their table."""

    def register(function: Given) -> Given:
        assert _given.setdefault(table, function) is function, f"{table} is given out twice"
        return function

    return register


def erases(table: str) -> Callable[[Erasing], Erasing]:
    """Registers how rows are erased on which others depend."""

    def register(function: Erasing) -> Erasing:
        assert _erasing.setdefault(table, function) is function, f"{table} is erased twice"
        return function

    return register


def about_people() -> list[str]:
    """The tables that hold something of a person."""
    return sorted(name for name, table in metadata.tables.items() if _RULE in table.info)


def unexplained() -> list[str]:
    """The tables with a column that names a person, and without a word about it."""
    return [
        table.name
        for table in metadata.tables.values()
        if any(map(_names_a_person, table.columns)) and not table.info.keys() & {_RULE, _WHY}
    ]


@answers(RowsOf)
def rows_of(uow: SqlUnitOfWork, query: RowsOf) -> Rows:
    """The rows about a person, with values as they are stored."""
    special = _given.get(query.table)
    if special is not None:
        return special(uow, query.person_id)
    table, rule = _known(query.table)
    shown = [table.c[name] for name in rule.shows] or list(table.columns)
    columns = [type_coerce(column, Json) if isinstance(column.type, Recorded) else column for column in shown]
    statement = select(*columns).where(_of(table, rule, query.person_id)).order_by(*table.primary_key)
    return tuple(dict(row) for row in uow.connection.execute(statement).mappings())


@carries_out(EraseRows)
def erase_rows(uow: SqlUnitOfWork, change: EraseRows) -> None:
    """Takes a person out of a table."""
    special = _erasing.get(change.table)
    if special is not None:
        special(uow, change.person_id)
        return
    table, rule = _known(change.table)
    of_person = _of(table, rule, change.person_id)
    if rule.go:
        uow.change(delete(table).where(of_person))
    elif rule.blank:
        uow.change(update(table).where(of_person).values(rule.blank))


def _known(name: str) -> tuple[Table, Personal]:
    table = metadata.tables[name]
    rule: Personal = table.info[_RULE]
    return table, rule


def _of(table: Table, rule: Personal, person_id: int) -> ColumnElement[bool]:
    return or_(*(table.c[name] == person_id for name in rule.by))


def _names_a_person(column: Column[Any]) -> bool:
    to_people = any(key.target_fullname == "people.id" for key in column.foreign_keys)
    by_name = column.name in _PERSONS or column.name.endswith(_BY)
    return to_people or (by_name and column.type.python_type is int)
