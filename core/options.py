"""What a company chooses for everybody: values that rooms declare with their bounds, set by admins in chat.

Whoever runs the server can say some of them there: these win, and nobody changes them in chat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import ClassVar, TypeVar

from core.auditing import AuditKind, note
from core.chat.codec import Json, dump
from core.chat.phrases import Listing, Phrase, Text, phrase
from core.settings import Setting, value_in
from core.unit_of_work import Change, Query, Refused, UnitOfWork

T = TypeVar("T")

OPTIONS = "options"
"""What is woken when the company has chosen otherwise (see `core.unit_of_work.Store.woken`)."""

_THOUSANDS = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}(?:\s|$))")
_WHOLE = re.compile(r"[+-]?[0-9]{1,12}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_SAID = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Option(Setting[T]):
    """What a company chooses. A stored value that is not allowed any more counts as not chosen.

    `read` and `written` are for the settings of the server and for buttons; where `typed`, people write it as well.
    """

    typed: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not self.allows(self.default):
            raise ValueError(f"the default of {self.name} is outside of its bounds")

    @property
    def wanted(self) -> Phrase:
        """What may be written, as a request."""
        raise NotImplementedError

    def allows(self, value: object) -> bool:
        """Whether a company may choose it."""
        raise NotImplementedError

    def read(self, text: str) -> T | None:
        """The value that a text says; None for what is none or not allowed."""
        raise NotImplementedError

    def written(self, value: T) -> str:
        """The text that says a value."""
        return str(value)


@dataclass(frozen=True, slots=True)
class Number(Option[int]):
    """A whole number from `least` to `most`."""

    typed: ClassVar[bool] = True
    kind: type = field(default=int, init=False)
    least: int = 0
    most: int = 1_000_000

    @property
    def wanted(self) -> Phrase:
        return phrase("Please write a whole number from {least} to {most}.", least=self.least, most=self.most)

    def allows(self, value: object) -> bool:
        return type(value) is int and self.least <= value <= self.most

    def read(self, text: str) -> int | None:
        plain = _THOUSANDS.sub("", text.strip())
        value = int(plain) if _WHOLE.fullmatch(plain) else None
        return value if self.allows(value) else None


@dataclass(frozen=True, slots=True)
class Switch(Option[bool]):
    """On or off."""

    kind: type = field(default=bool, init=False)

    @property
    def wanted(self) -> Phrase:
        return phrase("Please write on or off.")

    def allows(self, value: object) -> bool:
        return isinstance(value, bool)

    def read(self, text: str) -> bool | None:
        return _SAID.get(text.strip().lower())

    def written(self, value: bool) -> str:
        return "on" if value else "off"


@dataclass(frozen=True, slots=True)
class Choice(Option[str]):
    """One of several values that have names."""

    kind: type = field(default=str, init=False)
    among: tuple[str, ...] = ()

    @property
    def wanted(self) -> Phrase:
        return phrase("Please write one of these: {names}.", names=Listing(self.among))

    def allows(self, value: object) -> bool:
        return value in self.among

    def read(self, text: str) -> str | None:
        name = text.strip().lower()
        return name if self.allows(name) else None


@dataclass(frozen=True, slots=True)
class TimeOfDay(Option[time]):
    """A time of the day, to the minute, from `earliest` to `latest`."""

    typed: ClassVar[bool] = True
    kind: type = field(default=time, init=False)
    earliest: time = time.min
    latest: time = time(23, 59)

    @property
    def wanted(self) -> Phrase:
        bounds = {"earliest": self.written(self.earliest), "latest": self.written(self.latest)}
        return phrase("Please write a time of day from {earliest} to {latest}.", **bounds)

    def allows(self, value: object) -> bool:
        return isinstance(value, time) and value.tzinfo is None and self.earliest <= value <= self.latest

    def read(self, text: str) -> time | None:
        found = _TIME.fullmatch(text.strip())
        value = time(int(found[1]), int(found[2])) if found else None
        return value if self.allows(value) else None

    def written(self, value: time) -> str:
        return f"{value:%H:%M}"


@dataclass(frozen=True, slots=True)
class Chosen(Query[Mapping[str, Json]]):
    """All that the company has chosen, by name. What another process has changed is seen within some seconds."""


@dataclass(frozen=True, slots=True)
class Given(Query[Mapping[str, str]]):
    """What the settings of the server say instead, by name, as it is written there."""


@dataclass(frozen=True, slots=True)
class KeepOption(Change[None]):
    """Writes a choice down; None forgets it."""

    name: str
    value: Json


CHOICES = AuditKind("lobby.options", phrase("Choices of the company"))


def option_of(uow: UnitOfWork, option: Option[T]) -> T:
    """What the server or the company has chosen; the default without a choice. Costs no statement, but for one in some
    seconds. ValueError for what the server says and is no such value: the start of a bot has refused it."""
    given = uow.ask(Given()).get(option.name)
    if given is not None:
        said = option.read(given)
        if said is None:
            raise ValueError(f"{given!r} is no value of {option.name}")
        return said
    value = value_in(uow.ask(Chosen()), option)
    return value if option.allows(value) else option.default


def check_choosable(uow: UnitOfWork, option: Option[T]) -> None:
    """Raises `Refused` for what the server says."""
    if option.name in uow.ask(Given()):
        raise Refused(phrase("This is set on the server and cannot be changed here."))


def do_choose(
    uow: UnitOfWork, option: Option[T], value: T, label: Text = "", shown: Callable[[T], Text] | None = None
) -> bool:
    """Chooses for the company; whether that is a change. ValueError for what is outside of the bounds, `Refused` for
    what the server says.

    `label` and `shown` are the option and its values in words, for the audit.
    """
    if not option.allows(value):
        raise ValueError(f"{value} is outside of the bounds of {option.name}")
    check_choosable(uow, option)
    before = option_of(uow, option)
    if value == before:
        return False
    uow.apply(KeepOption(option.name, None if value == option.default else dump(value)))
    uow.wake(OPTIONS)
    said = shown or option.written
    words = {"name": label or option.name, "value": said(value), "before": said(before)}
    note(uow, CHOICES, phrase("{name}: {value} instead of {before}", **words))
    return True
