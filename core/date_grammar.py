"""The grammar of dates and times as people write them: fills the slots of one moment from a text's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.date_spoken import amount, checked_date, counted, edge, months_later, ordinal_day, told_clock
from core.date_words import NOTHING, Token

_FURTHEST = timedelta(days=3660)
_MOST_MONTHS = 120


@dataclass(slots=True)
class Named:
    """What a text says about a moment; None where it says nothing.

    `after`: time from now. `day`: a date, `from_today` if it was counted in days. `weekday`: Monday is 0, in
    the `week` 0 (this) or 1 (next). `clock`: hour and minute as said, `bare` if without minutes. `part`: of the
    day. `usual`: minutes from midnight where no clock is said. Not `certain`: a reading was chosen among several.
    """

    after: timedelta | None = None
    day: date | None = None
    from_today: bool = False
    weekday: int | None = None
    week: int | None = None
    clock: tuple[int, int] | None = None
    bare: bool = False
    part: str | None = None
    usual: int | None = None
    certain: bool = True


def understand(found: list[Token], today: date) -> Named | None:
    """The slots that the tokens fill; None unless every token fits the grammar and no slot is filled twice."""
    grammar = _Grammar(found, today)
    return grammar.named if grammar.read() else None


class _Grammar:
    """Each rule reads tokens from a place and tells how many it took (0: not its case)."""

    def __init__(self, found: list[Token], today: date) -> None:
        self.tokens = found
        self.today = today
        self.named = Named()

    def read(self) -> bool:
        rules = (
            self._offset,
            self._numeric_date,
            self._named_date,
            self._pair,
            self._told,
            self._time,
            self._hour,
            self._weekday,
            self._relative_day,
            self._part,
            self._edge,
            self._filler,
        )
        place = 0
        while place < len(self.tokens):
            used = next((used for rule in rules if (used := rule(place))), 0)
            if not used:
                return False
            place += used
        return self.named != Named()

    def _token(self, place: int) -> Token:
        return self.tokens[place] if 0 <= place < len(self.tokens) else NOTHING

    def _means(self, place: int, kind: str) -> str | None:
        return self._token(place).means(kind)

    def _is(self, place: int, kind: str) -> bool:
        return self._means(place, kind) is not None

    def _offset(self, place: int) -> int:
        if self.named.after is not None or self.named.day is not None:
            return 0
        begins = self._is(place, "in")
        sums = {"minutes": 0.0, "hours": 0.0, "days": 0.0, "months": 0.0}
        start = end = place + begins
        while True:
            gap = end > start and self._is(end, "both")
            size_of, used = amount(self.tokens, end + gap)
            used += gap
            unit = self._means(end + used, "unit")
            if unit is None:
                break
            name, size = unit.split()
            sums[name] += size_of * int(size)
            end += used + 1
        exact = timedelta(days=sums["days"], hours=sums["hours"], minutes=sums["minutes"])
        months = int(sums["months"])
        ends = self._is(end, "later")
        if (
            end == start
            or not (begins or ends)
            or exact > _FURTHEST
            or months > _MOST_MONTHS
            or months != sums["months"]
        ):
            return 0
        if exact % timedelta(days=1) or not (exact or months):
            self.named.after = exact
            return 0 if months else end + ends - place
        self.named.from_today = True
        self.named.day = months_later(self.today, months) + exact
        return end + ends - place

    def _numeric_date(self, place: int) -> int:
        token = self._token(place)
        if token.kind != "date" or self.named.day is not None:
            return 0
        first, second, third = token.numbers
        if first > 31:
            year, month, day = first, second, third
        else:
            day, month, year = first, second, third if third > 99 else third + 2000
        if "/" in token.text and first <= 31:
            self.named.certain = self.named.certain and (day > 12 or month > 12 or day == month)
            if month > 12:
                day, month = month, day
        self.named.day = checked_date(year, month, day)
        return 1 if self.named.day else 0

    def _named_date(self, place: int) -> int:
        """A day beside a month in either order, or a day of the month alone."""
        if self.named.day is not None:
            return 0
        month = self._means(place, "month")
        day_at = place if month is None else place + 1 + self._is(place + 1, "filler")
        day, used = ordinal_day(self.tokens, day_at)
        ordinal = used > 0
        if self._token(day_at).kind == "number":
            day, used = int(self._token(day_at).text), 1
            ordinal = self._is(day_at + 1, "ordinal")
            used += ordinal
        if not used:
            return 0
        end = day_at + used
        if month is None:
            month_at = end + (self._is(end, "filler") and self._is(end + 1, "month"))
            month = self._means(month_at, "month")
            if month is None:
                return self._day_of_month(place, day, end, ordinal)
            end = month_at + 1
        year = self._token(end)
        if year.kind == "number" and len(year.text) == 4 and int(year.text) >= 1900:
            end += 1 + self._is(end + 1, "year")
            self.named.day = checked_date(int(year.text), int(month), day)
        elif year.kind == "number" and len(year.text) == 2 and self._is(end + 1, "year"):
            end += 2
            self.named.day = checked_date(int(year.text) + 2000, int(month), day)
        else:
            self.named.day = self._nearest(int(month), day)
        return end - place if self.named.day else 0

    def _day_of_month(self, place: int, day: int, end: int, ordinal: bool) -> int:
        """The coming day of this number; guessed, as it may be meant in another month."""
        named = self._is(end, "dayofmonth")
        if not (named or ordinal):
            return 0
        later = (checked_date(self.today.year + month // 12, month % 12 + 1, day) for month in self._months_ahead())
        self.named.day = next((found for found in later if found and found >= self.today), None)
        self.named.certain = False
        return end + named - place if self.named.day else 0

    def _months_ahead(self) -> range:
        return range(self.today.month - 1, self.today.month + 2)

    def _nearest(self, month: int, day: int) -> date | None:
        """The date of last, this or next year that is nearest to today; a past one is a guess."""
        years = (self.today.year + shift for shift in (-1, 0, 1))
        dates = [found for year in years if (found := checked_date(year, month, day))]
        nearest = min(dates, key=lambda found: abs(found - self.today), default=None)
        if nearest is not None and nearest < self.today:
            self.named.certain = False
        return nearest

    def _pair(self, place: int) -> int:
        """Two numbers such as 25.12 or 18.30: a date or a time, by what is missing and what is possible."""
        token = self._token(place)
        if token.kind != "pair" or "," in token.text:
            return 0
        first, second = token.numbers
        timely = first < 24 and second < 60 and token.text[-3] in ".-"
        day = self._nearest(second, first) if self.named.day is None else None
        american = "/" in token.text and self.named.day is None
        if american and second > 12:
            day = self._nearest(first, second)
        elif american and first <= 12:
            self.named.certain = self.named.certain and first == second
        wants_time = self._is(place - 1, "at") or self.named.weekday is not None or day is None
        if timely and wants_time and self.named.clock is None:
            self.named.certain = self.named.certain and (day is None or self.named.weekday is not None)
            self.named.clock = (first, second)
            return 1
        self.named.day = self.named.day or day
        return 1 if day else 0

    def _told(self, place: int) -> int:
        """Minutes before or after an hour; guessed, as it may be in the morning or in the evening."""
        told = told_clock(self.tokens, place) if self.named.clock is None else None
        if told is None:
            return 0
        hour, minute, used = told
        self.named.clock, self.named.bare, self.named.certain = (hour, minute), True, False
        return used

    def _edge(self, place: int) -> int:
        """The end of a day, the beginning of the next week and the like: nobody says exactly when."""
        meaning = self._means(place, "edge")
        if meaning is None or self.named.usual is not None:
            return 0
        day, self.named.usual = edge(meaning, self.today)
        if day is not None and (self.named.day is not None or self.named.week is not None):
            return 0
        self.named.day = day or self.named.day
        self.named.certain = False
        return 1

    def _time(self, place: int) -> int:
        token = self._token(place)
        if self.named.clock is not None:
            return 0
        for kind in ("clock", "half"):
            if meaning := token.means(kind):
                hour, minute = map(int, meaning.split(":"))
                self.named.clock, self.named.bare = (hour, minute), kind == "half"
                self.named.certain = self.named.certain and kind == "clock"
                return 1
        if token.kind != "time":
            return 0
        hour, minute = token.numbers
        self.named.clock = (hour, minute)
        return 1 if hour <= 24 and minute < 60 else 0

    def _hour(self, place: int) -> int:
        """An hour without a colon, where something else shows that it is one."""
        token = self._token(place)
        spoken = token.means("number") or ("1" if self._is(place - 1, "at") and self._is(place, "hour") else None)
        hour = token.text if token.kind == "number" else spoken
        if hour is None or not hour.isdecimal() or int(hour) > 24 or self.named.clock is not None:
            return 0
        end = place + 1
        marked = self._is(end, "hour")
        end += marked
        shown = marked or self._is(end, "part") or self._is(place - 1, "at")
        minute = self._token(end)
        minutes, used = counted(self.tokens, end)
        exact = 10 <= minutes < 60 or (minute.kind == "number" and len(minute.text) == 2 and minutes < 60)
        exact = exact and not self._is(end + used, "month")
        if exact:
            end += used + self._is(end + used, "minute")
        shown = shown or self._is(end, "day") or self.named.day is not None or self.named.weekday is not None
        if not shown:
            return 0
        if self._is(place - 1, "month") and not (exact or marked):
            self.named.certain = False  # may be a year
        self.named.clock, self.named.bare = (int(hour), minutes if exact else 0), not exact
        return end - place

    def _weekday(self, place: int) -> int:
        week = self._means(place, "next")
        if week is not None and self.named.week is None:
            self.named.week = int(week)
            if week == "0" and self._is(place + 1, "part") and self.named.day is None:
                self.named.week, self.named.day = None, self.today
                return 1
            return 2 if self._means(place + 1, "unit") == "days 7" else int(self._is(place + 1, "weekday"))
        weekday = self._means(place, "weekday")
        if weekday is None or self.named.weekday is not None:
            return 0
        self.named.weekday = int(weekday)
        return 1

    def _relative_day(self, place: int) -> int:
        shift = self._means(place, "day")
        if shift is None or self.named.day is not None:
            return 0
        self.named.day = self.today + timedelta(days=int(shift))
        self.named.part = self.named.part or self._means(place, "part")
        return 1

    def _part(self, place: int) -> int:
        if self.named.part is None:
            self.named.part = self._means(place, "part")
            return int(self.named.part is not None)
        return 0

    def _filler(self, place: int) -> int:
        return int(self._is(place, "at") or self._is(place, "filler"))
