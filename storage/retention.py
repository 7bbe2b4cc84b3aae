"""What of each table may be forgotten, and by which moment: said beside the table, carried out in slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, delete, select, text

from core.retention import Forget
from storage.dispatch import carries_out
from storage.schema import metadata
from storage.unit_of_work import SqlUnitOfWork

Forgetting = Callable[[SqlUnitOfWork, datetime, int], int]
"""Deletes about so many rows that are older than a moment; how many."""

_AGES, _WHY = "ages", "kept"
_special: dict[str, Forgetting] = {}


@dataclass(frozen=True, slots=True)
class Age:
    """Rows grow old by a moment in the column `by`, those where it is not empty; only the ones `where` this holds.

    Rows are looked through in the order of `order`, which must have an index and grow with the moment.
    """

    by: str
    where: str = "1 = 1"
    order: str = "id"


def ages(rows: Age | None = None, **others: Age) -> dict[str, object]:
    """For `Table(info=…)`: its rows go by the name of the table, others by "table.name"."""
    return {_AGES: others if rows is None else {"": rows, **others}}


def kept(why: str) -> dict[str, object]:
    """For `Table(info=…)`: why its rows are not forgotten by their age."""
    return {_WHY: why}


def forgets(rows: str) -> Callable[[Forgetting], Forgetting]:
    """Registers how rows are forgotten on which others depend."""

    def register(forget: Forgetting) -> Forgetting:
        _special[rows] = forget
        return forget

    return register


def aging() -> dict[str, tuple[Table, Age]]:
    """Everything that can be forgotten by its age, by the name of the rows."""
    return {
        f"{table.name}.{name}" if name else table.name: (table, age)
        for table in metadata.tables.values()
        for name, age in table.info.get(_AGES, {}).items()
    }


def undecided() -> list[str]:
    """The tables that say neither how their rows grow old nor why they are kept."""
    return [table.name for table in metadata.tables.values() if not table.info.keys() & {_AGES, _WHY}]


@carries_out(Forget)
def forget(uow: SqlUnitOfWork, change: Forget) -> int:
    """Deletes a slice of old rows."""
    special = _special.get(change.rows)
    if special is not None:
        return special(uow, change.before, change.most)
    table, age = aging()[change.rows]
    own, moment = list(table.primary_key), table.c[age.by]
    rows = select(*own, moment.label("moment")).where(moment.is_not(None), text(age.where))
    oldest = rows.order_by(table.c[age.order]).limit(change.most).subquery()
    (key,) = own
    old = select(oldest.c[key.name]).where(oldest.c.moment < change.before)
    return uow.change(delete(table).where(key.in_(old)))
