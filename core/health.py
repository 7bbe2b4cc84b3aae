"""Whether everything runs, for those who keep it running: what waits, what was laid aside, and who does what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zlib import crc32

from core.access import Right
from core.chat.blocks import Heading
from core.chat.phrases import Text
from core.chat.screens import Screen
from core.copies import Backlog, CountLost, LostCopies, Queue, Retry
from core.delivery import Priority
from core.inbox import CountFailedEvents, FailedEvents, RetryEvent
from core.leases import Standing, Standings
from core.people.person import Person
from core.people.roles import ADMIN
from core.timers import CountFailedTimers, FailedTimer, FailedTimers, RetryTimer
from core.unit_of_work import Query, UnitOfWork

SEE_HEALTH = Right("see health", (ADMIN,))

_PATIENCE = {Priority.ALERT: 15.0, Priority.REPLY: 60.0, Priority.NOTICE: 600.0, Priority.BROADCAST: 3600.0}
"""Seconds that a copy of each class may wait; a broadcast to many takes its time."""
_FORGOTTEN = -7 * 24 * 3600.0
"""Seconds after which what nobody does any more is not looked for: it was taken out of the settings."""


class Trouble(Enum):
    """What can be laid aside: copies of messages, received events, timers."""

    COPIES = "c"
    EVENTS = "e"
    TIMERS = "t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How everything runs now. `failed` is how many were laid aside, counted up to 1,000 each."""

    queues: tuple[Queue, ...]
    standings: tuple[Standing, ...]
    failed: Mapping[Trouble, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something laid aside. `what` is a message's heading, if it has one, or the kind of an event; `error` is
    technical. `number` tells it from the others of its kind."""

    number: int
    what: Text | None
    error: str
    at: datetime | None
    messenger: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Contents(Query[Mapping[int, Screen]]):
    """What messages want to show, by their ids."""

    message_ids: tuple[int, ...]


def health(uow: UnitOfWork) -> Health:
    """How everything runs now."""
    return Health(
        queues=uow.ask(Backlog()),
        standings=tuple(one for one in uow.ask(Standings()) if one.left > _FORGOTTEN),
        failed={trouble: count_failures(uow, trouble) for trouble in Trouble},
    )


def is_late(queue: Queue) -> bool:
    """Whether something waits longer than it should."""
    return queue.waiting > 0 and queue.age > _PATIENCE[queue.priority]


def is_held(standing: Standing) -> bool:
    """Whether somebody does what the lease is for."""
    return bool(standing.owner) and standing.left > 0


def count_failures(uow: UnitOfWork, trouble: Trouble) -> int:
    """How many were laid aside, counted up to 1,000."""
    match trouble:
        case Trouble.COPIES:
            return uow.ask(CountLost())
        case Trouble.EVENTS:
            return uow.ask(CountFailedEvents())
        case Trouble.TIMERS:
            return uow.ask(CountFailedTimers())


def failures(uow: UnitOfWork, trouble: Trouble, limit: int, offset: int) -> tuple[Failure, ...]:
    """What was laid aside, the latest first."""
    match trouble:
        case Trouble.COPIES:
            return _copies(uow, limit, offset)
        case Trouble.EVENTS:
            return tuple(
                Failure(number=one.id, what=one.kind, error=one.error, at=one.received_at, messenger=one.messenger)
                for one in uow.ask(FailedEvents(limit, offset))
            )
        case Trouble.TIMERS:
            return tuple(
                Failure(number=_number(one), what=one.kind, error=one.error, at=one.at)
                for one in uow.ask(FailedTimers(limit, offset))
            )


def retry(uow: UnitOfWork, trouble: Trouble, number: int | None) -> int:
    """Tries again what was laid aside: one by its number, or all. How many; 0 for what is not laid aside any more."""
    match trouble:
        case Trouble.COPIES:
            return uow.apply(Retry(number))
        case Trouble.EVENTS:
            return uow.apply(RetryEvent(number))
        case Trouble.TIMERS if number is None:
            return uow.apply(RetryTimer())
        case Trouble.TIMERS:
            timers = uow.ask(FailedTimers(uow.ask(CountFailedTimers())))
            key = next((one.key for one in timers if _number(one) == number), None)
            return 0 if key is None else uow.apply(RetryTimer(key))


def _copies(uow: UnitOfWork, limit: int, offset: int) -> tuple[Failure, ...]:
    lost = uow.ask(LostCopies(limit, offset))
    contents = uow.ask(Contents(tuple({one.message_id for one in lost})))
    found = []
    for one in lost:
        person = None if one.person_id is None else uow.get(Person, one.person_id)
        content = contents.get(one.message_id)
        failure = Failure(
            number=one.delivery_id,
            what=None if content is None else _heading(content),
            error=one.reason,
            at=one.failed_at,
            messenger=one.messenger,
            person="" if person is None else person.name,
        )
        found.append(failure)
    return tuple(found)


def _heading(content: Screen) -> Text | None:
    """The heading alone: what stands below it may be nobody else's business."""
    return next((block.text for block in content.blocks if isinstance(block, Heading)), None)


def _number(timer: FailedTimer) -> int:
    """A timer is known by its key, which may be too long for a button."""
    return crc32(timer.key.encode())
