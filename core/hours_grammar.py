"""The grammar of opening hours as people write them: days, and spans of the clock, in any usual order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.date_words import meaning, spelt
from core.dates import hour_of

Span = tuple[int, int]
"""Start and end in minutes from midnight, each from 0 to 1440."""

_LONGEST_TEXT = 400
_MOST_WORDS = 3
_DAY = 24 * 60
_TOKEN = re.compile(
    r"(?P<always>24/7)"
    r"|(?P<clock>[0-9]{1,2}[:.][0-9]{2}(?![0-9:])|[0-9]{3,4}(?![0-9:.]))"
    r"|(?P<hour>[0-9]{1,2}(?![0-9]|[:.][0-9]))"
    r"|(?P<word>[^\W\d_]+)\.?"
    r"|(?P<mark>[-,:])"
    r"|\s+"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Days (Monday is 0; None when none is named) with the spans of each of them; no spans when they are closed."""

    days: frozenset[int] | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time as it was said. `exact`: it is of 24 hours; otherwise it may be one of 12, where the other one is."""

    minutes: int
    part: bool
    exact: bool


class _Unreadable(Exception):
    """The text does not fit the grammar."""


class HoursGrammar:
    """A text and how far it has been read."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0

    def parts(self) -> list[Named] | None:
        """What the text names; None unless it can be read whole, and in one way."""
        if not self._tokens:
            return None
        readings = [reading for days_first in (True, False) if (reading := self._read(days_first)) is not None]
        return readings[0] if readings and all(one == readings[0] for one in readings) else None

    def _read(self, days_first: bool) -> list[Named] | None:
        self._place = 0
        found: list[Named] = []
        try:
            while self._place < len(self._tokens):
                found.append(self._days_then_hours() if days_first else self._hours_then_days())
                joined = self._skip("mark", ",") or self._word("both") is not None
                if joined and self._place == len(self._tokens):
                    return None
        except _Unreadable:
            return None
        return found

    def _days_then_hours(self) -> Named:
        days = self._days_but()
        if days is not None:
            _ = self._skip("mark", ":") or self._skip("mark", "-") or self._skip("mark", ",")
        return self._named(days, self._hours())

    def _hours_then_days(self) -> Named:
        hours = self._hours()
        days = self._days_but()
        if days is None:
            raise _Unreadable
        return self._named(days, hours)

    def _named(self, days: frozenset[int] | None, spans: tuple[Span, ...]) -> Named:
        """The same without the days that follow as an exception."""
        before = self._place
        self._skip("mark", ",")
        without = self._except()
        if without is None:
            self._place = before
        elif not without < (days := days if days is not None else frozenset(range(7))):
            raise _Unreadable
        else:
            days = days - without
        return Named(days, spans)

    def _days_but(self) -> frozenset[int] | None:
        """Some days, or all but some; None when none stand here."""
        days = self._days()
        before = self._place
        if days is not None:
            self._skip("mark", ",")
        without = self._except()
        if without is None:
            self._place = before
            return days
        self._skip("mark", ",")
        whole = days if days is not None else frozenset(range(7))
        if not without < whole:
            raise _Unreadable
        return whole - without

    def _except(self) -> frozenset[int] | None:
        if self._word("except") is None:
            return None
        days = self._days()
        if days is None:
            raise _Unreadable
        return days

    def _days(self) -> frozenset[int] | None:
        """One or several days or spans of days."""
        days: set[int] = set()
        before = self._place
        while (more := self._some_days()) is not None:
            if days & more:
                raise _Unreadable
            days |= more
            before = self._place
            if not self._skip("mark", ","):
                self._word("both")
        self._place = before
        return frozenset(days) if days else None

    def _some_days(self) -> frozenset[int] | None:
        before = self._place
        opened = self._word("from") is not None
        many = self._word("days")
        if many is None and self._word("on") is not None:
            many = self._word("days")
        if many is not None:
            return frozenset(map(int, many))
        first = self._word("weekday")
        if first is None:
            self._place = before
            return None
        after = self._place
        if self._skip("mark", "-") or self._word("to") is not None:
            last = self._word("weekday")
            if last is not None:
                length = (int(last) - int(first)) % 7
                if length == 0 or self._here("mark", "-"):
                    raise _Unreadable
                return frozenset((int(first) + step) % 7 for step in range(length + 1))
        self._place = after
        if opened:
            raise _Unreadable
        return frozenset({int(first)})

    def _hours(self) -> tuple[Span, ...]:
        if self._word("closed") is not None:
            return ()
        if self._skip("always") or self._word("always") is not None:
            return ((0, _DAY),)
        spans = [self._span()]
        while True:
            before = self._place
            if not self._skip("mark", ","):
                self._word("both")
            try:
                spans.append(self._span())
            except _Unreadable:
                self._place = before
                return tuple(spans)

    def _span(self) -> Span:
        between = self._word("from") == "between"
        self._word("on")
        start = self._clock()
        apart = self._skip("mark", "-") or self._word("to") is not None
        if not apart and not (between and self._word("both") is not None) and not self._here("hour"):
            raise _Unreadable
        return _agreed(start, self._clock())

    def _clock(self) -> _Clock:
        named = self._word("clock")
        if named is not None:
            hour, minute = map(int, named.split(":"))
            return _Clock(hour * 60 + minute, part=False, exact=True)
        kind, text = self._take()
        exact = text.startswith("0")
        if kind == "clock":
            digits = re.sub("[:.]", "", text)
            hour, minute = int(digits[:-2]), int(digits[-2:])
        elif kind == "hour":
            hour, minute = int(text), 0
            if self._word("hour") is not None and self._here("hour"):
                minute = int(self._take()[1])
                self._word("minute")
        else:
            raise _Unreadable
        self._word("hour")
        part = self._part()
        if part is not None:
            told = hour_of(hour, part)
            if told is None or exact or minute > 59 or (hour > 12 and part in ("am", "pm")):
                raise _Unreadable
            return _Clock(told * 60 + minute, part=hour <= 12, exact=True)
        if minute > 59 or hour * 60 + minute > _DAY:
            raise _Unreadable
        return _Clock(hour * 60 + minute, part=False, exact=exact or hour > 12)

    def _part(self) -> str | None:
        """The part of the day that the hour before it belongs to."""
        before = self._place
        self._word("on")
        part = self._word("part")
        if part is None:
            self._place = before
        return part

    def _here(self, kind: str, text: str | None = None) -> bool:
        if self._place == len(self._tokens):
            return False
        token = self._tokens[self._place]
        return token[0] == kind and text in (None, token[1])

    def _skip(self, kind: str, text: str | None = None) -> bool:
        if not self._here(kind, text):
            return False
        self._place += 1
        return True

    def _take(self) -> tuple[str, str]:
        if self._place == len(self._tokens):
            raise _Unreadable
        self._place += 1
        return self._tokens[self._place - 1]

    def _word(self, kind: str) -> str | None:
        """Takes the words that have a meaning of this kind, the most that belong together."""
        for count in range(_MOST_WORDS, 0, -1):
            tokens = self._tokens[self._place : self._place + count]
            if len(tokens) == count and all(token[0] == "word" for token in tokens):
                meant = meaning(kind, " ".join(text for _, text in tokens))
                if meant is not None:
                    self._place += count
                    return meant
        return None


def _agreed(start: _Clock, end: _Clock) -> Span:
    """Two times as one span. Where only one names its part of the day, the other may be before or after noon: it is
    what makes a span of one day of them, if only one of both does."""
    if start.part == end.part or (start.exact and end.exact):
        return start.minutes, end.minutes
    told = [(first, last) for first in _meant(start) for last in _meant(end) if first < last]
    if len(told) != 1:
        raise _Unreadable
    return told[0]


def _meant(clock: _Clock) -> tuple[int, ...]:
    if clock.exact:
        return (clock.minutes,)
    before_noon = clock.minutes % (12 * 60)
    return before_noon, before_noon + 12 * 60


def _tokens(text: str) -> list[tuple[str, str]]:
    """Kinds and texts of the tokens; none if a part of the text is no token."""
    text = unicodedata.normalize("NFKC", text[: _LONGEST_TEXT + 1]).casefold()
    text = (
        text.replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")
        .replace("\n", ",")
        .replace(";", ",")
    )
    text = "".join("-" if unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}" else char for char in text)
    text = spelt(text).strip().removesuffix(".")
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return []
        if match.lastgroup is not None:
            found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found if len(text) <= _LONGEST_TEXT else []
