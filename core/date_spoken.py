"""Parts of a moment that take several words: a clock as it is told, the edges of a week, days as ordinals."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from core.date_words import NOTHING, Token

_MORNING, _LUNCH, _EVENING = 9 * 60, 13 * 60, 18 * 60
_FRIDAY, _SATURDAY = 4, 5


def told_clock(found: Sequence[Token], place: int) -> tuple[int, int, int] | None:
    """Hour, minute and the tokens taken of "quarter past nine", "ten to ten" and their Russian counterparts."""
    at = place
    before = _is(found, at, "less")
    at += before
    at += _means(found, at, "number") == "1" and _is(found, at + 1, "share")
    share = _means(found, at, "share")
    minutes, used = (int(share), 1) if share is not None else counted(found, at)
    if not used or not 0 < minutes < 60:
        return None
    at += used
    named = _is(found, at, "minute")
    at += named
    past, to, of_hour = _is(found, at, "past"), _is(found, at, "before"), _means(found, at, "ofhour")
    if before:
        return _clock(found, at, place, -minutes)
    if past or to:
        return _clock(found, at + 1, place, minutes if past else -minutes)
    if of_hour is not None and (share is not None or named):
        return _hours(int(of_hour) * 60 - 60 + minutes, at + 1 - place)
    return _clock(found, at, place, minutes) if share == "30" and not named else None


def counted(found: Sequence[Token], place: int) -> tuple[int, int]:
    """A whole number in digits or words, such as twenty-five, and how many tokens it takes; (0, 0) for none."""
    token = _at(found, place)
    if token.kind == "number":
        return int(token.text), 1
    word = token.means("number")
    if word is None or not word.isdecimal():
        return 0, 0
    more = _means(found, place + 1, "number") or ""
    if int(word) in (20, 30, 40, 50) and more.isdecimal() and 0 < int(more) < 10:
        return int(word) + int(more), 2
    return int(word), 1


def amount(found: Sequence[Token], place: int) -> tuple[float, int]:
    """The number at a place and how many tokens it takes; one, when it goes without saying."""
    token = _at(found, place)
    if token.kind == "pair" and token.text[-2] in ".,":
        return float(token.text.replace(",", ".")), 1
    part = token.means("number") or ""
    if part and not part.isdecimal():
        return float(part), 2 if float(part) < 1 and _is(found, place + 1, "number") else 1
    whole, used = counted(found, place)
    return float(whole if used else 1), used


def ordinal_day(found: Sequence[Token], place: int) -> tuple[int, int]:
    """A day of the month as an ordinal in words, such as twenty-first; (0, 0) for none."""
    tens = _means(found, place, "number") or ""
    units = _means(found, place + 1, "dayth")
    if tens in ("20", "30") and units is not None and int(units) < 10:
        return int(tens) + int(units), 2
    word = _means(found, place, "dayth")
    return (int(word), 1) if word is not None else (0, 0)


def edge(meaning: str, today: date) -> tuple[date | None, int]:
    """The day of an edge such as "week end", None for any day, and the usual minutes from midnight."""
    period, which = meaning.split()
    monday = today - timedelta(days=today.weekday())
    match period, which:
        case "day", "lunch":
            return None, _LUNCH
        case "week", "end":
            return monday + timedelta(days=_FRIDAY, weeks=today.weekday() > _FRIDAY), _EVENING
        case "week", "days":
            return monday + timedelta(days=max(_SATURDAY, today.weekday())), _MORNING
        case "nextweek", "begin":
            return monday + timedelta(weeks=1), _MORNING
        case "nextweek", "end":
            return monday + timedelta(days=_FRIDAY, weeks=1), _EVENING
        case "month", "end":
            return _last(today), _EVENING
        case "nextmonth", "begin":
            return _last(today) + timedelta(days=1), _MORNING
        case "nextmonth", "end":
            return _last(_last(today) + timedelta(days=1)), _EVENING
        case "year", "end":
            return date(today.year, 12, 31), _EVENING
    return None, _EVENING


def checked_date(year: int, month: int, day: int) -> date | None:
    """The date, None where there is none."""
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _last(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _clock(found: Sequence[Token], at: int, place: int, minutes: int) -> tuple[int, int, int] | None:
    """The clock so many minutes after (or before) the hour at a place."""
    hour, used = counted(found, at)
    if not used and _is(found, at, "hour"):
        hour, used = 1, 1
    if not used or not 1 <= hour <= 24:
        return None
    used += _is(found, at + used, "hour")
    return _hours((hour * 60 + minutes) or 12 * 60, at + used - place)


def _hours(total: int, used: int) -> tuple[int, int, int] | None:
    """From minutes; half past midnight is said as half of the first hour, and as a clock shows it that is after 12."""
    hour, minute = divmod(total, 60)
    return (hour or 12, minute, used) if 0 <= total < 24 * 60 else None


def _at(found: Sequence[Token], place: int) -> Token:
    return found[place] if 0 <= place < len(found) else NOTHING


def _means(found: Sequence[Token], place: int, kind: str) -> str | None:
    return _at(found, place).means(kind)


def _is(found: Sequence[Token], place: int, kind: str) -> bool:
    return _means(found, place, kind) is not None
