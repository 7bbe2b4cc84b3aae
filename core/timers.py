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
