"""Hours as people type them: read whole, or not at all."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.chat.codec import dump, load
from core.opening_hours import TimeRange, WeeklyHours, read_time_range, read_weekly_hours

WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
DASHES = st.sampled_from(["-", " - ", "–", " — ", "\N{NON-BREAKING HYPHEN}", "\N{MINUS SIGN}", "\N{FIGURE DASH}"])
DAYS = (
    ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье"),
)
DAILY = "{0} {0} {0} {0} {0} {0} {0}"


def shown(hours: TimeRange) -> str:
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def week(text: str) -> str | None:
    """The week that a text names: the ranges of each day, a point for a closed one."""
    read = read_weekly_hours(text)
    return None if read is None else " ".join("+".join(map(shown, day)) or "." for day in read.days)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("с 9 до 18", "09:00-18:00"),
        ("С 9:00 по 18:00.", "09:00-18:00"),
        ("от 9 до 18 часов", "09:00-18:00"),
        ("9-18", "09:00-18:00"),
        ("9:00–18:00", "09:00-18:00"),
        ("9.00 — 18.30", "09:00-18:30"),
        ("0900-1830", "09:00-18:30"),
        ("9⁰⁰–18³⁰", "09:00-18:30"),
        ("9 ч 30 мин - 18 ч", "09:30-18:00"),
        ("9 утра – 6 вечера", "09:00-18:00"),
        ("с 9 утра до 18 вечера", "09:00-18:00"),
        ("с 10 вечера до 8 утра", "22:00-08:00"),
        ("с полудня до полуночи", "12:00-00:00"),
        ("с 11 вечера до 2 ночи", "23:00-02:00"),
        ("from 10 pm to 8:30am", "22:00-08:30"),
        ("from 10 p.m. until 8 a.m.", "22:00-08:00"),
        ("9 to 6 pm", "09:00-18:00"),
        ("between 12am and 12pm", "00:00-12:00"),
        ("between 9 and 18", "09:00-18:00"),
        ("9 till noon", "09:00-12:00"),
        ("23 7", "23:00-07:00"),
        ("20:00 until 24:00.", "20:00-00:00"),
        ("0-24", "00:00-00:00"),
        ("круглосуточно", "00:00-00:00"),
        ("24/7", "00:00-00:00"),
        ("Round the clock", "00:00-00:00"),
    ],
)
def test_two_times_are_read(text: str, expected: str) -> None:
    read = read_time_range(text)
    assert read is not None
    assert shown(read) == expected
    assert week(text) == DAILY.format(expected), "without days they are those of each day"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "at night",
        "25-8",
        "22:60-7",
        "9-18-20",
        "22:30-7:00-8:00",
        "24:30-7",
        "13pm-8",
        "0 am - 8",
        "09 pm - 8 am",
        "7 to 8 pm",  # in the morning, or in the evening?
        "10 pm - 8",
        "с 10 до 8 утра",
        "between 9 and",
        "9 and 18",
        "228",
        "22:3-7",
        "-5-8",
        "9-18,",
        "9-18 и",
        "9-18 примерно",
        "9/18",
        "полдевятого - 6",
        "٩-١٨",
        "9-18, " * 80 + "9-18",
    ],
)
def test_what_cannot_be_read_whole_is_not_read(text: str) -> None:
    assert read_time_range(text) is None
    assert read_weekly_hours(text) is None


WORKDAYS = "{0} {0} {0} {0} {0}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("пн-пт 9:00–18:00", WORKDAYS.format("09:00-18:00") + " . ."),
        ("Пн. – Пт.: 09:00 – 18:00", WORKDAYS.format("09:00-18:00") + " . ."),
        ("с пн по пт с 9 до 18", WORKDAYS.format("09:00-18:00") + " . ."),
        ("Mon-Fri 9-18", WORKDAYS.format("09:00-18:00") + " . ."),
        ("Monday through Friday, 9 to 6 pm", WORKDAYS.format("09:00-18:00") + " . ."),
        ("9 am - 6 pm on weekdays", WORKDAYS.format("09:00-18:00") + " . ."),
        ("с 9 до 18 по рабочим дням", WORKDAYS.format("09:00-18:00") + " . ."),
        ("будни 9-18, сб 10-14", WORKDAYS.format("09:00-18:00") + " 10:00-14:00 ."),
        ("будни 9-18\nсб 10-14\nвс выходной", WORKDAYS.format("09:00-18:00") + " 10:00-14:00 ."),
        ("пн-пт с 9 до 18; сб, вс — выходной", WORKDAYS.format("09:00-18:00") + " . ."),
        ("9-18 пн-пт, 10-14 сб", WORKDAYS.format("09:00-18:00") + " 10:00-14:00 ."),
        ("weekends 10–14", ". . . . . 10:00-14:00 10:00-14:00"),
        ("в субботу и воскресенье с 10 до 14", ". . . . . 10:00-14:00 10:00-14:00"),
        ("по понедельникам 9-13, 14-18", "09:00-13:00+14:00-18:00 . . . . . ."),
        ("every Monday 18-24", "18:00-00:00 . . . . . ."),
        ("пт-пн 22-6", "22:00-06:00 . . . 22:00-06:00 22:00-06:00 22:00-06:00"),
        ("пн, ср, пт 9-18 и вт 10-12", "09:00-18:00 10:00-12:00 09:00-18:00 . 09:00-18:00 . ."),
        ("9-18 кроме вс", "{0} {0} {0} {0} {0} {0} .".format("09:00-18:00")),
        ("ежедневно, кроме выходных, 9-18", WORKDAYS.format("09:00-18:00") + " . ."),
        ("пн-пт 9-18, кроме ср", "09:00-18:00 09:00-18:00 . 09:00-18:00 09:00-18:00 . ."),
        ("daily 9-18, Sat 10-14", WORKDAYS.format("09:00-18:00") + " 10:00-14:00 09:00-18:00"),
        ("пн-пт 9-18, пт 9-17", "{0} {0} {0} {0} 09:00-17:00 . .".format("09:00-18:00")),
        ("пн-сб круглосуточно", "{0} {0} {0} {0} {0} {0} .".format("00:00-00:00")),
        ("Каждый день с 9 до 21", DAILY.format("09:00-21:00")),
    ],
)
def test_weekly_hours_are_read(text: str, expected: str) -> None:
    assert week(text) == expected
    assert read_time_range(text) is None, "days are never dropped without a word"


@pytest.mark.parametrize(
    "text",
    [
        "9-18, сб 10-14",  # are the first hours those of Sunday?
        "пн 9-13, пн 14-18",  # both, or the second instead of the first?
        "пн-ср 9-18, ср-пт 10-14",
        "пн-ср-пт 9-18",
        "пн-пн 9-18",
        "пн, пн-ср 9-18",
        "пн 9-13, 12-18",
        "пн 22-6, 7-9",
        "вс выходной",
        "пн-пт",
        "кроме вс",
        "пн-пт кроме сб 9-18",
        "вс кроме вс 9-18",
        "9-18 пн-пт 10-14",
        "пн-пт 9-18, праздники 10-14",
        "пн-пт 9-18, обед 13-14",
        "пн: 9-18, :",
    ],
)
def test_an_ambiguous_week_is_not_read(text: str) -> None:
    assert read_weekly_hours(text) is None


@given(WALLS, WALLS, DASHES)
def test_what_is_shown_can_be_typed(start: time, end: time, dash: str) -> None:
    hours = TimeRange(start, end)
    assert read_time_range(f"{start:%H:%M}{dash}{end:%H:%M}") == hours
    assert read_time_range(f"с {start:%H.%M} до {end:%H.%M}") == hours
    assert read_time_range(f"from {start:%I:%M %p} to {end:%I:%M %p}".replace(" 0", " ")) == hours
    assert load(dump(hours)) == hours


@st.composite
def opened(draw: st.DrawFn) -> tuple[TimeRange, ...]:
    """Up to three ranges of one day, in their order; the last one may pass midnight."""
    minutes = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), max_size=4)))
    walls = [time(minute // 60, minute % 60) for minute in minutes]
    ranges = [TimeRange(*walls[start : start + 2]) for start in range(0, len(walls) // 2 * 2, 2)]
    late = draw(st.booleans())
    if ranges and late:
        start = ranges[-1].start
        ranges[-1] = TimeRange(start, draw(st.times(max_value=start)).replace(second=0, microsecond=0))
    return tuple(ranges)


@given(
    st.tuples(*[opened()] * 7),
    st.sampled_from(DAYS),
    st.sampled_from([" ", ": ", " — "]),
    st.sampled_from([", ", "; ", "\n"]),
)
def test_any_week_can_be_typed_day_by_day(
    days: tuple[tuple[TimeRange, ...], ...], names: tuple[str, ...], after: str, between: str
) -> None:
    assume(any(days))
    text = between.join(
        f"{name}{after}{', '.join(map(shown, day)) or 'закрыто'}" for name, day in zip(names, days, strict=True)
    )
    assert read_weekly_hours(text) == WeeklyHours(days)
    assert load(dump(WeeklyHours(days))) == WeeklyHours(days)


@given(st.integers(0, 6), st.integers(1, 6), opened().filter(bool), st.sampled_from(DAYS))
def test_a_span_of_days_wraps_around_the_week(
    first: int, length: int, hours: tuple[TimeRange, ...], names: tuple[str, ...]
) -> None:
    last = (first + length) % 7
    read = read_weekly_hours(f"{names[first]}-{names[last]} {', '.join(map(shown, hours))}")
    assert read is not None
    meant = {(first + step) % 7 for step in range(length + 1)}
    assert [read.on(day) for day in range(7)] == [hours if day in meant else () for day in range(7)]


PIECES = ("пн", "пт", "-", ",", ":", "9", "18:00", "до", "с", "кроме", "and", "pm", "выходной", "круглосуточно")


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_no_text_breaks_the_reading(text: str) -> None:
    read = read_weekly_hours(text)
    assert read is None or (len(read.days) == 7 and any(read.days))
    once = read_time_range(text)
    assert once is None or (read is not None and read.days == ((once,),) * 7)
