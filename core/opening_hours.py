"""Reads the times of day and the weekly hours that people type, in Russian and in English.

A text is read whole or not at all: hours that were guessed would keep somebody waiting in the wrong night.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from core.chat.codec import record
from core.hours_grammar import HoursGrammar, Named, Span

_WEEK = range(7)
_DAY = 24 * 60


@record
@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` to `end` of the local day, or of the next day when `end` is not after `start`.

    Equal times are a whole day.
    """

    start: time
    end: time

    @property
    def whole_day(self) -> bool:
        """Whether it has no end."""
        return self.start == self.end


@record
@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The ranges of each day of the week, Monday first, in their order; none on a day that is closed."""

    days: tuple[tuple[TimeRange, ...], ...]

    def on(self, weekday: int) -> tuple[TimeRange, ...]:
        """The ranges that begin on a day of the week; Monday is 0."""
        return self.days[weekday]


def read_time_range(text: str) -> TimeRange | None:
    """The two times that "9-18" or "from 10 pm to 8 am" names, without any day; None for what cannot be read whole."""
    parts = HoursGrammar(text).parts()
    if parts is None or len(parts) != 1 or parts[0].days is not None or len(parts[0].spans) != 1:
        return None
    return _range(parts[0].spans[0])


def read_weekly_hours(text: str) -> WeeklyHours | None:
    """The week that "Mon-Fri 9-18, Sat 10-14" names; None for what cannot be read whole.

    Days that are not named are closed. Hours without any day are those of each day. What is said of some of the days
    that stand before overrules that: "daily 9-18, Sat 10-14".
    """
    parts = HoursGrammar(text).parts()
    if not parts or (len(parts) > 1 and any(part.days is None for part in parts)):
        return None
    week: list[tuple[TimeRange, ...]] = [()] * 7
    said: list[frozenset[int]] = []
    for part in parts:
        days = part.days if part.days is not None else frozenset(_WEEK)
        if any(days & before and not days < before for before in said):
            return None
        said.append(days)
        ranges = _ranges(part)
        if ranges is None:
            return None
        for day in days:
            week[day] = ranges
    return WeeklyHours(tuple(week)) if any(week) else None


def _ranges(part: Named) -> tuple[TimeRange, ...] | None:
    """The ranges of a day; None when they are not in their order."""
    passed = 0
    for number, (start, end) in enumerate(part.spans):
        until = end if end > start else end + _DAY
        if start < passed or (until > _DAY and number + 1 < len(part.spans)):
            return None
        passed = until
    return tuple(map(_range, part.spans))


def _range(span: Span) -> TimeRange:
    return TimeRange(*(time(minutes % _DAY // 60, minutes % 60) for minutes in span))
