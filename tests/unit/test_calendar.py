"""Working time in Moscow, checked against the official transfers of days off."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import WorkingCalendar

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = WorkingCalendar(MOSCOW)
MINUTE = timedelta(minutes=1)


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """A local time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_a_call_missed_before_a_long_weekend_waits_for_its_end() -> None:
    friday_evening = at("2026-03-06 18:05")
    assert not CALENDAR.is_open(friday_evening)
    assert CALENDAR.next_opening(friday_evening) == at("2026-03-10 09:00")


def test_a_working_saturday_is_open_and_its_monday_is_not() -> None:
    assert CALENDAR.is_open(at("2025-11-01 12:00"))
    assert not CALENDAR.is_open(at("2025-11-03 12:00"))
    assert not CALENDAR.is_open(at("2026-03-09 12:00"))
    assert CALENDAR.is_working_day(date(2025, 11, 1))


def test_escalation_counts_working_minutes() -> None:
    missed = at("2026-11-24 17:55")
    assert CALENDAR.add_working(missed, 10 * MINUTE) == at("2026-11-25 09:05")
    assert CALENDAR.add_working(missed, 20 * MINUTE) == at("2026-11-25 09:15")


def test_the_edges_of_the_day() -> None:
    assert CALENDAR.is_open(at("2026-11-24 09:00"))
    assert not CALENDAR.is_open(at("2026-11-24 18:00"))
    assert CALENDAR.add_working(at("2026-11-24 17:55"), 5 * MINUTE) == at("2026-11-24 18:00")
    assert CALENDAR.add_working(at("2026-11-24 20:00"), timedelta(0)) == at("2026-11-25 09:00")
    assert CALENDAR.next_opening(at("2026-11-24 12:00")) == at("2026-11-24 12:00")


def test_working_time_between_two_moments() -> None:
    assert CALENDAR.working_between(at("2026-03-06 17:00"), at("2026-03-10 09:30")) == timedelta(minutes=90)
    assert CALENDAR.working_between(at("2026-11-24 19:00"), at("2026-11-25 08:00")) == timedelta(0)
    assert CALENDAR.working_between(at("2026-11-25 12:00"), at("2026-11-24 12:00")) == timedelta(0)
    assert CALENDAR.working_between(at("2026-11-23 00:00"), at("2026-11-30 00:00")) == timedelta(hours=45)


def test_exceptions_overrule_holidays_and_weekends() -> None:
    short = (time(9), time(12))
    exceptions = {date(2026, 3, 9): short, date(2026, 11, 25): None}
    calendar = WorkingCalendar(MOSCOW, exceptions=exceptions)
    assert calendar.is_open(at("2026-03-09 11:00"))
    assert not calendar.is_open(at("2026-03-09 12:00"))
    assert calendar.add_working(at("2026-11-24 17:55"), 10 * MINUTE) == at("2026-11-26 09:05")


def test_a_night_shift_goes_on_after_midnight() -> None:
    calendar = WorkingCalendar(MOSCOW, hours=(time(22), time(6)), country=None)
    assert calendar.is_open(at("2026-11-21 05:00"))
    assert not calendar.is_open(at("2026-11-21 23:00"))
    assert calendar.next_opening(at("2026-11-21 06:00")) == at("2026-11-23 22:00")


def test_a_shift_over_a_change_of_clocks_has_its_real_length() -> None:
    always = WorkingCalendar(BERLIN, hours=(time(0), time(0)), country=None, exceptions={
        date(2026, 10, 25): (time(0), time(0)), date(2026, 3, 29): (time(0), time(0)),
    })  # fmt: skip
    autumn = always.working_between(at("2026-10-25 00:00", BERLIN), at("2026-10-26 00:00", BERLIN))
    spring = always.working_between(at("2026-03-29 00:00", BERLIN), at("2026-03-30 00:00", BERLIN))
    assert (autumn, spring) == (timedelta(hours=25), timedelta(hours=23))


def test_opening_follows_the_wall_clock_through_the_year() -> None:
    calendar = WorkingCalendar(BERLIN, country="DE")
    assert calendar.next_opening(at("2026-07-01 03:00", BERLIN)) == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert calendar.next_opening(at("2026-12-01 03:00", BERLIN)) == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.is_open(datetime.fromisoformat("2026-11-24 12:00"))
    with pytest.raises(ValueError, match="backwards"):
        CALENDAR.add_working(at("2026-11-24 12:00"), -MINUTE)
    with pytest.raises(LookupError, match="XX"):
        WorkingCalendar(MOSCOW, country="XX").is_open(at("2026-11-24 12:00"))
    closed = WorkingCalendar(MOSCOW, country=None, exceptions={
        date(2026, 1, 1) + timedelta(days=day): None for day in range(800)
    })  # fmt: skip
    with pytest.raises(ValueError, match="no working day"):
        closed.next_opening(at("2026-01-02 12:00"))


def test_the_holidays_are_not_imported_before_they_are_asked_for() -> None:
    asked = "import sys, core.calendar; print('holidays' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@given(
    st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2027-12-31"), timezones=st.just(UTC)),
    st.integers(0, 6000),
)
def test_added_working_time_lies_between(moment: datetime, minutes: int) -> None:
    later = CALENDAR.add_working(moment, minutes * MINUTE)
    assert later >= moment
    assert CALENDAR.working_between(moment, later) == minutes * MINUTE
