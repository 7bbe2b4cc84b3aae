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


@dataclass(frozen=True, slots=True)
class TakeTimer(Change[DomainEvent | None]):
    """Takes the earliest timer that is due, removing it in the transaction that carries it out; None when none is."""
