"""Events that were received and not handled yet: stored before the messenger's cursor moves."""

from __future__ import annotations

from dataclasses import dataclass

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
class PendingEvents(Query[tuple[Pending, ...]]):
    """The oldest events that are not handled, in order of arrival."""

    limit: int


@dataclass(frozen=True, slots=True)
class TakeEvent(Change[bool]):
    """Marks an event handled, in the transaction that handles it; False when it already was."""

    id: int


@dataclass(frozen=True, slots=True)
class EventFailed(Change[None]):
    """Counts a failed attempt; with `for_good` the event is laid aside with the error's name."""

    id: int
    error: str
    for_good: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent an event: the account, and the person behind it where that is known."""

    account: Account | None
    person: Person | None


@dataclass(frozen=True, slots=True)
class WhoIs(Query[Visitor]):
    """The sender of an event."""

    messenger: str
    address: str
