"""The inbox: events kept once, taken once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, bindparam, literal_column, null, select, update

from core.chat.codec import dump, load
from core.inbox import (
    CursorOf,
    EventFailed,
    Pending,
    PendingEvents,
    StoreEvents,
    TakeEvent,
    Visitor,
    WhoIs,
)
from core.people.person import Account, Person
from storage.dispatch import answers, carries_out
from storage.tables.inbox import FAILED, HANDLED, WAITING, cursors, events
from storage.tables.people import accounts, people
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import Insert, on_both


def _moved(insert: Insert) -> Insert:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["messenger"], set_={"value": new.value, "moved_at": new.moved_at}
    )


# In the very words of the partial index: else it is not used.
_WAITING = events.c.state == literal_column("'waiting'")
_STORE = on_both(lambda insert: insert(events).on_conflict_do_nothing().returning(events.c.id))
_MOVE = on_both(lambda insert: _moved(insert(cursors)))
_PENDING = (
    select(events.c.id, events.c.event, events.c.attempts)
    .where(_WAITING)
    .order_by(events.c.id)
    .limit(bindparam("most", type_=Integer))
)
_TAKE = update(events).where(events.c.id == bindparam("this"), _WAITING).values(state=HANDLED, event=null())
_WHO = (
    select(Account, Person)
    .outerjoin(Person, people.c.id == accounts.c.person_id)
    .where(accounts.c.messenger == bindparam("messenger"), accounts.c.address == bindparam("address"))
)


@carries_out(StoreEvents)
def store_events(uow: SqlUnitOfWork, change: StoreEvents) -> int:
    """Keeps new events and the cursor; how many were new."""
    new = 0
    if change.events:
        rows = [
            {
                "messenger": change.messenger,
                "event_id": event.id,
                "received_at": uow.now,
                "state": WAITING,
                "attempts": 0,
                "event": dump(event),
            }
            for event in change.events
        ]
        new = len(uow.connection.execute(_STORE[uow.dialect], rows).all())
    if change.cursor is not None:
        place = {"messenger": change.messenger, "value": change.cursor, "moved_at": uow.now}
        uow.connection.execute(_MOVE[uow.dialect], place)
    if new:
        uow.wake("inbox")
    return new


@answers(CursorOf)
def cursor_of(uow: SqlUnitOfWork, query: CursorOf) -> str | None:
    """How far a messenger has been read."""
    return uow.session.execute(select(cursors.c.value).where(cursors.c.messenger == query.messenger)).scalar()


@answers(PendingEvents)
def pending_events(uow: SqlUnitOfWork, query: PendingEvents) -> tuple[Pending, ...]:
    """The oldest events that are not handled."""
    statement = (
        select(events.c.id, events.c.event, events.c.attempts).where(_WAITING).order_by(events.c.id).limit(query.limit)
    )
    found = []
    for row in uow.session.execute(statement):
        try:
            found.append(Pending(id=row.id, event=load(row.event), attempts=row.attempts))
        except ValueError:
            # Written by another version. It must not stop those behind it.
            event_failed(uow, EventFailed(row.id, "unreadable", for_good=True))
    return tuple(found)


@carries_out(TakeEvent)
def take_event(uow: SqlUnitOfWork, change: TakeEvent) -> bool:
    """Marks an event handled and forgets what it said."""
    return uow.connection.execute(_TAKE, {"this": change.id}).rowcount == 1


@carries_out(EventFailed)
def event_failed(uow: SqlUnitOfWork, change: EventFailed) -> None:
    """Counts a failed attempt, or lays the event aside."""
    statement = update(events).where(events.c.id == change.id, _WAITING)
    values: dict[str, Any] = {"attempts": events.c.attempts + 1, "error": change.error}
    if change.for_good:
        values["state"] = FAILED
    uow.session.execute(statement.values(values))


@answers(WhoIs)
def who_is(uow: SqlUnitOfWork, query: WhoIs) -> Visitor:
    """The sender of an event, in one statement."""
    row = uow.session.execute(_WHO, {"messenger": query.messenger, "address": query.address}).first()
    return Visitor(None, None) if row is None else Visitor(row[0], row[1])
