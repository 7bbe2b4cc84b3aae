"""What is wrong with the telephone itself, as far as admins have to know it: nobody is told of missed calls then.

How long an exchange was not heard follows from its stored events, so that it is told once, whoever restarts meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calls.settling import LONGEST_CALL
from core.chat.codec import record
from core.timers import SetTimer
from core.unit_of_work import DomainEvent, Query, UnitOfWork

PATIENCE = timedelta(seconds=60)
"""An exchange that is not heard for less is not worth a message."""

SETTLED = timedelta(seconds=10)
"""An exchange that is heard for so long is back, and has told which calls go on."""

_STILL_NEWS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LastLoss(Query[datetime | None]):
    """When the connection to an exchange was lost the last time."""

    source: str


@dataclass(frozen=True, slots=True)
class HeardAfter(Query[datetime | None]):
    """When an exchange told of anything for the first time after a moment."""

    source: str
    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CountUndecided(Query[int]):
    """How many calls of an exchange that began between two moments have an end that nobody saw."""

    source: str
    since: datetime
    until: datetime


@record
@dataclass(frozen=True, slots=True)
class ClockSetBack(DomainEvent):
    """The clock by which calls are timed went back by so many seconds; it was noticed when `source` told of a call."""

    source: str
    seconds: int


@record
@dataclass(frozen=True, slots=True)
class ExchangeLost(DomainEvent):
    """An exchange has not been heard for some time; `fault` says why."""

    source: str
    since: datetime
    fault: str


@record
@dataclass(frozen=True, slots=True)
class ExchangeBack(DomainEvent):
    """An exchange is heard again after so long that something may be missing."""

    source: str
    since: datetime
    until: datetime


def do_lose(uow: UnitOfWork, source: str, since: datetime, fault: str) -> datetime:
    """Has admins told that an exchange is not heard; since when that is so, which may be before this process began."""
    lost = uow.ask(LastLoss(source))
    if lost is not None and uow.ask(HeardAfter(source, lost)) is None:
        since = min(since, lost)
    _tell(uow, source, ExchangeLost(source, since, fault))
    return since


def do_find_again(uow: UnitOfWork, source: str, told: datetime | None, since: datetime) -> None:
    """Has admins told that an exchange is heard again since `since`, if it was away for long. `told`: since when it was
    not, as they were told it in this process."""
    if told is not None:
        _tell(uow, source, ExchangeBack(source, told, since))
        return
    lost = uow.ask(LastLoss(source))
    heard = None if lost is None else uow.ask(HeardAfter(source, lost))
    if lost is not None and heard is not None and heard - lost >= PATIENCE and uow.now - heard <= _STILL_NEWS:
        _tell(uow, source, ExchangeBack(source, lost, heard))


def do_tell_of_clock(uow: UnitOfWork, source: str, back: timedelta) -> None:
    """Has admins told that the clock was set back by so much."""
    _tell(uow, source, ClockSetBack(source, round(back.total_seconds())))


def undecided(uow: UnitOfWork, event: ExchangeBack) -> int:
    """How many calls went on when an exchange was lost, and have no known end."""
    return uow.ask(CountUndecided(source=event.source, since=event.since - LONGEST_CALL, until=event.until))


def _tell(uow: UnitOfWork, source: str, event: DomainEvent) -> None:
    """By a timer, because nobody listens in the transactions of an exchange."""
    uow.apply(SetTimer(f"exchange:{source}:{type(event).__name__}", uow.now, event))
