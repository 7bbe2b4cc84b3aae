"""What becomes of messages of long ago: their copies go, and they themselves where nobody counts them any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, or_, select

from core.delivery import DeliveryState, Priority
from storage.retention import forgets
from storage.tables.delivery import deliveries, delivery_ids, messages
from storage.unit_of_work import SqlUnitOfWork

_S = DeliveryState
_FINISHED = and_(
    messages.c.swept_to.is_(None), *(messages.c[state.value] == 0 for state in (_S.WAITING, _S.STALE, _S.HELD))
)
HAS_COPIES = select(deliveries.c.id).where(deliveries.c.message_id == messages.c.id).exists()
COUNTED = messages.c.priority == Priority.BROADCAST.value
"""What was sent to many keeps its counters: how many it has reached is asked for years later."""


@forgets("messages")
def forget_messages(uow: SqlUnitOfWork, before: datetime, most: int) -> int:
    """Forgets copies of finished messages, and then those messages; ids grow with time."""
    left = select(messages.c.id, messages.c.created_at).where(_FINISHED, or_(~COUNTED, HAS_COPIES))
    oldest = left.order_by(messages.c.id).limit(most).subquery()
    ids = uow.connection.execute(select(oldest.c.id).where(oldest.c.created_at < before)).scalars().all()
    if not ids:
        return 0
    of_them = select(deliveries.c.id).where(deliveries.c.message_id.in_(ids)).order_by(deliveries.c.message_id)
    copies = uow.connection.execute(of_them.limit(most)).scalars().all()
    uow.change(delete(delivery_ids).where(delivery_ids.c.delivery_id.in_(copies)))
    gone = uow.change(delete(deliveries).where(deliveries.c.id.in_(copies)))
    if gone == most:
        return gone
    return gone + uow.change(delete(messages).where(messages.c.id.in_(ids), ~COUNTED))
