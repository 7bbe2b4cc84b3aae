"""Texts that are translated only when a recipient is known: a message id with its values.

`phrase` and `plural` are also the extraction keywords of the catalogues, so their first arguments are literals.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Phrase:
    """A translatable text. `text` is the English message id with `{name}` placeholders.

    With `many` set it has plural forms, chosen by the value `n`. `room` is whose text it is: the same words may be said
    differently in another one.
    """

    text: str
    many: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    room: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values joined as the language joins them: "a, b and c", with `any_of` "a, b or c"."""

    items: tuple[Value, ...]
    any_of: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment shown as a time of day alone ("14:32"), in the reader's time zone."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A moment shown as its date alone ("21 November"), in the reader's time zone."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class WholeDate:
    """A date with its day of the week and its year: "Friday, November 27, 2026"."""

    day: date


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone, shown by its city ("Moscow"); `key` is its name in the database of zones."""

    key: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot, shown with the prefix that the reader's messenger wants: "/help" or "!help"."""

    name: str


Value = (
    str | int | float | datetime | date | time | timedelta | Phrase | Listing | Clock | Day | WholeDate | Zone | Command
)


def phrase(text: str, /, **values: Value) -> Phrase:
    """A text with `{name}` placeholders; `text` must be a literal so that it reaches the catalogue."""
    return Phrase(text, None, values, _room())


def plural(one: str, many: str, /, n: int, **values: Value) -> Phrase:
    """A text whose form depends on the number `n`, which fills `{n}`."""
    return Phrase(one, many, {"n": n, **values}, _room())


def room_of(module: str) -> str:
    """The room of a module by its place on its floor: "news" for "bot.handlers.news.screens"; empty for none."""
    floor, _, rest = module.partition(".")
    for above in ("handlers.", "pbx.", "queries.", "tables."):
        rest = rest.removeprefix(above)
    return "" if floor == "bot" and not module.startswith("bot.handlers.") else rest.partition(".")[0]


def _room() -> str:
    """The room of the code that makes a phrase. Read from the caller, so that no file has to say again where it is."""
    module: str = sys._getframe(2).f_globals["__name__"]
    room = _rooms.get(module)
    if room is None:
        room = _rooms[module] = room_of(module)
    return room


_rooms: dict[str, str] = {}


Text = str | Phrase
"""What may stand where people read: a person's own words, or a phrase to translate."""


def in_english(value: Value) -> str:
    """A value as the source has it, for logs and where no catalogue is at hand."""
    match value:
        case Phrase(text, many, values):
            chosen = text if many is None or values["n"] == 1 else many
            return chosen.format_map({name: in_english(item) for name, item in values.items()})
        case Listing(items, any_of):
            *first, last = map(in_english, items)
            comma = ", " if len(first) > 1 else " "
            return f"{', '.join(first)}{comma}{'or' if any_of else 'and'} {last}" if first else last
        case Command(name):
            return f"/{name}"
    return str(value)


class Told(Exception):
    """A fault in words for people; as a string it is in English."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return in_english(self.text)


class Malformed(Told, ValueError):
    """What a setting may not be: “is no …”, said after its name."""


class Language(Protocol):
    """Resolves values for one reader: a language together with a time zone and a messenger's prefix of commands."""

    @property
    def code(self) -> str:
        """ISO 639 code: "ru" or "en"."""

    def say(self, value: Value) -> str:
        """The text of a value: translated, with dates, numbers and durations in the language's form."""
