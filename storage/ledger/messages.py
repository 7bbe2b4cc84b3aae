"""Messages: planned, changed as a whole, and how far they have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, bindparam, exists, select, update

from core.chat.codec import Json, dump, load
from core.chat.screens import Screen
from core.delivery import (
    AddRecipients,
    Answered,
    Cancel,
    DeliveryState,
    End,
    Mark,
    MessageState,
    Pause,
    Priority,
    Progress,
    Resend,
    Reshow,
    Respond,
    Revise,
    Send,
    Sweep,
    Tally,
    ToChat,
    Unswept,
    Withdraw,
)
from storage.batches import insert_rows, packed_for
from storage.dispatch import answers, carries_out
from storage.ledger.planning import Shift, copy_in, count, plan, shared
from storage.ledger.queue import by_index
from storage.ledger.sweeping import AGAIN, OF_MESSAGE, apply_rules, settle_down, sweep
from storage.schema import AnyRow
from storage.tables.delivery import deliveries, messages
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import on_both

_ALIVE = (MessageState.RUNNING.value, MessageState.PAUSED.value)
_MARKED = (*_ALIVE, MessageState.ENDED.value)


def wake(uow: SqlUnitOfWork, priority: int) -> None:
    """Wakes the senders; at once for what somebody waits for."""
    uow.wake("deliveries")
    if priority <= Priority.REPLY:
        uow.wake("alerts")


@carries_out(Send)
def send(uow: SqlUnitOfWork, change: Send) -> int:
    """Plans a message, unless its key is known."""
    values = {
        **_new(uow, change.content, change.priority),
        "key": change.key,
        "urgent": change.urgent,
        "shared": shared(change.to),
        "kind": None if change.kind is None else change.kind.name,
        "about": change.about,
    }
    message_id: int | None = uow.connection.execute(_SEND[uow.dialect], values).scalar()
    if message_id is None:
        known: int = uow.session.execute(select(messages.c.id).where(messages.c.key == change.key)).scalar_one()
        return known
    asked_at = uow.now if change.kind is None else None
    plan(uow, message_id, change.priority, change.to, first=True, asked_at=asked_at)
    wake(uow, change.priority)
    return message_id


@carries_out(Respond, apart=True)
def respond(uow: SqlUnitOfWork, change: Respond) -> None:
    """Plans a reply, and its only copy, with the others of the transaction."""
    uow.later(_respond, (dump(change.content), uow.cause or None, change.content.shows or None, change.to))
    wake(uow, Priority.REPLY)


@carries_out(AddRecipients)
def add_recipients(uow: SqlUnitOfWork, change: AddRecipients) -> int:
    """Plans more copies of a message that is not over."""
    row = _alive(uow, change.message_id)
    if row is None:
        return 0
    new = plan(uow, change.message_id, Priority(row.priority), change.to, first=False)
    if shared(change.to):
        uow.session.execute(update(messages).where(messages.c.id == change.message_id).values(shared=True))
    if new:
        wake(uow, row.priority)
    return new


@carries_out(Revise)
def revise(uow: SqlUnitOfWork, change: Revise) -> None:
    """Changes what is wanted. What was refused is tried again with the new content."""
    before = (*_ALIVE, MessageState.ENDED.value)
    content = {"content": dump(change.content), "shows": change.content.shows or None}
    _rewrite(uow, change.message_id, {**content, "revision": messages.c.revision + 1}, before)
    if change.asked:
        answered = update(deliveries).where(deliveries.c.message_id == change.message_id)
        uow.connection.execute(answered.values(asked_at=uow.now))


@carries_out(Reshow)
def reshow(uow: SqlUnitOfWork, change: Reshow) -> int | None:
    """By the index of what shows something. Each is an answer in one chat, with buttons of its own."""
    by_index(uow)
    place = {"shows": change.shows, "after": change.after, "most": change.most}
    found = uow.connection.execute(_SHOWING, place).all()
    for row in found:
        content: Screen = load(row.content)
        rows, shows = (content.rows[-1:], "") if change.over else (content.rows, content.shows)
        revise(uow, Revise(row.id, replace(content, blocks=change.blocks, rows=rows, shows=shows)))
    return found[-1].id if len(found) == change.most else None


@carries_out(Answered)
def answered(uow: SqlUnitOfWork, change: Answered) -> None:
    """The same content, answered; not twice."""
    message = select(messages.c.content).where(messages.c.id == change.message_id, messages.c.state.in_(_ALIVE))
    found = uow.connection.execute(message.with_for_update()).first()
    content: Screen | None = None if found is None else load(found.content)
    wanted = content is not None and (change.always or content.binding)
    if content is not None and wanted and content.rows and not content.answered:
        revise(uow, Revise(change.message_id, replace(content, answered=True)))


@carries_out(Withdraw)
def withdraw(uow: SqlUnitOfWork, change: Withdraw) -> None:
    """Takes back what arrived, and cancels what did not."""
    values = {"content": dump(change.tombstone), "revision": messages.c.revision + 1}
    before = (*_ALIVE, MessageState.CANCELLED.value, MessageState.ENDED.value)
    _rewrite(uow, change.message_id, {**values, "state": MessageState.WITHDRAWN.value}, before)


@carries_out(End)
def end(uow: SqlUnitOfWork, change: End) -> None:
    """Cancels what did not arrive, and changes what did."""
    values: dict[str, object] = {"state": MessageState.ENDED.value}
    if change.content is not None:
        values |= {"content": dump(change.content), "revision": messages.c.revision + 1}
    _rewrite(uow, change.message_id, values, _ALIVE)


@carries_out(Mark)
def mark(uow: SqlUnitOfWork, change: Mark) -> bool:
    """Makes one copy follow. What is out of date is still marked; what was taken back is not."""
    message = select(messages.c.id).where(messages.c.id == change.message_id, messages.c.state.in_(_MARKED))
    if uow.connection.execute(message.with_for_update()).first() is None:
        return False
    this = (deliveries.c.message_id == change.message_id, deliveries.c.person_id == change.person_id)
    copy = uow.connection.execute(select(*deliveries.c["id", "state", "mark"]).where(*this)).first()
    if copy is None or copy.mark == change.mark:
        return False
    values: dict[str, object] = {"mark": change.mark}
    before = DeliveryState(copy.state)
    if before in (DeliveryState.SENT, DeliveryState.STALE):
        values |= {"state": DeliveryState.STALE.value, "due_at": None, "priority": Priority.REPLY.value}
        wake(uow, Priority.REPLY)
    uow.connection.execute(update(deliveries).where(deliveries.c.id == copy.id).values(values))
    if before is DeliveryState.SENT:
        count(uow, [Shift(change.message_id, before, DeliveryState.STALE)])
    return True


@carries_out(Cancel)
def cancel(uow: SqlUnitOfWork, change: Cancel) -> None:
    """Leaves what arrived, and cancels what did not."""
    _rewrite(uow, change.message_id, {"state": MessageState.CANCELLED.value}, _ALIVE)


@carries_out(Sweep)
def sweep_copies(uow: SqlUnitOfWork, change: Sweep) -> bool:
    """Brings one slice of one message in line."""
    by_index(uow)
    row = sweep(uow, change.most)
    if row is not None:
        wake(uow, row.priority)
    return unswept(uow, Unswept())


@answers(Unswept)
def unswept(uow: SqlUnitOfWork, query: Unswept) -> bool:
    """Read from an index that is nearly always empty."""
    return bool(uow.connection.execute(_UNSWEPT).scalar())


@carries_out(Pause)
def pause(uow: SqlUnitOfWork, change: Pause) -> None:
    """Flips one row, however many copies wait."""
    before, after = MessageState.RUNNING, MessageState.PAUSED
    if not change.paused:
        before, after = after, before
    statement = update(messages).where(messages.c.id == change.message_id, messages.c.state == before.value)
    uow.session.execute(statement.values(state=after.value))
    uow.wake("deliveries")


@carries_out(Resend)
def resend(uow: SqlUnitOfWork, change: Resend) -> int:
    """Lets the sender have the copies again that may have arrived or not."""
    row = _alive(uow, change.message_id)
    if row is None:
        return 0
    number = apply_rules(uow, row, AGAIN, OF_MESSAGE)
    if number:
        wake(uow, row.priority)
    return number


@answers(Progress)
def progress(uow: SqlUnitOfWork, query: Progress) -> Tally:
    """The counters of a message; LookupError when there is no such message."""
    row = uow.session.execute(select(*_COUNTERS).where(messages.c.id == query.message_id)).first()
    if row is None:
        raise LookupError(f"there is no message {query.message_id}")
    names = ("waiting", "held", "sent", "stale", "unreachable", "uncertain", "failed", "muted", "absent")
    return Tally(total=sum(row), **{name: row._mapping[name] for name in names})


def _new(uow: SqlUnitOfWork, content: Screen, priority: Priority) -> dict[str, Any]:
    """The row of a message to one recipient that is not urgent."""
    shows = content.shows or None
    return {"content": dump(content), "cause": uow.cause or None, "shows": shows, **_alike(uow, priority)}


def _alike(uow: SqlUnitOfWork, priority: Priority) -> dict[str, Any]:
    """What messages to one recipient have in common."""
    return {
        "revision": 1,
        "state": MessageState.RUNNING.value,
        "priority": priority.value,
        "shared": False,
        "created_at": uow.now,
        "urgent": False,
    }


def _respond(uow: SqlUnitOfWork, replies: Sequence[tuple[Json, str | None, str | None, ToChat]]) -> None:
    """Two statements, however many there are."""
    rows = packed_for(
        messages, ({"content": content, "cause": cause, "shows": shows} for content, cause, shows, _ in replies)
    )
    alike = {**_alike(uow, Priority.REPLY), DeliveryState.WAITING.value: 1}
    planned = uow.connection.execute(_messages(uow.dialect, tuple(alike)), {**alike, "rows": rows}).scalars().all()
    # The ids are in the order of the rows, as they are returned they need not be.
    places = zip(sorted(planned), (to for *_, to in replies), strict=True)
    copies = [copy_in(message_id, Priority.REPLY, to, uow.now) for message_id, to in places]
    own = packed_for(deliveries, ({name: copy[name] for name in _OWN} for copy in copies))
    alike = {name: value for name, value in copies[0].items() if name not in _OWN}
    uow.connection.execute(_copies(uow.dialect, tuple(alike)), {**alike, "rows": own})


@lru_cache
def _messages(dialect: str, alike: tuple[str, ...]) -> Executable:
    return insert_rows(dialect, messages, ("content", "cause", "shows"), alike).returning(messages.c.id)


@lru_cache
def _copies(dialect: str, alike: tuple[str, ...]) -> Executable:
    return insert_rows(dialect, deliveries, _OWN, alike)


def _alive(uow: SqlUnitOfWork, message_id: int) -> AnyRow | None:
    """The locked row of a message that is neither cancelled nor withdrawn."""
    statement = select(*_SUMMARY).where(messages.c.id == message_id, messages.c.state.in_(_ALIVE))
    return uow.connection.execute(statement.with_for_update()).first()


def _rewrite(uow: SqlUnitOfWork, message_id: int, values: dict[str, object], before: tuple[str, ...]) -> None:
    """Changes a message that is in one of these states, and what follows for its copies."""
    statement = update(messages).where(messages.c.id == message_id, messages.c.state.in_(before)).values(values)
    row = uow.connection.execute(statement.returning(*_SUMMARY)).first()
    if row is not None:
        settle_down(uow, row)
        wake(uow, row.priority)


_COUNTERS = tuple(messages.c[state.value] for state in DeliveryState)
_SUMMARY = (*messages.c["id", "revision", "state", "priority", "swept_to"], *_COUNTERS)
_SEND = on_both(lambda insert: insert(messages).on_conflict_do_nothing(index_elements=["key"]).returning(messages.c.id))
_SHOWING = (
    select(messages.c.id, messages.c.content)
    .where(messages.c.shows == bindparam("shows"), messages.c.id > bindparam("after"), messages.c.state.in_(_ALIVE))
    .order_by(messages.c.shows, messages.c.id)
    .limit(bindparam("most"))
)
_UNSWEPT = select(exists(select(messages.c.id).where(messages.c.swept_to.is_not(None))))
_OWN = ("message_id", "person_id", "account_id", "messenger", "chat")
"""What the copies of replies have not in common."""
