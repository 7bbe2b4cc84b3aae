"""What becomes of a copy once the messenger has answered, and of the account behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Executable, bindparam, delete, exists, literal, or_, select, update

from core.chat.codec import dump
from core.copies import Settled
from core.delivery import DeliveryState, MessageState, Priority, Unheard
from core.timers import SetTimer
from storage.batches import (
    among,
    insert_rows,
    one_of,
    packed_for,
    packed_ids,
    packed_moment,
    packed_with_ids,
    rows_of,
)
from storage.ledger.planning import Shift, count
from storage.ledger.queue import by_index
from storage.ledger.recipients import mark_absent, mark_unreachable, other_route, relocate_accounts
from storage.ledger.sweeping import in_line
from storage.schema import AnyRow, clean
from storage.tables.delivery import deliveries, delivery_ids, is_absent, is_held, messages, pending
from storage.tables.people import accounts
from storage.unit_of_work import SqlUnitOfWork

_WORK = (DeliveryState.WAITING, DeliveryState.STALE)
_AWAY = (DeliveryState.UNREACHABLE, DeliveryState.ABSENT)
_HEARD = (*_WORK, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.UNCERTAIN)
"""As what a copy is counted on that somebody has or may soon have."""


class _Copy(NamedTuple):
    """What is known of a copy that was in flight; not the driver's row, for the reason given at `queue.Due`."""

    id: int
    message_id: int
    priority: int
    person_id: int | None
    account_id: int | None
    messenger: str
    chat: str
    state: str
    attempts: int
    shown: int
    receipt: Any
    choices: Any
    sent_at: datetime | None
    mark: str | None
    asked_at: datetime | None


def settle(uow: SqlUnitOfWork, outcomes: Sequence[Settled]) -> None:
    """Writes outcomes down; the last of several for one copy counts. Unknown copies are ignored."""
    by_copy = {outcome.delivery_id: outcome for outcome in outcomes}
    by_index(uow)
    rows, whole = _locked(uow, list(by_copy))
    ends = {row.id: _end(row, whole[row.message_id], by_copy[row.id]) for row in rows}
    _mark_accounts(uow, rows, by_copy)
    _note_hints(uow, [row for row in rows if by_copy[row.id].hinted])
    elsewhere = _elsewhere(uow, [row for row in rows if _may_move(row, whole[row.message_id], ends[row.id])])
    for row in rows:
        if row.id in elsewhere:
            ends[row.id] = DeliveryState.WAITING
    _write(uow, rows, by_copy, ends)
    _write_ids(uow, rows, by_copy)
    if elsewhere:
        uow.connection.execute(_MOVE, list(elsewhere.values()))
    count(uow, (Shift(row.message_id, DeliveryState(row.state), ends[row.id]) for row in rows))
    lost = {row.message_id for row in rows if row.priority == Priority.ALERT and ends[row.id] in _AWAY}
    for message_id in sorted(lost):
        _tell_unheard(uow, message_id)
    for row in rows:
        new = by_copy[row.id].chat
        if new is not None and row.chat is not None and new != row.chat:
            _relocate(uow, row.messenger, row.chat, new)
    if any(end in _WORK and by_copy[key].retry_at is None for key, end in ends.items()):
        uow.wake("deliveries")
        if any(row.priority <= Priority.REPLY for row in rows):
            uow.wake("alerts")


def _locked(uow: SqlUnitOfWork, ids: list[int]) -> tuple[list[_Copy], dict[int, AnyRow]]:
    """The copies, and their messages by id, which are locked, in order, so that two cannot wait for each other."""
    found = uow.connection.execute(_copies(uow.dialect), {"ids": packed_ids(uow.dialect, ids)})
    copies = [_Copy._make(row) for row in found]
    message_ids = sorted({copy.message_id for copy in copies})
    whole = uow.connection.execute(_messages(uow.dialect), {"ids": packed_ids(uow.dialect, message_ids)})
    return copies, {message.id: message for message in whole}


