"""Copies that were laid aside: for the end of quiet hours, for somebody to come, or because they could not be sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import ColumnElement, Executable, and_, exists, func, literal_column, or_, select, update

from core.chat.codec import load
from core.copies import (
    AWAY,
    GATHERED,
    TOLD,
    CountHeld,
    CountLost,
    DigestTold,
    Gathering,
    Held,
    HeldFor,
    Lost,
    LostCopies,
    Recover,
    Release,
    Retry,
    SendToPresent,
    Why,
)
from core.delivery import DeliveryState, MessageState, Priority
from core.people.person import Account
from storage.batches import among, packed_ids
from storage.dispatch import answers, carries_out
from storage.ledger.planning import Shift, count
from storage.schema import AnyRow
from storage.tables.delivery import deliveries, is_absent, is_held, messages
from storage.tables.people import people
from storage.unit_of_work import SqlUnitOfWork

_COUNTED, _COUNTED_HELD = 1_000, 100
_LONG_AGO = timedelta(days=30)

_IS_HELD = is_held(deliveries)
_IS_LOST = deliveries.c.state == literal_column("'failed'")
_IS_MISSED = deliveries.c.state == literal_column("'unreachable'")
_ALIVE = messages.c.state.in_((MessageState.RUNNING.value, MessageState.PAUSED.value))
_OVER = messages.c.state.in_((MessageState.WITHDRAWN.value, MessageState.ENDED.value))
_TO_FOLLOW = and_(_OVER, deliveries.c.shown > 0)
_WHY: dict[Why, tuple[ColumnElement[bool], ...]] = {
    Why.ANY: (),
    Why.QUIET: (or_(deliveries.c.reason.is_(None), deliveries.c.reason.not_in((GATHERED, TOLD, AWAY))),),
    Why.GATHERED: (deliveries.c.reason == GATHERED,),
    Why.AWAY: (deliveries.c.reason == AWAY,),
}


@answers(HeldFor)
def held_for(uow: SqlUnitOfWork, query: HeldFor) -> tuple[Held, ...]:
    """What may be shown now: not what is paused. What cannot be read is left out."""
    statement = (
        select(*deliveries.c["id", "message_id", "priority", "reason"], messages.c.content)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(_IS_HELD, deliveries.c.person_id == query.person_id, messages.c.state == MessageState.RUNNING.value)
        .where(*_WHY[query.why])
        .order_by(deliveries.c.message_id, deliveries.c.id)
        .limit(query.limit)
    )
    found = []
    for row in uow.connection.execute(statement):
        try:
            content = load(row.content)
        except ValueError:
            continue
        one = Held(
            delivery_id=row.id,
            message_id=row.message_id,
            content=content,
            priority=Priority(row.priority),
            gathered=row.reason in (GATHERED, TOLD),
            away=row.reason == AWAY,
        )
        found.append(one)
    return tuple(found)


@answers(Gathering)
def gathering(uow: SqlUnitOfWork, query: Gathering) -> tuple[int, ...]:
    """By the index of what is held."""
    person = deliveries.c.person_id
    statement = select(person).where(_IS_HELD, deliveries.c.reason == GATHERED, person > query.after)
    return tuple(uow.connection.execute(statement.distinct().order_by(person).limit(query.limit)).scalars())


@carries_out(DigestTold)
def digest_told(uow: SqlUnitOfWork, change: DigestTold) -> None:
    """Only the reason changes: no counter goes by it."""
    theirs = (_IS_HELD, deliveries.c.person_id == change.person_id, deliveries.c.id.in_(change.delivery_ids))
    uow.connection.execute(update(deliveries).where(*theirs).values(reason=TOLD))


@answers(CountHeld, apart=True)
def count_held(uow: SqlUnitOfWork, query: CountHeld) -> int:
    """However much there is, no more than a hundred are looked at. Asked for every menu."""
    return uow.of_each(_held_by, query.person_id) or 0


def _held_by(uow: SqlUnitOfWork, persons: Sequence[int]) -> dict[int, int]:
    """How much is held of each person."""
    ids = packed_ids(uow.dialect, persons)
    found = uow.connection.execute(_count_held(uow.dialect), {"ids": ids})
    return {row[0]: row[1] for row in found}


@lru_cache
def _count_held(dialect: str) -> Executable:
    """For each person by the index of held copies: to group them would walk through all that one has."""
    some = (
        select(deliveries.c.id)
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(_IS_HELD, deliveries.c.person_id == people.c.id, messages.c.state == MessageState.RUNNING.value)
        .limit(_COUNTED_HELD)
        .correlate(people)
        .subquery()
    )
    number = select(func.count()).select_from(some).correlate(people).scalar_subquery()
    return select(people.c.id, number).where(among(dialect, people.c.id))


@carries_out(Recover)
def recover(uow: SqlUnitOfWork, change: Recover) -> int:
    """By the index of what could not be sent. Where the chat has the message as somebody else's copy it stays so."""
    account = uow.get(Account, change.account_id)
    if account is None or account.person_id is None or account.chat is None:
        return 0
    uow.flush()
    other = deliveries.alias()
    here = (other.c.messenger == account.messenger, other.c.chat == account.chat, other.c.id != deliveries.c.id)
    rows = _locked(
        uow,
        [
            _IS_MISSED,
            deliveries.c.person_id == account.person_id,
            deliveries.c.shown == 0,
            messages.c.kind.is_not(None),
            messages.c.state == MessageState.RUNNING.value,
            messages.c.created_at >= (account.linked_at or uow.now - _LONG_AGO),
            ~exists().where(other.c.message_id == deliveries.c.message_id, *here),
        ],
    )
    if not rows:
        return 0
    place = {"account_id": account.id, "messenger": account.messenger, "chat": account.chat}
    values = {**place, "state": DeliveryState.HELD.value, "reason": AWAY, "due_at": None, "attempts": 0}
    ids = packed_ids(uow.dialect, [row.id for row in rows])
    uow.connection.execute(update(deliveries).where(among(uow.dialect, deliveries.c.id)).values(values), {"ids": ids})
    count(uow, (Shift(row.message_id, DeliveryState.UNREACHABLE, DeliveryState.HELD) for row in rows))
    return len(rows)


