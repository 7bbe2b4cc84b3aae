"""Keeps call events and calls, and finds the calls again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, exists, func, or_, select, update

from core.calls.call import Call, Outcome
from core.calls.events import LOST, CallEvent, decode, encode
from core.calls.journal import (
    CallsById,
    CallsOfMissedClients,
    CallsSince,
    CallsWith,
    DropCalls,
    EarliestUnfinished,
    GiveUpCalls,
    KeepCallEvents,
    KeptCallEvents,
    LatestCallEvent,
    PutCalls,
)
from core.calls.outage import CountUndecided, HeardAfter, LastLoss
from storage.dispatch import answers, carries_out
from storage.schema import AnyRow
from storage.tables.calls import blocked_numbers, call_events, calls
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import on_both

_FIELDS = tuple(field.name for field in fields(Call))
_AT_ONCE = 500
"""Ids in one IN list."""

_KEEP = on_both(lambda insert: insert(call_events).on_conflict_do_nothing().returning(call_events.c.key))
_PUT = on_both(
    lambda insert: insert(calls).on_conflict_do_update(
        index_elements=["id"],
        set_={name: insert(calls).excluded[name] for name in (*_FIELDS, "missed") if name != "id"},
    )
)
_BY_ID = select(calls).where(calls.c.id.in_(bindparam("ids", expanding=True)))
_WITH = (
    select(calls)
    .where(calls.c.external_number == bindparam("number"), calls.c.started_at >= bindparam("since"))
    .order_by(calls.c.started_at, calls.c.id)
)


@carries_out(KeepCallEvents)
def keep_call_events(uow: SqlUnitOfWork, change: KeepCallEvents) -> tuple[CallEvent, ...]:
    """Appends what is not there yet."""
    by_key = {event.key: event for event in change.events}
    rows = [{"source": change.source, "key": key, "at": one.at, "body": encode(one)} for key, one in by_key.items()]
    if not rows:
        return ()
    new = set(uow.session.execute(_KEEP[uow.dialect], rows).scalars())
    return tuple(event for key, event in by_key.items() if key in new)


@answers(KeptCallEvents)
def kept_call_events(uow: SqlUnitOfWork, query: KeptCallEvents) -> tuple[CallEvent, ...]:
    """The stored events of a stretch of time."""
    statement = (
        select(call_events.c.body)
        .where(call_events.c.source == query.source, call_events.c.at.between(query.since, query.until))
        .order_by(call_events.c.at, call_events.c.id)
    )
    return tuple(decode(body) for body in uow.session.execute(statement).scalars())


@answers(LatestCallEvent)
def latest_call_event(uow: SqlUnitOfWork, query: LatestCallEvent) -> datetime | None:
    """The time of the last event."""
    statement = select(func.max(call_events.c.at)).where(
        call_events.c.source == query.source, call_events.c.at <= query.until
    )
    moment: datetime | None = uow.session.execute(statement).scalar()
    return moment


@answers(LastLoss)
def last_loss(uow: SqlUnitOfWork, query: LastLoss) -> datetime | None:
    """The keys of such events begin with one word and go on with their time."""
    of_losses = and_(call_events.c.key >= LOST, call_events.c.key < LOST + "~")
    statement = select(call_events.c.at).where(call_events.c.source == query.source, of_losses)
    moment: datetime | None = uow.session.execute(statement.order_by(call_events.c.key.desc()).limit(1)).scalar()
    return moment


@answers(HeardAfter)
def heard_after(uow: SqlUnitOfWork, query: HeardAfter) -> datetime | None:
    """The time of the next event."""
    statement = select(func.min(call_events.c.at)).where(
        call_events.c.source == query.source, call_events.c.at > query.moment
    )
    moment: datetime | None = uow.session.execute(statement).scalar()
    return moment


@answers(CountUndecided)
def count_undecided(uow: SqlUnitOfWork, query: CountUndecided) -> int:
    """Calls that are unknown."""
    of_then = and_(calls.c.source == query.source, calls.c.started_at.between(query.since, query.until))
    statement = select(func.count()).select_from(calls).where(of_then, calls.c.outcome == Outcome.UNKNOWN)
    return uow.session.execute(statement).scalar_one()


@answers(EarliestUnfinished)
def earliest_unfinished(uow: SqlUnitOfWork, query: EarliestUnfinished) -> datetime | None:
    """The start of the earliest call that goes on, ended later, or has lost its end."""
    statement = select(func.min(calls.c.started_at)).where(
        calls.c.source == query.source,
        calls.c.started_at >= query.since,
        or_(calls.c.ended_at.is_(None), calls.c.ended_at >= query.at),
    )
    moment: datetime | None = uow.session.execute(statement).scalar()
    return moment


@carries_out(PutCalls)
def put_calls(uow: SqlUnitOfWork, change: PutCalls) -> None:
    """Writes each call over what was kept of it."""
    rows = [_row(call) for call in change.calls]
    if not rows:
        return
    uow.connection.execute(_PUT[uow.dialect], rows)


@carries_out(DropCalls)
def drop_calls(uow: SqlUnitOfWork, change: DropCalls) -> None:
    """Deletes calls."""
    if change.ids:
        uow.session.execute(delete(calls).where(calls.c.id.in_(change.ids)))


@carries_out(GiveUpCalls)
def give_up_calls(uow: SqlUnitOfWork, change: GiveUpCalls) -> int:
    """Closes calls that began too long ago."""
    lost = and_(calls.c.source == change.source, calls.c.ended_at.is_(None), calls.c.started_at < change.before)
    return uow.change(update(calls).where(lost, calls.c.outcome.is_(None)).values(outcome=Outcome.UNKNOWN))


@answers(CallsById)
def calls_by_id(uow: SqlUnitOfWork, query: CallsById) -> Mapping[str, Call]:
    """Calls by their ids."""
    found: dict[str, Call] = {}
    for start in range(0, len(query.ids), _AT_ONCE):
        rows = uow.connection.execute(_BY_ID, {"ids": query.ids[start : start + _AT_ONCE]})
        found.update((row.id, call_of(row)) for row in rows)
    return found


@answers(CallsWith)
def calls_with(uow: SqlUnitOfWork, query: CallsWith) -> tuple[Call, ...]:
    """The calls with one client."""
    rows = uow.connection.execute(_WITH, {"number": query.number, "since": query.since})
    return tuple(call_of(row) for row in rows)


@answers(CallsSince)
def calls_since(uow: SqlUnitOfWork, query: CallsSince) -> tuple[Call, ...]:
    """All calls of a stretch of time."""
    statement = select(calls)
    return in_order(uow, statement if query.since is None else statement.where(calls.c.started_at >= query.since))


@answers(CallsOfMissedClients)
def calls_of_missed_clients(uow: SqlUnitOfWork, query: CallsOfMissedClients) -> tuple[Call, ...]:
    """Everything between the company and those whom it missed."""
    missed = calls.alias()
    clients = select(missed.c.external_number).where(missed.c.missed, missed.c.started_at >= query.missed_since)
    spam = exists().where(blocked_numbers.c.number == calls.c.external_number)
    withheld = and_(calls.c.external_number.is_(None), calls.c.missed, calls.c.started_at >= query.missed_since)
    chosen = or_(and_(calls.c.external_number.in_(clients), ~spam), withheld)
    return in_order(uow, select(calls).where(calls.c.started_at >= query.since, chosen))


def in_order(uow: SqlUnitOfWork, statement: Select[Any]) -> tuple[Call, ...]:
    """The calls that a statement chooses, by their start."""
    rows: Iterable[AnyRow] = uow.session.execute(statement.order_by(calls.c.started_at, calls.c.id))
    return tuple(call_of(row) for row in rows)


def call_of(row: AnyRow) -> Call:
    """A row of `calls` as the call that it keeps."""
    values = {name: row._mapping[name] for name in _FIELDS}
    return Call(**{**values, "rang": tuple(values["rang"])})


def _row(call: Call) -> dict[str, Any]:
    values = {name: getattr(call, name) for name in _FIELDS}
    return {**values, "rang": list(call.rang), "missed": call.missed}