def _end(row: _Copy, whole: AnyRow, outcome: Settled) -> DeliveryState:
    """The state that follows, seen from what may have happened to the copy while it was in flight."""
    message = MessageState(whole.state)
    before = in_line(message, DeliveryState(row.state), sent=row.shown > 0)
    match outcome.state:
        case DeliveryState.SENT:
            other = outcome.shown < whole.revision or outcome.mark != (row.mark or "")
            behind = other and message is not MessageState.CANCELLED
            return DeliveryState.STALE if behind else DeliveryState.SENT
        case DeliveryState.UNCERTAIN | DeliveryState.REMOVED:
            return outcome.state
        case DeliveryState.HELD:
            return DeliveryState.HELD if before is DeliveryState.WAITING and row.shown == 0 else before
        case DeliveryState.ABSENT if row.account_id is None:
            return DeliveryState.UNREACHABLE if before in _WORK else before
    if before not in _WORK or outcome.retry_at is not None or outcome.state in _WORK:
        return before
    return outcome.state


def _may_move(row: _Copy, whole: AnyRow, end: DeliveryState) -> bool:
    # Who was shown an earlier revision has been reached; an edit is not worth a second message elsewhere.
    lost = end in _AWAY and row.shown == 0 and row.person_id is not None
    return lost and whole.state != MessageState.WITHDRAWN.value


def _mark_accounts(uow: SqlUnitOfWork, rows: Sequence[_Copy], by_copy: Mapping[int, Settled]) -> None:
    for row in rows:
        outcome = by_copy[row.id]
        if outcome.state is DeliveryState.UNREACHABLE and row.account_id is not None:
            mark_unreachable(uow, row.account_id, outcome.reason or "unreachable")
    absent = (row.account_id for row in rows if by_copy[row.id].state is DeliveryState.ABSENT)
    mark_absent(uow, {account for account in absent if account is not None})
    uow.session.flush()


def _note_hints(uow: SqlUnitOfWork, rows: Sequence[_Copy]) -> None:
    """Keeps that people were told how to choose."""
    for asked, column in ((True, accounts.c.hinted_at), (False, accounts.c.hinted_unasked_at)):
        told = {row.account_id for row in rows if (row.asked_at is not None) == asked} - {None}
        if told:
            uow.connection.execute(update(accounts).where(accounts.c.id.in_(told)).values({column: uow.now}))


def _tell_unheard(uow: SqlUnitOfWork, message_id: int) -> None:
    """Lets the room of an alert know when that has come to nobody."""
    heard = sum((messages.c[state.value] for state in _HEARD), literal(0))
    unheard = select(*messages.c["kind", "about"]).where(
        messages.c.id == message_id, heard == 0, messages.c.kind.is_not(None), messages.c.about.is_not(None)
    )
    if (row := uow.connection.execute(unheard).first()) is not None:
        uow.apply(SetTimer(f"unheard:{message_id}", uow.now, Unheard(message_id, row.kind, row.about)))


def _elsewhere(uow: SqlUnitOfWork, rows: Sequence[_Copy]) -> dict[int, dict[str, Any]]:
    """For each of these copies another account of the person, unless that chat has the message already."""
    moves: dict[int, dict[str, Any]] = {}
    for row in rows:
        assert row.person_id is not None
        other = other_route(uow, row.message_id, row.person_id)
        if other is not None:
            moves[row.id] = {
                "copy": row.id,
                "to_account": other.id,
                "to_messenger": other.messenger,
                "to_chat": other.chat,
            }
    return moves


def _write(
    uow: SqlUnitOfWork,
    rows: Sequence[_Copy],
    by_copy: Mapping[int, Settled],
    ends: Mapping[int, DeliveryState],
) -> None:
    if rows:
        written = [_values(uow, row, by_copy[row.id], ends[row.id]) for row in rows]
        uow.connection.execute(_written(uow.dialect), packed_with_ids(uow.dialect, written))


def _values(uow: SqlUnitOfWork, row: _Copy, outcome: Settled, end: DeliveryState) -> dict[str, Any]:
    receipt, choices, shown, sent_at, due_at = row.receipt, row.choices, row.shown, row.sent_at, None
    if outcome.state is DeliveryState.SENT:
        receipt = row.receipt if outcome.receipt is None else dump(outcome.receipt)
        choices = dump(outcome.choices) if outcome.choices else None
        shown = outcome.shown
        if row.sent_at is None or _ids(receipt) != _ids(row.receipt):
            sent_at = uow.now
    elif end in _WORK:
        due_at = outcome.retry_at
    elif end is DeliveryState.FAILED:
        due_at = uow.now
    return {
        "id": row.id,
        "state": end.value,
        "due_at": packed_moment(uow.dialect, due_at),
        "attempts": row.attempts + outcome.attempted if outcome.retry_at is not None else 0,
        "shown": shown,
        "receipt": receipt,
        "choices": choices,
        "sent_at": packed_moment(uow.dialect, sent_at),
        "reason": clean(outcome.reason or None),
    }


