"""The sender's work: which copies are due, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)

from core.chat.codec import load
from core.delivery import DeliveryState, MessageState, NextDue, Priority, Settle, Settled, Wanted, WantedCopies
from storage.dispatch import answers, carries_out
from storage.schema import Moment
from storage.settling import settle
from storage.tables.delivery import deliveries, messages, pending
from storage.tables.people import accounts, people
from storage.unit_of_work import SqlUnitOfWork

Place = tuple[int, int]
"""Priority and id of a message: where its copies stand in the queue."""


@answers(WantedCopies)
def wanted_copies(uow: SqlUnitOfWork, query: WantedCopies) -> tuple[Wanted, ...]:
    """Due work, in order. Copies in flight are left out here, so that the statement stays the same."""
    paused = [(row.priority, row.id) for row in uow.session.execute(_PAUSED)]
    statement = _due_copies(paused) if paused else _DUE
    found = uow.session.execute(
        statement, {"messenger": query.messenger, "now": uow.now, "most": query.limit + len(query.busy)}
    )
    rows = [row for row in found if row.id not in query.busy][: query.limit]
    contents = _contents(uow, {row.message_id for row in rows})
    copies, unreadable = [], []
    for row in rows:
        message = contents[row.message_id]
        try:
            copies.append(_wanted(row, message))
        except ValueError:
            # Written by another version. It must not stop those behind it.
            unreadable.append(Settled(delivery_id=row.id, state=DeliveryState.FAILED, reason="unreadable"))
    if unreadable:
        settle(uow, tuple(unreadable))
    return tuple(copies)


@answers(NextDue)
def next_due(uow: SqlUnitOfWork, query: NextDue) -> datetime | None:
    """The earliest moment in the future at which a copy is due."""
    moments = uow.session.execute(_NEXT, {"messenger": query.messenger, "now": uow.now}).scalars()
    return min((moment for moment in moments if moment is not None), default=None)


@carries_out(Settle)
def settle_copies(uow: SqlUnitOfWork, change: Settle) -> None:
    """Writes outcomes down."""
    settle(uow, change.outcomes)


def _due_copies(paused: Sequence[Place]) -> Select[Any]:
    """At most `most` first copies of their chats.

    The queue is read in stretches that each follow an index and stop early: what can go at once, between the paused
    messages; and, by priority, what was put off until now. So neither a long queue nor a paused one costs anything.
    """
    bounds: list[Place | None] = [None, *paused, None]
    stretches = [_ready(after, before, paused) for after, before in zip(bounds, bounds[1:], strict=False)]
    stretches += [_put_off(priority, paused) for priority in Priority]
    heads = union_all(*(select(stretch.c.id) for stretch in stretches)).subquery("heads")
    copy = deliveries
    return (
        select(
            *copy.c["id", "message_id", "priority", "messenger", "chat", "attempts", "shown", "receipt", "sent_at"],
            *copy.c["person_id", "account_id"],
            case((people.c.active, people.c.roles), else_=0).label("roles"),
            func.coalesce(people.c.language, accounts.c.language).label("language"),
            people.c.timezone,
        )
        .select_from(heads)
        .join(copy, copy.c.id == heads.c.id)
        .outerjoin(people, people.c.id == copy.c.person_id)
        .outerjoin(accounts, accounts.c.id == copy.c.account_id)
        .order_by(copy.c.priority, copy.c.message_id, copy.c.id)
        .limit(_most())
    )


def _ready(after: Place | None, before: Place | None, paused: Sequence[Place]) -> Subquery:
    copy = deliveries.alias()
    place = tuple_(copy.c.priority, copy.c.message_id)
    statement = select(copy.c.id).where(
        copy.c.messenger == bindparam("messenger"), pending(copy), copy.c.due_at.is_(None), _first(copy, paused)
    )
    if after is not None:
        statement = statement.where(place > tuple_(*after))
    if before is not None:
        statement = statement.where(place < tuple_(*before))
    return statement.order_by(copy.c.priority, copy.c.message_id, copy.c.id).limit(_most()).subquery()


def _put_off(priority: Priority, paused: Sequence[Place]) -> Subquery:
    copy = deliveries.alias()
    statement = select(copy.c.id).where(
        copy.c.messenger == bindparam("messenger"),
        copy.c.priority == literal_column(str(priority.value)),
        pending(copy),
        copy.c.due_at.is_not(None),
        copy.c.due_at <= _now(),
        _first(copy, paused),
    )
    if paused:
        statement = statement.where(copy.c.message_id.not_in([message_id for _, message_id in paused]))
    return statement.order_by(copy.c.due_at).limit(_most()).subquery()


def _first(copy: FromClause, paused: Sequence[Place]) -> ColumnElement[bool]:
    """That no earlier copy of the chat and priority is pending. Looked up for each copy: never a join over all."""
    other = deliveries.alias()
    earliest = select(other.c.id).where(
        other.c.messenger == copy.c.messenger,
        other.c.chat == copy.c.chat,
        other.c.priority == copy.c.priority,
        pending(other),
    )
    if paused:
        earliest = earliest.where(other.c.message_id.not_in([message_id for _, message_id in paused]))
    return copy.c.id == earliest.order_by(other.c.message_id).limit(1).correlate(copy).scalar_subquery()


def _most() -> BindParameter[int]:
    return bindparam("most", type_=deliveries.c.attempts.type)


def _now() -> BindParameter[datetime]:
    return bindparam("now", type_=Moment())


def _contents(uow: SqlUnitOfWork, message_ids: set[int]) -> dict[int, Row[Any]]:
    statement = select(messages.c.id, messages.c.content, messages.c.revision, messages.c.state)
    rows = uow.session.execute(statement.where(messages.c.id.in_(message_ids))) if message_ids else ()
    return {row.id: row for row in rows}


def _wanted(row: Row[Any], message: Row[Any]) -> Wanted:
    return Wanted(
        delivery_id=row.id,
        message_id=row.message_id,
        revision=message.revision,
        content=load(message.content),
        withdrawn=message.state == MessageState.WITHDRAWN.value,
        priority=Priority(row.priority),
        messenger=row.messenger,
        chat=row.chat,
        attempts=row.attempts,
        shown=row.shown,
        receipt=load(row.receipt),
        sent_at=row.sent_at,
        person_id=row.person_id,
        account_id=row.account_id,
        roles=int(row.roles),
        language=row.language,
        timezone=row.timezone,
    )


_PAUSED = (
    select(messages.c.priority, messages.c.id)
    .where(messages.c.state == literal_column("'paused'"))
    .order_by(messages.c.priority, messages.c.id)
)
_DUE = _due_copies(())
_NEXT = union_all(
    *(
        select(func.min(deliveries.c.due_at)).where(
            deliveries.c.messenger == bindparam("messenger"),
            deliveries.c.priority == literal_column(str(priority.value)),
            pending(deliveries),
            deliveries.c.due_at > _now(),
        )
        for priority in Priority
    )
)
