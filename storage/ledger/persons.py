"""What the ledger and the inbox keep of a person: copies with what they said, and events that wait or failed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_, update

from core.delivery import DeliveryState
from core.personal import Rows
from storage.ledger.forgetting import COUNTED, HAS_COPIES
from storage.ledger.planning import Shift, count
from storage.persons import erases, gives
from storage.tables.delivery import deliveries, delivery_ids, messages
from storage.tables.inbox import HANDLED, events
from storage.tables.people import accounts
from storage.unit_of_work import SqlUnitOfWork

MANY = 500
"""How many ids go into one statement."""

_S = DeliveryState
_END = {_S.WAITING: _S.CANCELLED, _S.HELD: _S.CANCELLED, _S.ABSENT: _S.CANCELLED, _S.STALE: _S.SENT}
"""As what a copy is counted on that was still to be sent."""


@gives("deliveries")
def copies_of(uow: SqlUnitOfWork, person_id: int) -> Rows:
    """Each copy with the content of its message as it is wanted now."""
    columns = [deliveries.c[name] for name in ("id", "messenger", "chat", "state", "sent_at", "reason", "mark")]
    both = deliveries.join(messages, messages.c.id == deliveries.c.message_id)
    statement = select(*columns, messages.c.created_at, messages.c.content).select_from(both)
    rows = uow.connection.execute(statement.where(_to(person_id)).order_by(deliveries.c.id))
    return tuple(dict(row) for row in rows.mappings())


@erases("deliveries")
def erase_copies(uow: SqlUnitOfWork, person_id: int) -> None:
    """Copies go, with the messages that nobody else got; the counters of what many got stay, and nothing is sent."""
    own = uow.connection.execute(select(deliveries.c.message_id).where(_to(person_id)).distinct()).scalars()
    message_ids = sorted(own)
    for first in range(0, len(message_ids), MANY):
        _erase_copies(uow, person_id, message_ids[first : first + MANY])


def _erase_copies(uow: SqlUnitOfWork, person_id: int, message_ids: list[int]) -> None:
    of_them = messages.c.id.in_(message_ids)
    # Locked in the order in which all lock them, so that no copy changes its state meanwhile.
    uow.connection.execute(select(messages.c.id).where(of_them).order_by(messages.c.id).with_for_update()).all()
    mine = select(deliveries.c.id, deliveries.c.message_id, deliveries.c.state)
    rows = uow.connection.execute(mine.where(deliveries.c.message_id.in_(message_ids), _to(person_id))).all()
    count(uow, [Shift(row.message_id, before, _END.get(before, before)) for row in rows if (before := _S(row.state))])
    copies = [row.id for row in rows]
    uow.change(delete(delivery_ids).where(delivery_ids.c.delivery_id.in_(copies)))
    uow.change(delete(deliveries).where(deliveries.c.id.in_(copies)))
    uow.change(delete(messages).where(of_them, ~COUNTED, ~HAS_COPIES))


@gives("events")
def events_of(uow: SqlUnitOfWork, person_id: int) -> Rows:
    """What came from the person's accounts; of what was handled only its id is left."""
    columns = events.c["id", "messenger", "event_id", "received_at", "state", "event"]
    statement = select(*columns).where(_from(person_id)).order_by(events.c.id)
    return tuple(dict(row) for row in uow.connection.execute(statement).mappings())


@erases("events")
def erase_events(uow: SqlUnitOfWork, person_id: int) -> None:
    """The content goes; the ids stay for the time that they guard against repeats."""
    statement = update(events).where(_from(person_id), events.c.state != HANDLED)
    uow.change(statement.values(state=HANDLED, event=None))
    uow.change(update(events).where(_from(person_id)).values(account=""))


def _to(person_id: int) -> ColumnElement[bool]:
    """Copies to a person, and those to an account of the person from before it was known whose it is."""
    own = select(accounts.c.id).where(accounts.c.person_id == person_id)
    return or_(
        deliveries.c.person_id == person_id, and_(deliveries.c.person_id.is_(None), deliveries.c.account_id.in_(own))
    )


def _from(person_id: int) -> ColumnElement[bool]:
    own = select(accounts.c.messenger, accounts.c.address).where(accounts.c.person_id == person_id)
    return tuple_(events.c.messenger, events.c.account).in_(own)
