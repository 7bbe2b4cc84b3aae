"""Reads the dates and times that people type when they schedule something, in Russian and in English.

Date libraries misread such texts without a word; this grammar reads the whole text or nothing, and says when
it had to guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.date_grammar import Named, understand
from core.date_words import tokens

_LONGEST_TEXT = 120
_DAY_MINUTES = 24 * 60
_MORNING = 9 * 60
_USUAL_HOUR = {"morning": 9, "am": 9, "afternoon": 14, "pm": 14, "evening": 18, "night": 22}
_PARTS = {
    "am": ((1, 11, 0), (12, 12, -12)),
    "pm": ((1, 11, 12), (12, 23, 0)),
    "morning": ((3, 11, 0),),
    "afternoon": ((1, 6, 12), (10, 18, 0)),
    "evening": ((4, 11, 12), (12, 12, 12), (16, 23, 0)),
    "night": ((0, 5, 0), (9, 11, 12), (12, 12, 12), (21, 23, 0)),
}
"""For each part of the day: which hours people say (first, last) and what makes them hours of 24."""
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2}(\.[0-9]{3,6})?)?(z|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC. Not `certain`: a part of it was guessed, so ask before acting on it."""

    at: datetime
    certain: bool


def read_moment(text: str, now: datetime, timezone: ZoneInfo) -> Moment | None:
    """The moment that `text` names for a reader in `timezone` at `now`; None if it cannot be read whole.

    A day of the week is the coming one; a date without a year is the nearest one. A past moment is returned as
    it is. A day without a time is read as 09:00, uncertain. Raises ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    text = text.strip().casefold().replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")
    if len(text) > _LONGEST_TEXT:
        return None
    try:
        if _ISO.fullmatch(text):
            stated = datetime.fromisoformat(text.upper())
            return _in_utc(stated, timezone, certain=True)
        here = now.astimezone(timezone)
        named = understand(tokens(text), here.date())
        return _moment(named, here, timezone) if named else None
    except (ValueError, OverflowError):
        return None


def hour_of(hour: int, part: str) -> int | None:
    """The hour from 0 to 24 that is meant by an hour of a part of the day, such as 10 in the evening.

    None for an hour that this part does not have.
    """
    return next((hour + shift for first, last, shift in _PARTS[part] if first <= hour <= last), None)


def _in_utc(stated: datetime, timezone: ZoneInfo, *, certain: bool) -> Moment:
    """A wall clock time in UTC; one that the clock skips or shows twice is uncertain."""
    if stated.tzinfo is not None:
        return Moment(stated.astimezone(UTC), certain)
    local = stated.replace(tzinfo=timezone)
    once = local.utcoffset() == local.replace(fold=1).utcoffset()
    return Moment(local.astimezone(UTC), certain and once)


def _moment(named: Named, now: datetime, timezone: ZoneInfo) -> Moment | None:
    """The moment of the slots, seen from the local time `now`; None when they contradict each other."""
    dated = named.day is not None or named.weekday is not None or named.week is not None
    if named.after is not None:
        alone = not dated and named.clock is None and named.part is None
        return Moment(now.astimezone(UTC) + named.after, certain=True) if alone else None
    minutes = _minutes(named, now)
    if minutes is None:
        return None
    wall = now.replace(tzinfo=None)
    if dated:
        day = _day(named, wall, minutes)
    else:
        passed = _at(wall.date(), minutes) <= wall
        named.certain = named.certain and not passed
        day = wall.date() + timedelta(days=passed)
    return None if day is None else _in_utc(_at(day, minutes), timezone, certain=named.certain)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _day(named: Named, now: datetime, minutes: int) -> date | None:
    today = now.date()
    if named.day is not None:
        if named.week is not None or (named.from_today and named.weekday is not None):
            return None
        agrees = named.weekday is None or named.day.weekday() == named.weekday
        named.certain = named.certain and agrees
        return named.day
    if named.weekday is None and named.week == 1:
        named.weekday, named.certain = 0, False
    if named.weekday is None:
        return None
    if named.week is not None:
        passed = named.week == 0 and named.weekday < today.weekday()
        named.certain = named.certain and named.week == 0 and not passed
        return today + timedelta(days=named.weekday - today.weekday(), weeks=named.week + passed)
    ahead = (named.weekday - today.weekday()) % 7
    if ahead == 0:
        named.certain = False
        ahead = 7 if _at(today, minutes) <= now else 0
    return today + timedelta(days=ahead)


def _minutes(named: Named, now: datetime) -> int | None:
    """Minutes from midnight; None for an hour that its part of the day does not have."""
    if named.clock is None:
        named.certain = False
        if named.usual is not None:
            return named.usual
        if named.part is not None:
            return _USUAL_HOUR[named.part] * 60
        return now.hour * 60 + now.minute if named.from_today else _MORNING
    hour, minute = named.clock
    if named.part is not None:
        told = hour_of(hour, named.part)
        if told is None:
            return None
        hour = told
    elif 1 <= hour <= 6:
        named.certain = False
        hour += 12 if named.bare else 0
    total = hour * 60 + minute
    named.certain = named.certain and 0 < total < _DAY_MINUTES
    return total if total <= _DAY_MINUTES else None
