"""Dates and times as people type them, at 10:00 in Moscow on Saturday 21 November 2026 unless said otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import Moment, read_moment

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=MOSCOW)


def read(text: str, now: datetime = NOW) -> str | None:
    """The local time that was read, with a question mark when it is uncertain."""
    moment = read_moment(text, now, MOSCOW)
    if moment is None:
        return None
    assert moment.at.tzinfo is UTC
    return f"{moment.at.astimezone(MOSCOW):%Y-%m-%d %H:%M}{'' if moment.certain else '?'}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("завтра в 9", "2026-11-22 09:00"),
        ("Завтра в 9:30", "2026-11-22 09:30"),
        ("завтра 18.30", "2026-11-22 18:30"),
        ("завтра в 18-30", "2026-11-22 18:30"),
        ("послезавтра в 9 утра", "2026-11-23 09:00"),
        ("в пятницу 18:30", "2026-11-27 18:30"),
        ("пт 18:30", "2026-11-27 18:30"),
        ("в понедельник в 9", "2026-11-23 09:00"),
        ("к понедельнику в 9 часов", "2026-11-23 09:00"),
        ("во вторник в 9 30", "2026-11-24 09:30"),
        ("в среду в 8 вечера", "2026-11-25 20:00"),
        ("в четверг в 3 часа дня", "2026-11-26 15:00"),
        ("сегодня в полдень", "2026-11-21 12:00"),
        ("через 2 часа", "2026-11-21 12:00"),
        ("через час", "2026-11-21 11:00"),
        ("через полчаса", "2026-11-21 10:30"),
        ("через полтора часа", "2026-11-21 11:30"),
        ("через 1,5 часа", "2026-11-21 11:30"),
        ("через два часа 30 минут", "2026-11-21 12:30"),
        ("через 3 дня в 10:00", "2026-11-24 10:00"),
        ("через неделю в 11:00", "2026-11-28 11:00"),
        ("через месяц в 11:00", "2026-12-21 11:00"),
        ("25.12 10:00", "2026-12-25 10:00"),
        ("25.12 10.30", "2026-12-25 10:30"),
        ("25.12.2026 в 10", "2026-12-25 10:00"),
        ("25.12.26 в 10", "2026-12-25 10:00"),
        ("25 декабря в 10", "2026-12-25 10:00"),
        ("25 декабря 2027 года в 10:15", "2027-12-25 10:15"),
        ("в 10 25 декабря", "2026-12-25 10:00"),
        ("в пятницу, 25 декабря, в 10:00", "2026-12-25 10:00"),
        ("10.01 в 9", "2027-01-10 09:00"),
        ("18:30", "2026-11-21 18:30"),
        ("в 18:30", "2026-11-21 18:30"),
        ("20 ноября 2026 в 9", "2026-11-20 09:00"),
        ("tomorrow 9am", "2026-11-22 09:00"),
        ("tomorrow at 9 p.m.", "2026-11-22 21:00"),
        ("in 2 hours", "2026-11-21 12:00"),
        ("in half an hour", "2026-11-21 10:30"),
        ("in an hour", "2026-11-21 11:00"),
        ("friday 18:30", "2026-11-27 18:30"),
        ("on Monday at 9 o'clock", "2026-11-23 09:00"),
        ("December 25, 2026 10 am", "2026-12-25 10:00"),
        ("25th of December at 10", "2026-12-25 10:00"),
        ("12/25 10:00", "2026-12-25 10:00"),
        ("at noon", "2026-11-21 12:00"),
        ("2026-12-25T10:00", "2026-12-25 10:00"),
        ("2026-12-25 10:00", "2026-12-25 10:00"),
        ("2026-12-25T10:00:00Z", "2026-12-25 13:00"),
        ("2026-12-25T10:00+05:00", "2026-12-25 08:00"),
    ],
)
def test_a_clear_text_is_certain(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("завтра", "2026-11-22 09:00?"),
        ("завтра утром", "2026-11-22 09:00?"),
        ("сегодня вечером", "2026-11-21 18:00?"),
        ("tonight", "2026-11-21 18:00?"),
        ("2026-12-25", "2026-12-25 09:00?"),
        ("в 9", "2026-11-22 09:00?"),
        ("завтра в 5", "2026-11-22 17:00?"),
        ("завтра в 5:30", "2026-11-22 05:30?"),
        ("завтра в полшестого", "2026-11-22 17:30?"),
        ("завтра в полночь", "2026-11-23 00:00?"),
        ("через 2 дня", "2026-11-23 10:00?"),
        ("20.11 в 9", "2026-11-20 09:00?"),
        ("25 числа в 10:00", "2026-11-25 10:00?"),
        ("20-го в 10:00", "2026-12-20 10:00?"),
        ("в следующую пятницу в 9", "2026-11-27 09:00?"),
        ("на следующей неделе во вторник в 9", "2026-11-24 09:00?"),
        ("next friday at 10:00", "2026-11-27 10:00?"),
        ("в субботу в 9", "2026-11-28 09:00?"),
        ("в субботу в 11", "2026-11-21 11:00?"),
        ("в понедельник 25 декабря в 10", "2026-12-25 10:00?"),
        ("10.12", "2026-12-10 09:00?"),
        ("в 10.12", "2026-11-21 10:12?"),
        ("03/04/2027 10:00", "2027-04-03 10:00?"),
    ],
)
def test_a_guess_says_that_it_is_one(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "9", "завтра или послезавтра", "скоро", "31.02 10:00", "25:00", "завтра в 25", "завтра завтра",
        "в 9 в 10", "через", "через 5", "завтра в 9 позвони", "25.12.2026 26.12.2026",
        "через 99999999 лет", "через 9999 месяцев", "завтра в 15 утра", "0000-00-00T00:00", "9999-12-31T23:59-05:00",
        "через 2 часа в 9", "завтра?", "а" * 1000, "\x00", "😀", "١٢:٣٠", "завтра в 10:00 по токийскому времени",
    ],
)  # fmt: skip
def test_what_is_not_understood_whole_is_not_read(text: str) -> None:
    assert read(text) is None


def test_a_weekday_said_on_that_day_after_the_hour_is_the_next_week() -> None:
    monday = datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW)
    assert read("в понедельник в 9", monday) == "2026-11-30 09:00?"


def test_hours_from_now_are_real_hours_when_the_clocks_change() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)
    assert read_moment("через 2 часа", before, BERLIN) == Moment(before.astimezone(UTC) + timedelta(hours=2), True)


def test_a_time_that_the_clock_skips_or_repeats_is_uncertain() -> None:
    skipped = read_moment("28.03.2027 02:30", NOW, BERLIN)
    repeated = read_moment("31.10.2027 02:30", NOW, BERLIN)
    clear = read_moment("31.10.2027 09:30", NOW, BERLIN)
    assert skipped is not None
    assert not skipped.certain
    assert repeated is not None
    assert not repeated.certain
    assert clear == Moment(datetime(2027, 10, 31, 8, 30, tzinfo=UTC), certain=True)


def test_now_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_moment("завтра", NOW.replace(tzinfo=None), MOSCOW)


@given(st.datetimes(datetime.fromisoformat("2026-11-21 10:01"), datetime.fromisoformat("2030-01-01")))
def test_a_written_moment_is_read_back(moment: datetime) -> None:
    expected = f"{moment:%Y-%m-%d %H:%M}"
    for form in ("%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%H:%M %d.%m.%Y"):
        text = read(moment.strftime(form))
        assert text is not None
        assert text.rstrip("?") == expected


@given(st.text(alphabet="0123456789:.-/, вчерзавтнм внпфд at12am", max_size=30))
def test_any_text_has_an_answer(text: str) -> None:
    moment = read_moment(text, NOW, MOSCOW)
    assert moment is None or moment.at.tzinfo is UTC


def _phrases() -> list[tuple[str, str]]:
    text = (Path(__file__).parents[1] / "data" / "dates" / "phrases.tsv").read_text("utf-8")
    rows = (line.partition("\t") for line in text.splitlines() if not line.startswith("#"))
    return [(said, meant) for said, _, meant in rows]


@pytest.mark.parametrize(("said", "meant"), _phrases())
def test_what_people_write_is_read_as_they_mean_it(said: str, meant: str) -> None:
    assert (read(said) or "-") == meant
    assert (read(said.capitalize()) or "-") == meant
