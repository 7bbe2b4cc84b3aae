"""What the outcome of a send means for the copy that was sent: pure, so that every case can be read at a glance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.chat.messenger import Gone, Later, NotSent, Outcome, Refused, Relocated, Sent, Uncertain, Unreachable
from core.chat.pages import Page
from core.delivery import DeliveryState, Priority, Settled, Wanted


def settled(copy: Wanted, outcome: Outcome, page: Page | None, retry_at: datetime) -> Settled:
    """The next state of a copy. `page` is what was sent, None for a deletion; `retry_at` when it may be tried again."""
    waiting = DeliveryState.WAITING if copy.shown == 0 else DeliveryState.STALE
    again = Settled(
        delivery_id=copy.delivery_id, state=waiting, shown=copy.shown, receipt=copy.receipt, retry_at=retry_at
    )
    match outcome:
        case Sent(receipt):
            state = DeliveryState.REMOVED if copy.withdrawn and page is None else DeliveryState.SENT
            choices = page.choices if page is not None else ()
            return Settled(
                delivery_id=copy.delivery_id, state=state, shown=copy.revision, receipt=receipt, choices=choices
            )
        case Gone(reason):
            state = DeliveryState.REMOVED if copy.withdrawn else DeliveryState.SENT
            return replace(again, state=state, shown=copy.revision, retry_at=None, reason=reason)
        case Later():
            return replace(again, attempted=False, reason="later")
        case Relocated(chat):
            return replace(again, attempted=False, reason="moved", chat=chat)
        case NotSent(reason):
            return replace(again, reason=reason)
        case Uncertain(reason):
            # A broadcast sent twice annoys thousands; an alert or an answer that is missing costs more.
            if copy.shown == 0 and copy.priority is Priority.BROADCAST:
                return replace(again, state=DeliveryState.UNCERTAIN, retry_at=None, reason=reason)
            return replace(again, reason=reason)
        case Unreachable(reason):
            return replace(again, state=DeliveryState.UNREACHABLE, retry_at=None, reason=reason)
        case Refused(reason):
            return replace(again, state=DeliveryState.FAILED, retry_at=None, reason=reason)
