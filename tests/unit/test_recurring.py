"""Recurring times on the wall clock, over the changes of the clocks and over holidays."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.recurring import Daily, Days, Recurrences, Recurring

BERLIN, MOSCOW = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Moscow")


def times(when: Daily, zone: ZoneInfo, begin: datetime, count: int) -> list[str]:
    """The next times, each counted from the one before it, in UTC."""
    found = []
    for _ in range(count):
        begin = when.after(begin, zone)
        found.append(f"{begin:%d.%m %H:%M}")
    return found


def test_each_day_comes_at_the_time_of_the_wall_clock() -> None:
    begin = datetime(2027, 3, 26, 8, 0, tzinfo=UTC)
    assert times(Daily(time(9)), BERLIN, begin, 4) == ["27.03 08:00", "28.03 07:00", "29.03 07:00", "30.03 07:00"]


def test_a_time_that_is_skipped_comes_later_and_one_that_is_repeated_once() -> None:
    spring, autumn = datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 10, 30, 12, tzinfo=UTC)
    assert times(Daily(time(2, 30)), BERLIN, spring, 2) == ["28.03 01:30", "29.03 00:30"]
    assert times(Daily(time(2, 30)), BERLIN, autumn, 2) == ["31.10 00:30", "01.11 01:30"]


def test_working_days_know_the_holidays() -> None:
    begin = datetime(2026, 12, 29, 12, tzinfo=UTC)
    # In Russia the first days of January are holidays.
    assert times(Daily(time(9), Days.WORKING), MOSCOW, begin, 2) == ["30.12 06:00", "11.01 06:00"]


def test_once_a_week() -> None:
    begin = datetime(2026, 11, 30, 5, 59, tzinfo=UTC)  # a Monday
    assert times(Daily(time(9), Days.MONDAY), MOSCOW, begin, 3) == ["30.11 06:00", "07.12 06:00", "14.12 06:00"]


def test_two_of_one_name_are_refused() -> None:
    one = Recurring("news.digest", Daily(time(9)), lambda uow, at: None)
    two = Recurring("news.digest", Daily(time(10)), lambda uow, at: None)
    with pytest.raises(ValueError, match=r"news\.digest"):
        Recurrences((one, two), MOSCOW)
