"""What is kept of the telephone: every event as it came, and each call as its events fold now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.calls.call import Call
from core.calls.events import CallEvent
from core.people.person import Person
from core.unit_of_work import Change, Query


@dataclass(frozen=True, slots=True)
class KeepCallEvents(Change[tuple[CallEvent, ...]]):
    """Appends the events of a source; those that were not known before, in their order."""

    source: str
    events: tuple[CallEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCallEvents(Query[tuple[CallEvent, ...]]):
    """The events received from `since` to `until`, both included: by time, then in the order of arrival."""

    source: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestCallEvent(Query[datetime | None]):
    """When the last event of a source up to a moment was received."""

    source: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EarliestUnfinished(Query[datetime | None]):
    """When the earliest call began, among those begun after `since`, that had not ended by `at`."""

    source: str
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class PutCalls(Change[None]):
    """Keeps calls as they fold now."""

    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class DropCalls(Change[None]):
    """Forgets what was no call after all."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GiveUpCalls(Change[int]):
    """Calls of a source begun before `before` whose end never came are unknown from now on; how many."""

    source: str
    before: datetime


@dataclass(frozen=True, slots=True)
class CallsById(Query[Mapping[str, Call]]):
    """Those of these calls that are kept, by id."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallsWith(Query[tuple[Call, ...]]):
    """The calls with a client's number begun since a moment, by their start."""

    number: str
    since: datetime


@dataclass(frozen=True, slots=True)
class CallsSince(Query[tuple[Call, ...]]):
    """All calls begun since a moment, or all, by their start."""

    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsOfMissedClients(Query[tuple[Call, ...]]):
    """The calls begun since `since` with the clients who were missed since `missed_since`, and those of missed callers
    who withheld their number. Clients marked as spam are left out."""

    missed_since: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who calls. `number` is E.164; `tags` are words such as VIP."""

    number: str
    name: str
    tags: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name with its tags."""
        return " · ".join((self.name, *self.tags))


@dataclass(frozen=True, slots=True)
class SaveClients(Change[None]):
    """Puts clients into the book, over what it held for their numbers."""

    clients: tuple[Client, ...]


@dataclass(frozen=True, slots=True)
class ClientOf(Query[Client | None]):
    """Whose number this is."""

    number: str


@dataclass(frozen=True, slots=True)
class ClientsOf(Query[Mapping[str, Client]]):
    """The clients whose numbers these are, by number."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientsNamed(Query[tuple[Client, ...]]):
    """The numbers under exactly this name, `limit` at most."""

    name: str
    limit: int


@dataclass(frozen=True, slots=True)
class ClientsLike(Query[tuple[Client, ...]]):
    """Clients in whose names all these beginnings of words stand somewhere, `limit` at most; whoever asks looks again
    whether they begin words there."""

    stems: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class BlockNumber(Change[None]):
    """Marks a number as spam, or takes the mark away."""

    number: str
    blocked: bool
    person_id: int


@dataclass(frozen=True, slots=True)
class IsBlocked(Query[bool]):
    """Whether a number is marked as spam."""

    number: str


@dataclass(frozen=True, slots=True)
class PeopleAt(Query[tuple[Person, ...]]):
    """The active colleagues whose telephone an endpoint or a mobile is; several only where they share it."""

    endpoint: str
