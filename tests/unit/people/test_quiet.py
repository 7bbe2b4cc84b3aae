"""Quiet hours are times of the clock on the wall: over midnight, and where that clock jumps."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.people.quiet import QuietHours, quiet_until

ZONES = (
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
    "UTC",
)
"""With and without daylight saving: at midnight, by half an hour, backwards, and with a day that was skipped."""

walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
hours = st.builds(QuietHours, walls, walls)
moments = st.integers(0, 15_000_000).map(lambda minutes: datetime(2011, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes))
near_changes = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    st.sampled_from(
        [
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            datetime(2026, 10, 25, 1, tzinfo=UTC),
            datetime(2026, 3, 8, 5, tzinfo=UTC),
            datetime(2026, 11, 1, 5, tzinfo=UTC),
            datetime(2026, 4, 4, 15, tzinfo=UTC),
            datetime(2026, 10, 3, 15, tzinfo=UTC),
            datetime(2011, 12, 30, 10, tzinfo=UTC),
        ]
    ),
    st.integers(-1500, 1500),
)
NIGHT = QuietHours(time(22), time(8))


def wall_of(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def shown_once(moment: datetime, zone: str) -> bool:
    """Whether the clock shows the time of a moment only once that day."""
    wall = wall_of(moment, zone)
    return wall.replace(fold=0).utcoffset() == wall.replace(fold=1).utcoffset()


def within(hours: QuietHours, wall: time) -> bool:
    if hours.start <= hours.end:
        return hours.start <= wall < hours.end
    return wall >= hours.start or wall < hours.end


@given(hours, st.sampled_from(ZONES), moments | near_changes)
@example(QuietHours(time(22), time(2, 30)), "Europe/Berlin", datetime(2026, 3, 29, 1, 10, tzinfo=UTC))
@example(QuietHours(time(2, 30), time(8)), "Europe/Berlin", datetime(2026, 3, 29, 1, 10, tzinfo=UTC))
@example(QuietHours(time(2, 10), time(2, 50)), "Europe/Berlin", datetime(2026, 3, 29, 1, 10, tzinfo=UTC))
def test_what_the_clock_shows_decides(hours: QuietHours, zone: str, now: datetime) -> None:
    if shown_once(now, zone):
        assert (quiet_until(hours, zone, now) is not None) == within(hours, wall_of(now, zone).time())


@given(hours, st.sampled_from(ZONES), moments | near_changes)
def test_quiet_hours_have_an_end_after_which_they_are_off(hours: QuietHours, zone: str, now: datetime) -> None:
    until = quiet_until(hours, zone, now)
    if until is not None:
        assert now < until <= now + timedelta(hours=27)
        assert until.utcoffset() == timedelta(0)
        assert quiet_until(hours, zone, until) is None


@given(hours, st.sampled_from(ZONES), moments | near_changes, st.floats(0, 1, exclude_max=True))
def test_they_are_on_without_a_break_until_then(hours: QuietHours, zone: str, now: datetime, part: float) -> None:
    until = quiet_until(hours, zone, now)
    if until is not None:
        between = now + (until - now) * part
        assert between == until or quiet_until(hours, zone, between) == until


@given(hours, st.sampled_from(ZONES), moments | near_changes)
def test_they_end_when_the_clock_shows_their_end_or_skips_it(hours: QuietHours, zone: str, now: datetime) -> None:
    until = quiet_until(hours, zone, now)
    if until is not None:
        wall, before = wall_of(until, zone), wall_of(until - timedelta(minutes=1), zone)
        jumped = wall.utcoffset() != before.utcoffset()
        assert wall.time() == hours.end or jumped


@given(walls, st.sampled_from(ZONES), moments | near_changes)
def test_equal_ends_are_never_quiet(wall: time, zone: str, now: datetime) -> None:
    assert quiet_until(QuietHours(wall, wall), zone, now) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-25T18:59", None),
        ("2026-11-25T19:00", "2026-11-26T05:00"),
        ("2026-11-25T23:30", "2026-11-26T05:00"),
        ("2026-11-26T04:59", "2026-11-26T05:00"),
        ("2026-11-26T05:00", None),
    ],
)
def test_a_night_in_moscow(now: str, until: str | None) -> None:
    at = datetime.fromisoformat(f"{now}+00:00")
    assert quiet_until(NIGHT, "Europe/Moscow", at) == (until and datetime.fromisoformat(f"{until}+00:00"))


@pytest.mark.parametrize(
    ("start", "end", "now", "until"),
    [
        # 25 October 2026 in Berlin: from 3:00 back to 2:00, at 1:00 UTC.
        ("22:00", "02:30", "2026-10-25T00:45", "2026-10-25T01:30"),  # it shows 2:45 for the first time
        ("02:30", "08:00", "2026-10-25T00:29", None),
        ("02:30", "08:00", "2026-10-25T01:15", "2026-10-25T07:00"),  # it shows 2:15 for the second time
        # 29 March 2026: from 2:00 on to 3:00, at 1:00 UTC.
        ("22:00", "02:30", "2026-03-29T00:59", "2026-03-29T01:00"),
        ("02:30", "08:00", "2026-03-29T00:59", None),
        ("02:30", "08:00", "2026-03-29T01:00", "2026-03-29T06:00"),
    ],
)
def test_a_night_in_which_the_clock_is_changed(start: str, end: str, now: str, until: str | None) -> None:
    hours = QuietHours(time.fromisoformat(start), time.fromisoformat(end))
    at = datetime.fromisoformat(f"{now}+00:00")
    assert quiet_until(hours, "Europe/Berlin", at) == (until and datetime.fromisoformat(f"{until}+00:00"))
