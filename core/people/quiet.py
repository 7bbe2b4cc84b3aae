"""Quiet hours: the part of a person's day in which only what is urgent may ring."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.chat.codec import record
from core.settings import Setting
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import DomainEvent


@record
@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` of the local day; over midnight when `end` is the earlier one, never when equal."""

    start: time
    end: time


QUIET_HOURS: Setting[QuietHours | None] = Setting("quiet.hours", QuietHours, None)


@record
@dataclass(frozen=True, slots=True)
class QuietOver(DomainEvent):
    """A person's quiet hours have ended, and copies were held.

    They were reckoned in `timezone` (an IANA name), to see whether they are on again when this comes late.
    """

    person_id: int
    timezone: str


def when_over(person_id: int, timezone: str, at: datetime) -> SetTimer:
    """Has a person told at `at` (UTC), when the quiet hours end, of what was held."""
    return SetTimer(_timer(person_id), at, QuietOver(person_id, timezone))


def never_over(person_id: int) -> CancelTimer:
    """Takes that back."""
    return CancelTimer(_timer(person_id))


def quiet_until(hours: QuietHours, timezone: str, now: datetime) -> datetime | None:
    """When these quiet hours end (UTC); None when they are not on at `now`.

    They are times of the clock on the wall in `timezone`, an IANA name. A time that the clock skips is the moment of
    the skip. When it shows a time twice, quiet hours begin at the first and end at the second one, without a break.
    """
    zone = ZoneInfo(timezone)
    today, overnight = now.astimezone(zone).date(), hours.end < hours.start
    until = now
    for distance in range(-2, 3):
        day = today + timedelta(days=distance)
        start = _moment(zone, day, hours.start, fold=0)
        end = _moment(zone, day + timedelta(days=overnight), hours.end, fold=1)
        if hours.start != hours.end and start <= until < end:
            until = end
    return None if until == now else until


def _moment(zone: ZoneInfo, day: date, wall: time, *, fold: int) -> datetime:
    """When the clock of a place shows `wall` on `day`: the first (0) or second (1) time, or when it skips it."""
    last, first = (datetime.combine(day, wall.replace(fold=which), zone).astimezone(UTC) for which in (1, 0))
    if last >= first:
        return last if fold else first

    def ahead(second: int) -> float:
        return _offset(zone, last + timedelta(seconds=second))

    # Skipped: between the moments that the offsets of both sides make of it, there is the one of the change.
    return last + timedelta(seconds=bisect_right(range(round((first - last).total_seconds())), ahead(0), key=ahead))


def _offset(zone: ZoneInfo, moment: datetime) -> float:
    """Seconds that the clock of a place is ahead of UTC."""
    offset = moment.astimezone(zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


def _timer(person_id: int) -> str:
    return f"quiet:{person_id}"
