"""Messages: planned, changed, withdrawn, and found again by what a messenger calls their copies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, bindparam, case, exists, select, tuple_, update

from core.chat.codec import dump, load
from core.chat.messenger import Receipt
from core.chat.pages import Choice
from core.delivery import (
    AddRecipients,
    Copy,
    CopyAt,
    DeliveryState,
    LatestMenu,
    MessageState,
    OnTheWay,
    Pause,
    Priority,
    Progress,
    Resend,
    Revise,
    Send,
    SpendChoices,
    Tally,
    ToChat,
    Withdraw,
)
from storage.dispatch import answers, carries_out
from storage.ledger import plan, recount, shared
from storage.schema import AnyRow
from storage.tables.delivery import deliveries, delivery_ids, messages, pending
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import on_both

_ONCE_SENT = (DeliveryState.SENT.value, DeliveryState.FAILED.value)


@carries_out(Send)
def send(uow: SqlUnitOfWork, change: Send) -> int:
    """Plans a message, unless its key is known."""
    alone = isinstance(change.to, ToChat)
    values = {
        "key": change.key,
        "content": dump(change.content),
        "revision": 1,
        "state": MessageState.RUNNING.value,
        "priority": change.priority.value,
        "shared": shared(change.to),
        "created_at": uow.now,
        DeliveryState.WAITING.value: int(alone),
    }
    message_id: int | None = uow.connection.execute(_SEND[uow.dialect], values).scalar()
    if message_id is None:
        known: int = uow.session.execute(select(messages.c.id).where(messages.c.key == change.key)).scalar_one()
        return known
    plan(uow, message_id, change.priority, change.to)
    if not alone:
        recount(uow, message_id)
    uow.wake("deliveries")
    return message_id


@carries_out(AddRecipients)
def add_recipients(uow: SqlUnitOfWork, change: AddRecipients) -> int:
    """Plans more copies of a message that was not withdrawn."""
    statement = (
        select(messages.c.priority)
        .where(messages.c.id == change.message_id, messages.c.state != MessageState.WITHDRAWN.value)
        .with_for_update()
    )
    priority = uow.session.execute(statement).scalar()
    if priority is None:
        return 0
    new = plan(uow, change.message_id, Priority(priority), change.to)
    if shared(change.to):
        uow.session.execute(update(messages).where(messages.c.id == change.message_id).values(shared=True))
    if new:
        recount(uow, change.message_id)
        uow.wake("deliveries")
    return new


@carries_out(Revise)
def revise(uow: SqlUnitOfWork, change: Revise) -> None:
    """Changes what is wanted. What was refused is tried again with the new content."""
    if not _rewrite(uow, change.message_id, {"content": dump(change.content)}):
        return
    uow.session.execute(
        update(deliveries)
        .where(deliveries.c.message_id == change.message_id, deliveries.c.state.in_(_ONCE_SENT))
        .values(state=_pending_again(), due_at=None, attempts=0)
    )
    recount(uow, change.message_id)
    uow.wake("deliveries")


@carries_out(Withdraw)
def withdraw(uow: SqlUnitOfWork, change: Withdraw) -> None:
    """Takes back what arrived, and cancels what did not."""
    values = {"content": dump(change.tombstone), "state": MessageState.WITHDRAWN.value}
    if not _rewrite(uow, change.message_id, values):
        return
    taken = case((deliveries.c.shown > 0, DeliveryState.STALE.value), else_=DeliveryState.CANCELLED.value)
    uow.session.execute(
        update(deliveries)
        .where(
            deliveries.c.message_id == change.message_id,
            deliveries.c.state.in_((DeliveryState.WAITING.value, *_ONCE_SENT)),
        )
        .values(state=taken, due_at=None, attempts=0)
    )
    recount(uow, change.message_id)
    uow.wake("deliveries")


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
    running = select(messages.c.id).where(
        messages.c.id == change.message_id, messages.c.state != MessageState.WITHDRAWN.value
    )
    if uow.session.execute(running.with_for_update()).first() is None:
        return 0
    number = uow.change(
        update(deliveries)
        .where(deliveries.c.message_id == change.message_id, deliveries.c.state == DeliveryState.UNCERTAIN.value)
        .values(state=_pending_again(), due_at=None, attempts=0)
    )
    if number:
        recount(uow, change.message_id)
        uow.wake("deliveries")
    return number


@answers(Progress)
def progress(uow: SqlUnitOfWork, query: Progress) -> Tally:
    """The counters of a message; LookupError when there is no such message."""
    counters = [messages.c[state.value] for state in DeliveryState]
    row = uow.session.execute(select(*counters).where(messages.c.id == query.message_id)).first()
    if row is None:
        raise LookupError(f"there is no message {query.message_id}")
    names = ("waiting", "sent", "stale", "unreachable", "uncertain", "failed")
    return Tally(total=sum(row), **{name: row._mapping[name] for name in names})


@answers(CopyAt)
def copy_at(uow: SqlUnitOfWork, query: CopyAt) -> Copy | None:
    """The copy that a messenger's message belongs to."""
    place = {"messenger": query.messenger, "chat": query.chat, "native": query.native}
    row = uow.connection.execute(_COPY_AT, place).first()
    return None if row is None else _copy(row, query.native)


