"""The inbox: events kept once, handled once, those of one person one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Executable,
    Integer,
    Select,
    Text,
    all_,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)

from core.chat.codec import TAG, dump, load
from core.chat.networks import network_of
from core.inbox import (
    ClaimEvents,
    CountFailedEvents,
    CursorOf,
    EventFailed,
    FailedEvent,
    FailedEvents,
    Pending,
    RetryEvent,
    StoreEvents,
    Visitor,
    WhoIs,
)
from core.people.person import Account, Person
from storage.batches import insert_rows, packed_for
from storage.dispatch import answers, carries_out
from storage.schema import AnyRow
from storage.tables.inbox import FAILED, HANDLED, WAITING, cursors, events
from storage.tables.people import accounts, people
from storage.unit_of_work import SqlUnitOfWork
from storage.upserts import Insert, on_both

_COUNTED = 1000
"""Where counting failed events ends: whoever has more than that has other worries than how many."""


def _moved(insert: Insert) -> Insert:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["messenger"], set_={"value": new.value, "moved_at": new.moved_at}
    )


# In the very words of the partial indices: else they are not used.
_WAITING = events.c.state == literal_column("'waiting'")
_FAILED = events.c.state == literal_column("'failed'")
_MOVE = on_both(lambda insert: _moved(insert(cursors)))
_TAKE = update(events).where(events.c.id.in_(bindparam("these", expanding=True))).values(state=HANDLED, event=null())
_OTHER = accounts.alias()
_ELSEWHERE = exists().where(
    _OTHER.c.address == accounts.c.address,
    _OTHER.c.id != accounts.c.id,
    or_(_OTHER.c.messenger == bindparam("network"), _OTHER.c.messenger.like(bindparam("others", type_=Text))),
)


@carries_out(StoreEvents)
def store_events(uow: SqlUnitOfWork, change: StoreEvents) -> int:
    """Keeps new events and the cursor; how many were new."""
    new = 0
    if change.events:
        own = ({"event_id": event.id, "account": event.account, "event": dump(event)} for event in change.events)
        alike = {"messenger": change.messenger, "received_at": uow.now, "state": WAITING, "attempts": 0}
        store = _store(uow.dialect, tuple(alike))
        new = uow.connection.execute(store, {**alike, "rows": packed_for(events, own)}).rowcount
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


@carries_out(ClaimEvents)
def claim_events(uow: SqlUnitOfWork, change: ClaimEvents) -> tuple[Pending, ...]:
    """Marks the oldest waiting events handled that no other transaction has a right to."""
    names: dict[str, Any] = {}
    if change.messengers is not None:
        names["messengers"] = list(change.messengers)
    if change.only is not None:
        names["only"] = change.only
    claim = _claim_alone if uow.dialect == "sqlite" else _claim_locking
    found = []
    for row in claim(uow, change.limit, names):
        try:
            found.append(Pending(id=row.id, event=load(row.event), attempts=row.attempts))
        except ValueError:
            # Written by another version. It must not stop those behind it.
            values = {"state": FAILED, "event": row.event, "attempts": row.attempts + 1, "error": "unreadable"}
            uow.session.execute(update(events).where(events.c.id == row.id).values(values))
    if len(found) > 1:
        _meet(uow, found)
    return tuple(found)


def _claim_alone(uow: SqlUnitOfWork, limit: int, names: dict[str, Any]) -> list[AnyRow]:
    """On SQLite a transaction that writes is the only one, so there is nobody to lock out."""
    statement = _waiting("messengers" in names, "only" in names, "sqlite")
    rows = list(uow.connection.execute(statement, {**names, "most": limit}))
    if rows:
        uow.connection.execute(_TAKE, {"these": [row.id for row in rows]})
    return rows


def _claim_locking(uow: SqlUnitOfWork, limit: int, names: dict[str, Any]) -> list[AnyRow]:
    """On PostgreSQL: lane after lane that is free. One that was found taken is never tried again in this transaction,
    whose snapshot would show events of it as waiting that have been handled."""
    claimed: list[AnyRow] = []
    taken: set[str] = set()
    statement = _claim("messengers" in names, "only" in names)
    while len(claimed) < limit:
        most = limit - len(claimed)
        rows = uow.connection.execute(statement, {**names, "most": most, "taken": sorted(taken)}).all()
        claimed += (row for row in rows if row.mine)
        taken |= {row.lane for row in rows if not row.mine}
        if len(rows) < most:
            break
    return claimed


@carries_out(EventFailed)
def event_failed(uow: SqlUnitOfWork, change: EventFailed) -> bool:
    """Counts a failed attempt, or lays the event aside with its content, for `RetryEvent`."""
    values: dict[str, Any] = {"attempts": events.c.attempts + 1, "error": change.error}
    if change.for_good:
        values["state"] = FAILED
    return uow.change(update(events).where(events.c.id == change.id, _WAITING).values(values)) == 1


@answers(FailedEvents)
def failed_events(uow: SqlUnitOfWork, query: FailedEvents) -> tuple[FailedEvent, ...]:
    """The events laid aside."""
    statement = select(events).where(_FAILED).order_by(events.c.id.desc()).limit(query.limit).offset(query.offset)
    return tuple(
        FailedEvent(
            id=row.id,
            messenger=row.messenger,
            kind=str((row.event or {}).get(TAG, "")),
            received_at=row.received_at,
            attempts=row.attempts,
            error=row.error or "",
        )
        for row in uow.connection.execute(statement)
    )


@answers(CountFailedEvents, apart=True)
def count_failed_events(uow: SqlUnitOfWork, query: CountFailedEvents) -> int:
    """How many events are laid aside."""
    some = select(events.c.id).where(_FAILED).limit(_COUNTED).subquery()
    return uow.connection.execute(select(func.count()).select_from(some)).scalar_one()


@carries_out(RetryEvent)
def retry_event(uow: SqlUnitOfWork, change: RetryEvent) -> int:
    """Lets failed events wait again."""
    statement = update(events).where(_FAILED).values(state=WAITING, attempts=0, error=None)
    count = uow.change(statement if change.id is None else statement.where(events.c.id == change.id))
    if count:
        uow.wake("inbox")
    return count


@answers(WhoIs, apart=True)
def who_is(uow: SqlUnitOfWork, query: WhoIs) -> Visitor:
    """The sender of an event, who may have been met with the batch."""
    known = _met(uow).get((query.messenger, query.address))
    if known is not None and _still(uow, known):
        return known
    row = uow.session.execute(_who(uow.dialect), _whom(query.messenger, [query.address])).first()
    return Visitor(None, None) if row is None else Visitor(*row)


def _meet(uow: SqlUnitOfWork, claimed: Sequence[Pending]) -> None:
    """Reads the senders of a batch at once, for `WhoIs`: one statement instead of one for each event."""
    addresses: dict[str, set[str]] = {}
    for item in claimed:
        addresses.setdefault(item.event.messenger, set()).add(item.event.account)
    for messenger, some in addresses.items():
        for account, person, elsewhere in uow.session.execute(_who(uow.dialect), _whom(messenger, sorted(some))):
            _met(uow)[messenger, account.address] = Visitor(account, person, elsewhere)
    uow.present = frozenset(visitor.person.id for visitor in _met(uow).values() if visitor.person is not None)


def _whom(messenger: str, addresses: Sequence[str]) -> dict[str, object]:
    network = network_of(messenger)
    return {"messenger": messenger, "addresses": addresses, "network": network, "others": f"{network}.%"}


def _met(uow: SqlUnitOfWork) -> dict[tuple[str, str], Visitor]:
    met: dict[tuple[str, str], Visitor] = uow.session.info.setdefault("met", {})
    return met


def _still(uow: SqlUnitOfWork, visitor: Visitor) -> bool:
    """Whether an account that was met is as it was: an earlier event of the batch may have linked or removed it."""
    account, person = visitor.account, visitor.person
    if account not in uow.session or (person is not None and person not in uow.session):
        return False
    return account is not None and account.person_id == (person.id if person else None)


@cache
def _who(dialect: str) -> Select[Account, Person | None, bool]:
    """The accounts `addresses` of a messenger, with their people, and whether strangers among them are known elsewhere.

    The words of the statement must not depend on how many there are: else PostgreSQL plans it anew each time.
    """
    these: ColumnElement[bool]
    if dialect == "sqlite":
        these = accounts.c.address.in_(bindparam("addresses", expanding=True))
    else:
        these = accounts.c.address == any_(bindparam("addresses", type_=ARRAY(Text)))
    return (
        select(Account, Person, and_(accounts.c.person_id.is_(None), _ELSEWHERE))
        .outerjoin(Person, people.c.id == accounts.c.person_id)
        .where(accounts.c.messenger == bindparam("messenger"), these)
    )


@cache
def _store(dialect: str, alike: tuple[str, ...]) -> Executable:
    insert = insert_rows(dialect, events, ("event_id", "account", "event"), alike)
    return insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@cache
def _waiting(some: bool, only: bool, dialect: str) -> Select[Any]:
    """The oldest waiting events: of `some` messengers; `only` one."""
    statement = select(events.c.id, events.c.event, events.c.attempts).where(_WAITING)
    if some and dialect == "sqlite":
        statement = statement.where(events.c.messenger.in_(bindparam("messengers", expanding=True)))
    elif some:
        statement = statement.where(events.c.messenger == any_(bindparam("messengers", type_=ARRAY(Text))))
    if only:
        statement = statement.where(events.c.id == bindparam("only"))
    return statement.order_by(events.c.id).limit(bindparam("most", type_=Integer, literal_execute=True))


@cache
def _claim(some: bool, only: bool) -> Select[Any]:
    """Locks the lanes of the oldest waiting events that are not `taken`, and takes the events of those that are `mine`.

    A lane is the person behind the account now, or else the account. The locks end with the transaction, so that they
    work through a connection pooler and die with their process. Another transaction may have handled an event, and
    freed its lane, that this one's snapshot still shows waiting: then the UPDATE fails, and all is run again.
    """
    person = literal("p", Text).concat(cast(accounts.c.person_id, Text))
    lane = func.coalesce(person, events.c.messenger.concat(literal(":", Text)).concat(events.c.account))
    sender = and_(accounts.c.messenger == events.c.messenger, accounts.c.address == events.c.account)
    oldest = _waiting(some, only, "postgresql").add_columns(lane.label("lane")).outerjoin_from(events, accounts, sender)
    # Materialized: a lock must be tried once for each lane that is returned, and for no other.
    waiting = oldest.where(lane != all_(bindparam("taken", type_=ARRAY(Text)))).cte("waiting")
    waiting = waiting.prefix_with("MATERIALIZED")
    lanes = select(waiting.c.lane).distinct().subquery("lanes")
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(lanes.c.lane, 0)).label("mine")
    locked = select(lanes.c.lane, lock).cte("locked").prefix_with("MATERIALIZED")
    both = waiting.join(locked, waiting.c.lane == locked.c.lane)
    mine = select(waiting.c.id).select_from(both).where(locked.c.mine)
    take = update(events).where(events.c.id.in_(mine)).values(state=HANDLED, event=null()).cte("take")
    event = case((locked.c.mine, waiting.c.event)).label("event")
    found = select(waiting.c.id, event, waiting.c.attempts, waiting.c.lane, locked.c.mine).select_from(both)
    return found.order_by(waiting.c.id).add_cte(take)