@carries_out(Release)
def release(uow: SqlUnitOfWork, change: Release) -> int:
    """As answers, which nothing holds. What is paused waits for the end of that."""
    chosen = [_IS_HELD, deliveries.c.person_id == change.person_id, _ALIVE]
    if change.delivery_id is not None:
        chosen.append(deliveries.c.id == change.delivery_id)
    rows = _locked(uow, chosen)
    return _again(uow, rows, {"priority": Priority.REPLY.value})


@carries_out(SendToPresent)
def send_to_present(uow: SqlUnitOfWork, change: SendToPresent) -> int:
    """With one priority: only so they come in their order. What is paused waits for the end of that."""
    rows = _locked(uow, [is_absent(deliveries), deliveries.c.account_id == change.account_id, _ALIVE])
    return _again(uow, rows, {"priority": Priority.NOTICE.value}, due_at=change.at)


@answers(LostCopies)
def lost_copies(uow: SqlUnitOfWork, query: LostCopies) -> tuple[Lost, ...]:
    """Those that failed last come first."""
    statement = select(*deliveries.c["id", "message_id", "messenger", "person_id", "reason", "due_at"]).where(_IS_LOST)
    statement = statement.order_by(deliveries.c.due_at.desc().nulls_last(), deliveries.c.id.desc())
    return tuple(
        Lost(
            delivery_id=row.id,
            message_id=row.message_id,
            messenger=row.messenger,
            person_id=row.person_id,
            reason=row.reason or "",
            failed_at=row.due_at,
        )
        for row in uow.connection.execute(statement.limit(query.limit).offset(query.offset))
    )


@answers(CountLost, apart=True)
def count_lost(uow: SqlUnitOfWork, query: CountLost) -> int:
    """However many there are, no more than a thousand are looked at."""
    some = select(deliveries.c.id).where(_IS_LOST).limit(_COUNTED).subquery()
    return uow.connection.execute(select(func.count()).select_from(some)).scalar_one()


@carries_out(Retry)
def retry(uow: SqlUnitOfWork, change: Retry) -> int:
    """What is still wanted: not what its message's end has made needless."""
    chosen = [_IS_LOST, or_(_ALIVE, _TO_FOLLOW)]
    if change.delivery_id is not None:
        chosen.append(deliveries.c.id == change.delivery_id)
    return _again(uow, _locked(uow, chosen), {"reason": None})


def _locked(uow: SqlUnitOfWork, chosen: Sequence[ColumnElement[bool]]) -> Sequence[AnyRow]:
    """Copies whose messages are locked, in their order."""
    statement = (
        select(*deliveries.c["id", "message_id", "state", "shown"])
        .join(messages, messages.c.id == deliveries.c.message_id)
        .where(*chosen)
        .order_by(messages.c.id, deliveries.c.id)
        .with_for_update(of=messages)
    )
    return uow.connection.execute(statement).all()


def _again(
    uow: SqlUnitOfWork, rows: Sequence[AnyRow], values: dict[str, object], *, due_at: datetime | None = None
) -> int:
    """Makes these copies work for the sender, at once or at a time."""
    if not rows:
        return 0
    for state, some in (
        (DeliveryState.WAITING, [row for row in rows if row.shown == 0]),
        (DeliveryState.STALE, [row for row in rows if row.shown > 0]),
    ):
        if some:
            statement = update(deliveries).where(among(uow.dialect, deliveries.c.id))
            values = {**values, "state": state.value, "due_at": due_at, "attempts": 0}
            ids = packed_ids(uow.dialect, [row.id for row in some])
            uow.connection.execute(statement.values(values), {"ids": ids})
            count(uow, (Shift(row.message_id, DeliveryState(row.state), state) for row in some))
    uow.wake("deliveries")
    uow.wake("alerts")
    return len(rows)
