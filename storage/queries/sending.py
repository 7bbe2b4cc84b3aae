"""The sender's work: which copies are due, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)

from core.chat.codec import load
from core.chat.screens import Screen
from core.delivery import Backlog, DeliveryState, MessageState, Priority, Settle, Settled, Wanted, WantedCopies
from storage.dispatch import answers, carries_out
from storage.schema import AnyRow, Moment
from storage.settling import settle
from storage.tables.delivery import deliveries, messages, pending
from storage.tables.people import accounts, people
from storage.unit_of_work import SqlUnitOfWork

Place = tuple[int, int]
"""Priority and id of a message: where its copies stand in the queue."""


@answers(WantedCopies)
def wanted_copies(uow: SqlUnitOfWork, query: WantedCopies) -> tuple[Wanted, ...]:
    """Due work, in order. Copies in flight are left out here, so that the statement stays the same."""
    paused = tuple((row.priority, row.id) for row in uow.connection.execute(_PAUSED))
    found = uow.connection.execute(
        _due_copies(paused), {"messenger": query.messenger, "now": uow.now, "most": query.limit + len(query.busy)}
    )
    rows = [row for row in found if row.id not in query.busy][: query.limit]
    contents = _contents(uow, {row.message_id for row in rows})
    unreadable = [row.id for row in rows if row.message_id not in contents]
    if unreadable:
        # Written by another version. They must not stop those behind them.
        lost = [Settled(delivery_id=key, state=DeliveryState.FAILED, reason="unreadable") for key in unreadable]
        settle(uow, lost)
    return tuple(_wanted(row, contents[row.message_id]) for row in rows if row.message_id in contents)


@answers(Backlog)
def backlog(uow: SqlUnitOfWork, query: Backlog) -> tuple[tuple[tuple[str, str], int], ...]:
    """How many copies the senders have work with: read from the two indices of the queue, in their order."""
    queue = (deliveries.c.messenger, deliveries.c.priority)
    numbers: Counter[tuple[str, int]] = Counter()
    for part in (deliveries.c.due_at.is_(None), deliveries.c.due_at.is_not(None)):
        for messenger, priority, number in uow.connection.execute(
            select(*queue, func.count()).where(pending(deliveries), part).group_by(*queue)
        ):
            numbers[messenger, priority] += number
    return tuple(
        ((messenger, Priority(place).name.lower()), numbers[messenger, place]) for messenger, place in sorted(numbers)
    )


@carries_out(Settle)
def settle_copies(uow: SqlUnitOfWork, change: Settle) -> None:
    """Writes outcomes down."""
    settle(uow, change.outcomes)


@lru_cache(maxsize=64)
def _due_copies(paused: tuple[Place, ...]) -> Select[Any]:
    """At most `most` first copies of their chats.

    The queue is read in stretches that each follow an index and stop early: for each priority what can go at once,
    between the paused messages, and what was put off until now. So neither a long queue nor a paused one costs.
    """
    stretches = []
    for priority in Priority:
        skipped = [message_id for place, message_id in paused if place == priority]
        bounds = [None, *skipped, None]
        stretches += [_ready(priority, after, before, skipped) for after, before in pairwise(bounds)]
        stretches.append(_put_off(priority, skipped))
    heads = union_all(*(select(stretch) for stretch in stretches)).subquery("heads")
    return (
        select(
            heads,
            case((people.c.active, people.c.roles), else_=0).label("roles"),
            func.coalesce(people.c.language, accounts.c.language).label("language"),
            people.c.timezone,
        )
        .outerjoin(people, people.c.id == heads.c.person_id)
        .outerjoin(accounts, accounts.c.id == heads.c.account_id)
        .order_by(heads.c.priority, heads.c.message_id, heads.c.id)
        .limit(_most())
    )


def _ready(priority: Priority, after: int | None, before: int | None, skipped: Sequence[int]) -> Subquery:
    copy = deliveries.alias()
    statement = _read(copy).where(*_queue(copy, priority), copy.c.due_at.is_(None), _first(copy, skipped))
    if after is not None:
        statement = statement.where(copy.c.message_id > after)
    if before is not None:
        statement = statement.where(copy.c.message_id < before)
    return statement.order_by(copy.c.message_id, copy.c.id).limit(_most()).subquery()


def _put_off(priority: Priority, skipped: Sequence[int]) -> Subquery:
    copy = deliveries.alias()
    statement = _read(copy).where(
        *_queue(copy, priority),
        copy.c.due_at.is_not(None),
        copy.c.due_at <= bindparam("now", type_=Moment()),
        _first(copy, skipped),
    )
    if skipped:
        statement = statement.where(copy.c.message_id.not_in(skipped))
    return statement.order_by(copy.c.due_at).limit(_most()).subquery()


def _read(copy: FromClause) -> Select[Any]:
    places = copy.c["id", "message_id", "priority", "messenger", "chat", "person_id", "account_id"]
    return select(*places, *copy.c["attempts", "shown", "receipt", "sent_at"])


def _queue(copy: FromClause, priority: Priority) -> tuple[ColumnElement[bool], ...]:
    of_priority = copy.c.priority == literal_column(str(priority.value))
    return copy.c.messenger == bindparam("messenger"), of_priority, pending(copy)


def _first(copy: FromClause, skipped: Sequence[int]) -> ColumnElement[bool]:
    """That no earlier copy of the chat and priority is pending. Looked up for each copy: never a join over all."""
    other = deliveries.alias()
    earliest = select(other.c.id).where(
        other.c.messenger == copy.c.messenger,
        other.c.chat == copy.c.chat,
        other.c.priority == copy.c.priority,
        pending(other),
    )
    if skipped:
        earliest = earliest.where(other.c.message_id.not_in(skipped))
    return copy.c.id == earliest.order_by(other.c.message_id).limit(1).correlate(copy).scalar_subquery()


def _most() -> BindParameter[int]:
    return bindparam("most", type_=Integer)


@dataclass(frozen=True, slots=True)
class _Content:
    """What a message wants now, read once for all of its copies."""

    screen: Screen
    revision: int
    withdrawn: bool


def _contents(uow: SqlUnitOfWork, message_ids: set[int]) -> dict[int, _Content]:
    """The contents that can be read."""
    contents = {}
    for row in uow.connection.execute(_CONTENTS, {"ids": list(message_ids)}) if message_ids else ():
        with suppress(ValueError):
            withdrawn = row.state == MessageState.WITHDRAWN.value
            contents[row.id] = _Content(load(row.content), row.revision, withdrawn)
    return contents


def _wanted(row: AnyRow, content: _Content) -> Wanted:
    return Wanted(
        delivery_id=row.id,
        message_id=row.message_id,
        revision=content.revision,
        content=content.screen,
        withdrawn=content.withdrawn,
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
_CONTENTS = select(messages.c.id, messages.c.content, messages.c.revision, messages.c.state).where(
    messages.c.id.in_(bindparam("ids", expanding=True))
)