def _write_ids(uow: SqlUnitOfWork, rows: Sequence[_Copy], by_copy: Mapping[int, Settled]) -> None:
    """Keeps which messages of the messenger each copy is now."""
    old, new = [], {}
    for row in rows:
        outcome = by_copy[row.id]
        if outcome.state is not DeliveryState.SENT or outcome.receipt is None:
            continue
        before, after = _ids(row.receipt), outcome.receipt.ids
        if before != after:
            place = {"at_messenger": row.messenger, "at_chat": row.chat}
            old += [{**place, "at_native": native} for native in before if native not in after]
            new.update({(row.messenger, row.chat, native): row.id for native in after})
    connection = uow.connection
    if old:
        connection.execute(_FORGET, old)
    if new:
        kept = ({"messenger": at[0], "chat": at[1], "native": at[2], "delivery_id": new[at]} for at in sorted(new))
        connection.execute(_kept(uow.dialect), {"rows": packed_for(delivery_ids, kept)})


def _relocate(uow: SqlUnitOfWork, messenger: str, old: str, new: str) -> None:
    """Follows a chat to its new address: its accounts, and the copies that are still to go there, perhaps later."""
    relocate_accounts(uow, messenger, old, new)
    wanted = or_(pending(deliveries), is_held(deliveries), is_absent(deliveries))
    waiting = [deliveries.c.messenger == messenger, deliveries.c.chat == old, wanted]
    other = deliveries.alias()
    there = exists().where(
        other.c.message_id == deliveries.c.message_id, other.c.messenger == messenger, other.c.chat == new
    )
    twice = uow.session.execute(
        select(deliveries.c.id, deliveries.c.message_id, deliveries.c.state).where(*waiting, there)
    ).all()
    if twice:
        cancelled = update(deliveries).where(deliveries.c.id.in_([row.id for row in twice]))
        uow.session.execute(cancelled.values(state=DeliveryState.CANCELLED.value, due_at=None))
        count(uow, (Shift(row.message_id, DeliveryState(row.state), DeliveryState.CANCELLED) for row in twice))
    uow.session.execute(update(deliveries).where(*waiting).values(chat=new))


def _ids(receipt: Any) -> tuple[str, ...]:
    return tuple(receipt["ids"]) if receipt else ()


@lru_cache
def _copies(dialect: str) -> Executable:
    return select(*deliveries.c[_Copy._fields]).where(among(dialect, deliveries.c.id)).order_by(deliveries.c.id)


@lru_cache
def _messages(dialect: str) -> Executable:
    columns = messages.c["id", "revision", "state"]
    return select(*columns).where(among(dialect, messages.c.id)).order_by(messages.c.id).with_for_update()


@lru_cache
def _written(dialect: str) -> Executable:
    names = ("state", "due_at", "attempts", "shown", "receipt", "choices", "sent_at", "reason")
    columns = {"id": BigInteger(), **{name: deliveries.c[name].type for name in names}}
    new = rows_of(dialect, "new", columns)
    return update(deliveries).where(one_of(dialect, deliveries.c.id, new)).values({name: new.c[name] for name in names})


@lru_cache
def _kept(dialect: str) -> Executable:
    insert = insert_rows(dialect, delivery_ids, ("messenger", "chat", "native", "delivery_id"))
    owner = {"delivery_id": insert.excluded.delivery_id}
    return insert.on_conflict_do_update(index_elements=["messenger", "chat", "native"], set_=owner)


_THIS = deliveries.c.id == bindparam("copy")
_MOVE = (
    update(deliveries)
    .where(_THIS)
    .values(account_id=bindparam("to_account"), messenger=bindparam("to_messenger"), chat=bindparam("to_chat"))
)
_FORGET = delete(delivery_ids).where(
    delivery_ids.c.messenger == bindparam("at_messenger"),
    delivery_ids.c.chat == bindparam("at_chat"),
    delivery_ids.c.native == bindparam("at_native"),
)
