"""Recurring times, such as each working morning: what a room wants done then, once for each time.

Each occurrence is a timer. It sets the next one in its own transaction, counted from the moment when it is carried out:
so none is lost or done twice, and after a time when nothing ran only the first that was missed is made up for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from core.calendar import WorkingCalendar
from core.chat.codec import record
from core.timers import CancelTimer, Due, SetTimer
from core.unit_of_work import DomainEvent, Query, UnitOfWork

PREFIX = "every:"
"""What the keys of their timers begin with."""
_ONE_DAY = timedelta(days=1)
_LONGEST = 400


class Days(Enum):
    """The days on which something recurs."""

    EVERY = "every"
    WORKING = "working"
    MONDAY = "monday"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once on each of `days`, at a local time of day.

    A time that the clocks skip in spring comes as much later as they skip; of one that they repeat, the first counts.
    """

    at: time
    days: Days = Days.EVERY

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first time (UTC) that is later than a moment."""
        day = moment.astimezone(zone).date() - _ONE_DAY
        for _ in range(_LONGEST):
            at = datetime.combine(day, self.at, zone).astimezone(UTC)
            if at > moment and self._falls_on(at, zone):
                return at
            day += _ONE_DAY
        raise AssertionError("there is a working day in each year")

    def _falls_on(self, at: datetime, zone: ZoneInfo) -> bool:
        day = at.astimezone(zone).date()
        match self.days:
            case Days.EVERY:
                return True
            case Days.WORKING:
                return WorkingCalendar(zone).is_working_day(day)
            case Days.MONDAY:
                return day.weekday() == 0


@dataclass(frozen=True, slots=True)
class Recurring:
    """What is done at each time; `carry_out` gets the moment that was meant, which may be long ago."""

    name: str
    when: Daily
    carry_out: Callable[[UnitOfWork, datetime], None]


@record
@dataclass(frozen=True, slots=True)
class Recurs(DomainEvent):
    """The time `at` has come; `plan` is the declaration by which it was set."""

    name: str
    plan: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlannedRecurrences(Query[tuple[Due, ...]]):
    """The timers of recurring times that wait, by their keys."""


class Recurrences:
    """All that recurs in a house, in the company's time zone."""

    def __init__(self, declared: Iterable[Recurring], zone: ZoneInfo, *, silent: Container[str] = ()) -> None:
        """Raises ValueError for two of the same name. Those with `silent` names come round without doing anything."""
        self._zone, self._silent = zone, silent
        self._declared: dict[str, Recurring] = {}
        for one in declared:
            if self._declared.setdefault(one.name, one) is not one:
                raise ValueError(f"two recurring times are called {one.name}")

    def plan(self, uow: UnitOfWork) -> None:
        """Brings what waits in line with what is declared by now."""
        planned: set[str] = set()
        for timer in uow.ask(PlannedRecurrences()):
            event = timer.event
            known = self._declared.get(event.name) if isinstance(event, Recurs) else None
            if isinstance(event, Recurs) and known is not None and event.plan == self._plan_of(known):
                planned.add(event.name)
            else:
                uow.apply(CancelTimer(timer.key))
        for name in self._declared.keys() - planned:
            self.set_next(uow, name)

    def carry_out(self, uow: UnitOfWork, event: Recurs) -> None:
        """Does what is due, and sets the next time."""
        known = self._declared.get(event.name)
        if known is not None:
            self.set_next(uow, event.name)
            if event.name not in self._silent:
                known.carry_out(uow, event.at)

    def set_next(self, uow: UnitOfWork, name: str) -> None:
        """Sets the next time from now on; the same one twice is one timer."""
        known = self._declared.get(name)
        if known is not None:
            at = known.when.after(uow.now, self._zone)
            event = Recurs(name, self._plan_of(known), at)
            uow.apply(SetTimer(f"{PREFIX}{name}:{at:%Y%m%dT%H%M}", at, event))

    def _plan_of(self, one: Recurring) -> str:
        return f"{one.when.at:%H:%M} {one.when.days.value} {self._zone.key}"