@answers(OnTheWay)
def on_the_way(uow: SqlUnitOfWork, query: OnTheWay) -> bool:
    """Whether the sender has work with a copy of this chat."""
    here = (deliveries.c.messenger == query.messenger, deliveries.c.chat == query.chat, pending(deliveries))
    return bool(uow.session.execute(select(exists().where(*here))).scalar())


@carries_out(SpendChoices)
def spend_choices(uow: SqlUnitOfWork, change: SpendChoices) -> None:
    """Leaves the labels, so that what they are chosen by is still known to be theirs."""
    this = deliveries.c.id == change.delivery_id
    offered = select(deliveries.c.choices).join(messages, messages.c.id == deliveries.c.message_id).where(this)
    choices: tuple[Choice, ...] = load(uow.session.execute(offered.with_for_update(of=messages)).scalar() or [])
    spent = dump(tuple(replace(choice, data="") for choice in choices))
    uow.session.execute(update(deliveries).where(this).values(choices=spent))


@answers(LatestMenu)
def latest_menu(uow: SqlUnitOfWork, query: LatestMenu) -> Copy | None:
    """The last copy in a chat that offers choices."""
    row = uow.connection.execute(_LATEST_MENU, {"messenger": query.messenger, "chat": query.chat}).first()
    return None if row is None else _copy(row)


def _rewrite(uow: SqlUnitOfWork, message_id: int, values: dict[str, Any]) -> bool:
    """Whether the message could be changed: what was withdrawn stays so."""
    statement = update(messages).where(messages.c.id == message_id, messages.c.state != MessageState.WITHDRAWN.value)
    return uow.change(statement.values(revision=messages.c.revision + 1, **values)) == 1


def _pending_again() -> Any:
    return case((deliveries.c.shown > 0, DeliveryState.STALE.value), else_=DeliveryState.WAITING.value)


def _copies() -> Select[Any]:
    later = deliveries.alias()
    newer = exists().where(
        later.c.messenger == deliveries.c.messenger,
        later.c.chat == deliveries.c.chat,
        later.c.sent_at.is_not(None),
        tuple_(later.c.sent_at, later.c.id) > tuple_(deliveries.c.sent_at, deliveries.c.id),
        later.c.state != DeliveryState.REMOVED.value,
    )
    return select(
        deliveries.c.id,
        deliveries.c.message_id,
        deliveries.c.person_id,
        deliveries.c.shown,
        deliveries.c.choices,
        deliveries.c.receipt,
        messages.c.shared,
        (~newer).label("latest"),
    ).join(messages, messages.c.id == deliveries.c.message_id)


def _copy(row: AnyRow, native: str | None = None) -> Copy:
    receipt: Receipt = load(row.receipt)
    return Copy(
        delivery_id=row.id,
        message_id=row.message_id,
        person_id=row.person_id,
        shared=row.shared,
        shown=row.shown,
        choices=load(row.choices or []),
        native=native or receipt.ids[-1],
        version=receipt.version,
        latest=bool(row.latest),
    )


_SEND = on_both(lambda insert: insert(messages).on_conflict_do_nothing(index_elements=["key"]).returning(messages.c.id))
_COPY_AT = (
    _copies()
    .join(delivery_ids, delivery_ids.c.delivery_id == deliveries.c.id)
    .where(
        delivery_ids.c.messenger == bindparam("messenger"),
        delivery_ids.c.chat == bindparam("chat"),
        delivery_ids.c.native == bindparam("native"),
    )
)
_LATEST_MENU = (
    _copies()
    .where(
        deliveries.c.messenger == bindparam("messenger"),
        deliveries.c.chat == bindparam("chat"),
        deliveries.c.sent_at.is_not(None),
        deliveries.c.choices.is_not(None),
        deliveries.c.state != DeliveryState.REMOVED.value,
    )
    .order_by(deliveries.c.sent_at.desc(), deliveries.c.id.desc())
    .limit(1)
)
