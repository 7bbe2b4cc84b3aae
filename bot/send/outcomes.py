"""What the outcome of a send means for the copy that was sent: pure, so that every case can be read at a glance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.chat.messenger import Absent, Gone, Later, NotSent, Outcome, Refused, Relocated, Sent, Uncertain, Unreachable
from core.chat.pages import Page
from core.copies import GATHERED, Settled, Wanted
from core.delivery import DeliveryState, Priority

REMAINS = "a file cannot be removed"
"""Why a copy that was withdrawn may still be seen, though its chat can be reached."""
LONGEST_RETRY = 60.0
"""Seconds after which one copy is tried again at the latest."""


def settled(copy: Wanted, outcome: Outcome, page: Page | None, retry_at: datetime) -> Settled:
    """The next state of a copy. `page` is what was sent, None for a deletion; `retry_at` when it may be tried again."""
    if isinstance(outcome, Sent):
        return _arrived(copy, outcome, page)
    again = _again(copy, retry_at)
    match outcome:
        case Gone(reason):
            state = DeliveryState.REMOVED if copy.withdrawn else DeliveryState.SENT
            return replace(again, state=state, shown=copy.revision, mark=copy.mark, retry_at=None, reason=reason)
        case Later():
            return replace(again, attempted=False, reason="later")
        case Relocated(chat):
            return replace(again, attempted=False, reason="moved", chat=chat)
        case NotSent(reason):
            return replace(again, reason=reason)
        case Uncertain(reason):
            # A broadcast sent twice annoys thousands. An alert, an answer or a notice that is missing costs the one
            # whom it is for more than reading it twice.
            if copy.shown == 0 and copy.priority is Priority.BROADCAST:
                return replace(again, state=DeliveryState.UNCERTAIN, retry_at=None, reason=reason)
            return replace(again, reason=reason)
        case Unreachable(reason):
            return replace(again, state=DeliveryState.UNREACHABLE, retry_at=None, reason=reason)
        case Absent(reason):
            return replace(again, state=DeliveryState.ABSENT, retry_at=None, reason=reason)
        case Refused(reason):
            return replace(again, state=DeliveryState.FAILED, retry_at=None, reason=reason)


def patience(copy: Wanted) -> float:
    """Seconds to wait after a failure of this copy: the longer the more often it failed."""
    return min(LONGEST_RETRY, 2.0 ** min(copy.attempts, 10))


def put_off(copy: Wanted, until: datetime) -> Settled:
    """A copy whose chat takes nothing before `until`."""
    return replace(_again(copy, until), attempted=False, reason="pace")


def held(copy: Wanted) -> Settled:
    """A copy that its recipient's quiet hours hold."""
    return replace(_again(copy, None), state=DeliveryState.HELD, attempted=False)


def gathered(copy: Wanted) -> Settled:
    """A copy that its recipient wants in the next digest."""
    return replace(held(copy), reason=GATHERED)


def muted(copy: Wanted) -> Settled:
    """A copy of a kind that its recipient has switched off."""
    return replace(_again(copy, None), state=DeliveryState.MUTED, attempted=False)


def reason_of(outcome: Outcome) -> str:
    """What the messenger said: short and technical, empty for what went well."""
    match outcome:
        case Later(seconds):
            return f"retry after {seconds:g} s"
        case Relocated():
            return "moved"
        case Sent():
            return ""
        case _:
            return outcome.reason


def kind_of(outcome: Outcome) -> str:
    """Why a request did not do what it should, as one of a few words that can be counted; empty when it did."""
    match outcome:
        case Sent() | Gone():
            return ""
        case Unreachable(reason):
            return next((kind for words, kind in _UNREACHABLE if words in reason.lower()), "unreachable")
        case _:
            return _KINDS[type(outcome)]


_KINDS: dict[type[Outcome], str] = {
    Later: "too_fast",
    NotSent: "not_sent",
    Uncertain: "uncertain",
    Relocated: "moved",
    Refused: "content",
    Absent: "absent",
}
_UNREACHABLE = (
    ("block", "blocked"),
    ("deactivated", "deactivated"),
    ("not found", "unknown"),
    ("initiate", "never_started"),
    ("left", "left"),
    ("kicked", "left"),
    ("not a member", "left"),
)


def _arrived(copy: Wanted, outcome: Sent, page: Page | None) -> Settled:
    if copy.withdrawn and outcome.remain:
        # What was taken back may still be seen, and nobody can change that: it is no failure that can be tried again.
        return replace(_again(copy, None), state=DeliveryState.UNCERTAIN, reason=REMAINS)
    state = DeliveryState.REMOVED if copy.withdrawn and page is None else DeliveryState.SENT
    choices = (*page.choices, *page.retired) if page is not None else ()
    return Settled(
        delivery_id=copy.delivery_id,
        state=state,
        shown=copy.revision,
        receipt=outcome.receipt,
        choices=choices,
        mark=copy.mark,
        hinted=page is not None and page.hinted,
    )


def _again(copy: Wanted, retry_at: datetime | None) -> Settled:
    waiting = DeliveryState.WAITING if copy.shown == 0 else DeliveryState.STALE
    return Settled(
        delivery_id=copy.delivery_id, state=waiting, shown=copy.shown, receipt=copy.receipt, retry_at=retry_at
    )
