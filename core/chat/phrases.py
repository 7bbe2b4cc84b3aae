"""Texts that are translated only when a recipient is known: a message id with its values.

`phrase` and `plural` are also the extraction keywords of the catalogues, so their first arguments are literals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Phrase:
    """A translatable text. `text` is the English message id with `{name}` placeholders.

    With `many` set it has plural forms, chosen by the value `n`.
    """

    text: str
    many: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values joined as the language joins them: "a, b and c"."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment shown as a time of day alone ("14:32"), in the reader's time zone."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """A moment shown as its date alone ("21 November"), in the reader's time zone."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the bot, shown with the prefix that the reader's messenger wants: "/help" or "!help"."""

    name: str


Value = str | int | float | datetime | date | time | timedelta | Phrase | Listing | Clock | Day | Command


def phrase(text: str, /, **values: Value) -> Phrase:
    """A text with `{name}` placeholders; `text` must be a literal so that it reaches the catalogue."""
    return Phrase(text, None, values)


def plural(one: str, many: str, /, n: int, **values: Value) -> Phrase:
    """A text whose form depends on the number `n`, which fills `{n}`."""
    return Phrase(one, many, {"n": n, **values})


Text = str | Phrase
"""What may stand where people read: a person's own words, or a phrase to translate."""


class Language(Protocol):
    """Resolves values for one reader: a language together with a time zone and a messenger's prefix of commands."""

    @property
    def code(self) -> str:
        """ISO 639 code: "ru" or "en"."""

    def say(self, value: Value) -> str:
        """The text of a value: translated, with dates, numbers and durations in the language's form."""
