"""Events that were received and not handled yet: stored before the messenger's cursor moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.chat.events import Event
from core.people.person import Account, Person
from core.unit_of_work import Change, Query


@dataclass(frozen=True, slots=True)
class StoreEvents(Change[int]):
    """Keeps new events of a bot account and its cursor; how many were new. Known ones are ignored."""

    messenger: str
    events: tuple[Event, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class CursorOf(Query[str | None]):
    """How far a messenger has been read."""

    messenger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A stored event. `attempts` have failed so far."""

    id: int
    event: Event
    attempts: int


@dataclass(frozen=True, slots=True)
class ClaimEvents(Change[tuple[Pending, ...]]):
    """Marks the oldest waiting events handled, in the transaction that handles them; at most `limit`, in order.

    Until the commit no other transaction gets events of the same people, so that each person's are handled one at a
    time and in order; those whom another transaction is busy with are passed over. `messengers`: only events of these
    bot accounts, in order among themselves; None for all. `only`: this event alone.
    """

    limit: int
    messengers: frozenset[str] | None = None
    only: int | None = None


@dataclass(frozen=True, slots=True)
class EventFailed(Change[bool]):
    """Counts a failed attempt; with `for_good` the event is laid aside with the error's name.

    False when the event does not wait any more.
    """

    id: int
    error: str
    for_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEvent:
    """An event that was laid aside. `kind` is the name of its class, `error` that of the last exception."""

    id: int
    messenger: str
    kind: str
    received_at: datetime
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class FailedEvents(Query[tuple[FailedEvent, ...]]):
    """The events laid aside, the latest first."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CountFailedEvents(Query[int]):
    """How many events are laid aside; counted up to 1,000."""


@dataclass(frozen=True, slots=True)
class RetryEvent(Change[int]):
    """Handles events again that were laid aside, with all their attempts; all of them for None. How many."""

    id: int | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent an event: the account, and the person behind it where that is known.

    `elsewhere`: another bot account of the network knows the same account too, and perhaps whose it is.
    """

    account: Account | None
    person: Person | None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class WhoIs(Query[Visitor]):
    """The sender of an event."""

    messenger: str
    address: str
