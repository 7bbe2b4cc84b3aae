"""Domain events that are to happen at a time: rows, so that they survive a restart and fire once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.unit_of_work import Change, DomainEvent, Query


@dataclass(frozen=True, slots=True)
class SetTimer(Change[None]):
    """Emits `event` at `at` (UTC). A timer with the same `key` that has not fired is replaced."""

    key: str
    at: datetime
    event: DomainEvent


@dataclass(frozen=True, slots=True)
class CancelTimer(Change[None]):
    """Removes a timer that has not fired."""

    key: str


@dataclass(frozen=True, slots=True)
class NextTimer(Query[datetime | None]):
    """When the next timer fires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A timer whose time has come. `attempts` to carry out its event have failed so far."""

    key: str
    at: datetime
    event: DomainEvent
    attempts: int


@dataclass(frozen=True, slots=True)
class DueTimers(Query[tuple[Due, ...]]):
    """The timers that are due, the earliest first."""

    limit: int


@dataclass(frozen=True, slots=True)
class TakeTimer(Change[bool]):
    """Removes a timer in the transaction that carries it out; False when it was taken or set to another time."""

    due: Due


@dataclass(frozen=True, slots=True)
class TimerFailed(Change[None]):
    """Counts a failed attempt and fires the timer again at `again_at`; None lays it aside with the error's name."""

    due: Due
    error: str
    again_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTimer:
    """A timer that was laid aside. `kind` is the name of its event's class, `error` that of the last exception."""

    key: str
    at: datetime
    kind: str
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class FailedTimers(Query[tuple[FailedTimer, ...]]):
    """The timers laid aside, the latest first."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CountFailedTimers(Query[int]):
    """How many timers are laid aside; counted up to 1,000."""


@dataclass(frozen=True, slots=True)
class RetryTimer(Change[int]):
    """Fires timers at once that were laid aside, with all their attempts; all of them for None. How many."""

    key: str | None = None
