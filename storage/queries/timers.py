"""Timers: set, taken once, removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from core.chat.codec import dump, load
from core.timers import CancelTimer, NextTimer, SetTimer, TakeTimer
from core.unit_of_work import DomainEvent
from storage.dispatch import answers, carries_out
from storage.tables.timers import timers
from storage.unit_of_work import SqlUnitOfWork


@carries_out(SetTimer)
def set_timer(uow: SqlUnitOfWork, change: SetTimer) -> None:
    """Keeps a timer, in place of one with the same key."""
    values = {"at": change.at, "event": dump(change.event), "error": None}
    statement = uow.insert(timers).values(key=change.key, **values)
    uow.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))
    uow.wake("timers")


@carries_out(CancelTimer)
def cancel_timer(uow: SqlUnitOfWork, change: CancelTimer) -> None:
    """Removes a timer."""
    uow.session.execute(delete(timers).where(timers.c.key == change.key))


@answers(NextTimer)
def next_timer(uow: SqlUnitOfWork, query: NextTimer) -> datetime | None:
    """When the next timer fires."""
    statement = select(timers.c.at).where(timers.c.error.is_(None)).order_by(timers.c.at).limit(1)
    moment: datetime | None = uow.session.execute(statement).scalar()
    return moment


@carries_out(TakeTimer)
def take_timer(uow: SqlUnitOfWork, change: TakeTimer) -> DomainEvent | None:
    """Takes the earliest timer that is due. One that another process is just taking is passed over."""
    due = (
        select(timers.c.key, timers.c.event)
        .where(timers.c.at <= uow.now, timers.c.error.is_(None))
        .order_by(timers.c.at, timers.c.key)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (row := uow.session.execute(due).first()) is not None:
        this = timers.c.key == row.key
        try:
            event = load(row.event)
        except ValueError:
            # Written by another version. It must not stop those behind it.
            uow.session.execute(update(timers).where(this).values(error="unreadable"))
            continue
        uow.session.execute(delete(timers).where(this))
        assert isinstance(event, DomainEvent)
        return event
    return None
