"""Timers: set, taken once, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, select, update

from core.chat.codec import TAG, dump, load
from core.recurring import PREFIX, PlannedRecurrences
from core.timers import (
    CancelTimer,
    CountFailedTimers,
    Due,
    DueTimers,
    FailedTimer,
    FailedTimers,
    NextTimer,
    RetryTimer,
    SetTimer,
    TakeTimer,
    TimerFailed,
)
from storage.dispatch import answers, carries_out
from storage.tables.timers import timers
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import on_both

_COUNTED = 1000
"""Where counting failed timers ends."""
_SET = on_both(
    lambda insert: insert(timers).on_conflict_do_update(
        index_elements=["key"],
        set_={name: insert(timers).excluded[name] for name in ("at", "event", "attempts", "error")},
    )
)
_NEXT = select(timers.c.at).where(timers.c.error.is_(None)).order_by(timers.c.at).limit(1)
_DUE = (
    select(timers)
    .where(timers.c.at <= bindparam("now"), timers.c.error.is_(None))
    .order_by(timers.c.at, timers.c.key)
    .limit(bindparam("most"))
)


@carries_out(SetTimer)
def set_timer(uow: SqlUnitOfWork, change: SetTimer) -> None:
    """Keeps a timer, in place of one with the same key."""
    values = {"key": change.key, "at": change.at, "event": dump(change.event), "attempts": 0, "error": None}
    uow.connection.execute(_SET[uow.dialect], values)
    uow.wake("timers")


@carries_out(CancelTimer)
def cancel_timer(uow: SqlUnitOfWork, change: CancelTimer) -> None:
    """Removes a timer."""
    uow.session.execute(delete(timers).where(timers.c.key == change.key))


@answers(NextTimer)
def next_timer(uow: SqlUnitOfWork, query: NextTimer) -> datetime | None:
    """When the next timer fires."""
    moment: datetime | None = uow.connection.execute(_NEXT).scalar()
    return moment


@answers(DueTimers)
def due_timers(uow: SqlUnitOfWork, query: DueTimers) -> tuple[Due, ...]:
    """The timers that are due."""
    return _read(uow, _DUE, {"now": uow.now, "most": query.limit})


def _read(uow: SqlUnitOfWork, statement: Select[Any], values: dict[str, object]) -> tuple[Due, ...]:
    found = []
    for row in uow.connection.execute(statement, values).all():
        try:
            found.append(Due(key=row.key, at=row.at, event=load(row.event), attempts=row.attempts))
        except ValueError:
            # Written by another version. It must not stop those behind it.
            uow.session.execute(update(timers).where(timers.c.key == row.key).values(error="unreadable"))
    return tuple(found)


@answers(PlannedRecurrences)
def planned_recurrences(uow: SqlUnitOfWork, query: PlannedRecurrences) -> tuple[Due, ...]:
    """The timers of recurring times."""
    after, before = timers.c.key >= PREFIX, timers.c.key < f"{PREFIX[:-1]};"
    return _read(uow, select(timers).where(after, before, timers.c.error.is_(None)).order_by(timers.c.key), {})


@carries_out(TakeTimer)
def take_timer(uow: SqlUnitOfWork, change: TakeTimer) -> bool:
    """Removes a timer, unless another process was first."""
    return uow.change(delete(timers).where(_this(change.due))) == 1


@carries_out(TimerFailed)
def timer_failed(uow: SqlUnitOfWork, change: TimerFailed) -> None:
    """Puts a timer off, or lays it aside."""
    values: dict[str, object] = {"attempts": timers.c.attempts + 1}
    values |= {"error": change.error} if change.again_at is None else {"at": change.again_at}
    uow.session.execute(update(timers).where(_this(change.due)).values(values))


@answers(FailedTimers)
def failed_timers(uow: SqlUnitOfWork, query: FailedTimers) -> tuple[FailedTimer, ...]:
    """The timers laid aside."""
    statement = select(timers).where(timers.c.error.is_not(None)).order_by(timers.c.at.desc(), timers.c.key)
    return tuple(
        FailedTimer(
            key=row.key, at=row.at, kind=str((row.event or {}).get(TAG, "")), attempts=row.attempts, error=row.error
        )
        for row in uow.connection.execute(statement.limit(query.limit).offset(query.offset))
    )


@answers(CountFailedTimers, apart=True)
def count_failed_timers(uow: SqlUnitOfWork, query: CountFailedTimers) -> int:
    """How many timers are laid aside."""
    some = select(timers.c.key).where(timers.c.error.is_not(None)).limit(_COUNTED).subquery()
    return uow.connection.execute(select(func.count()).select_from(some)).scalar_one()


@carries_out(RetryTimer)
def retry_timer(uow: SqlUnitOfWork, change: RetryTimer) -> int:
    """Lets failed timers fire again; their moments have passed, so they are due."""
    statement = update(timers).where(timers.c.error.is_not(None)).values(attempts=0, error=None)
    count = uow.change(statement if change.key is None else statement.where(timers.c.key == change.key))
    if count:
        uow.wake("timers")
    return count


def _this(due: Due) -> ColumnElement[bool]:
    return (timers.c.key == due.key) & (timers.c.at == due.at) & timers.c.error.is_(None)
