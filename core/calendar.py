"""Promises count working time: an alert of Friday evening waits for the next working morning.

Holidays and the working Saturdays that pay for them come from the `holidays` library, which is imported on the
first question (it takes some 0.2 s) and not at start-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from holidays import HolidayBase

Hours = tuple[time, time]
"""Opening and closing on the wall clock; a closing not after the opening is on the next day."""

_ONE_DAY = timedelta(days=1)
_LONGEST_BREAK = 366
_WEEKEND = 5


class WorkingCalendar:
    """The working hours of one place. Every moment is timezone-aware, on the way in and (in UTC) out.

    `country` is an ISO 3166 code whose public holidays are days off; None knows only Saturdays and Sundays.
    `exceptions` overrule both: the hours of a date, or None for a day off. Raises LookupError for a country
    without a calendar (when it is first asked) and ValueError for a naive moment.
    """

    def __init__(
        self,
        timezone: ZoneInfo,
        hours: Hours = (time(9), time(18)),
        country: str | None = "RU",
        exceptions: Mapping[date, Hours | None] | None = None,
    ) -> None:
        self._timezone = timezone
        self._hours = hours
        self._country = country
        self._exceptions = dict(exceptions or {})

    def is_open(self, moment: datetime) -> bool:
        """Whether people work at this moment; opening belongs to the hours, closing does not."""
        moment = _utc(moment)
        return any(start <= moment < end for start, end in self._windows(moment, days=1))

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself in working hours, otherwise the next time when work begins."""
        moment = _utc(moment)
        return max(moment, next(start for start, end in self._windows(moment) if moment < end))

    def add_working(self, moment: datetime, duration: timedelta) -> datetime:
        """The moment when `duration` of working time has passed; exactly at closing stays on that day.

        Raises ValueError for a negative duration.
        """
        if duration < timedelta(0):
            raise ValueError("working time cannot be counted backwards")
        moment = self.next_opening(moment)
        for start, end in self._windows(moment):
            begin = max(start, moment)
            if begin + duration <= end:
                return begin + duration
            duration -= max(end - begin, timedelta(0))
        raise AssertionError("windows do not end")

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none if `end` is not after `start`."""
        start, end = _utc(start), _utc(end)
        total = timedelta(0)
        if end <= start:
            return total
        for opens, closes in self._windows(start, days=(end - start).days + 2):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        return total

    def is_working_day(self, day: date) -> bool:
        """Whether work begins on this local date."""
        return self._hours_of(day) is not None

    def _windows(self, moment: datetime, days: int | None = None) -> Iterator[tuple[datetime, datetime]]:
        """Working windows in UTC from the day before `moment` (its night shift may go on) for `days` more days.

        Without `days` they go on until nobody has worked for a year, which raises ValueError.
        """
        day = moment.astimezone(self._timezone).date() - _ONE_DAY
        passed, idle = 0, 0
        while days is None or passed <= days:
            hours = self._hours_of(day)
            if hours:
                yield self._window(day, hours)
            idle = 0 if hours else idle + 1
            if days is None and idle > _LONGEST_BREAK:
                raise ValueError("the calendar has no working day in a year")
            day += _ONE_DAY
            passed += 1

    def _hours_of(self, day: date) -> Hours | None:
        if day in self._exceptions:
            return self._exceptions[day]
        works = day.weekday() < _WEEKEND if self._holidays is None else self._holidays.is_working_day(day)
        return self._hours if works else None

    def _window(self, day: date, hours: Hours) -> tuple[datetime, datetime]:
        opening, closing = hours
        last = day if closing > opening else day + _ONE_DAY
        return self._at(day, opening), self._at(last, closing)

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self._timezone).astimezone(UTC)

    @cached_property
    def _holidays(self) -> HolidayBase | None:
        if self._country is None:
            return None
        from holidays import country_holidays

        try:
            return country_holidays(self._country)
        except NotImplementedError as unknown:
            raise LookupError(f"no calendar of holidays for the country {self._country!r}") from unknown


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
