"""Kinds of messages that come unasked: declared by rooms, so that people can choose how each of them reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from core.access import COLLEAGUE, Right
from core.chat.codec import Json, record
from core.chat.phrases import Phrase
from core.settings import Setting, value_in

LONGEST = 28
"""Bytes of a name, which stands on a button."""

_known: dict[str, Notice] = {}
_choices: dict[str, Setting[When]] = {}


@record
class When(Enum):
    """How a kind of message reaches a person. DIGEST: in one list at a time of the day; OFF: not at all."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message. `name` is kept with the messages ("news.item": the room, then its own word).

    `may` are the choices that a person has, `default` what holds without one; `right` is what those have who can get
    it at all. What is urgent (`core.delivery.Send`) goes by none of this: it comes at once.
    """

    name: str
    title: Phrase
    may: tuple[When, ...] = (When.AT_ONCE,)
    default: When = When.AT_ONCE
    right: Right = COLLEAGUE

    def __post_init__(self) -> None:
        if len(self.name.encode()) > LONGEST:
            raise ValueError(f"the name of the notice {self.name} is too long for a button")
        if self.default not in self.may:
            raise ValueError(f"the notice {self.name} has a default that nobody may choose")
        if _known.setdefault(self.name, self) != self:
            raise ValueError(f"two notices are called {self.name}")
        _choices[self.name] = Setting(f"notices.{self.name}", When, self.default)

    @property
    def room(self) -> str:
        """The name of the room that declares it."""
        return self.name.partition(".")[0]

    @property
    def choice(self) -> Setting[When]:
        """What a person has chosen for it."""
        return _choices[self.name]


def known_notices() -> Mapping[str, Notice]:
    """All that were declared, by name."""
    return MappingProxyType(_known)


def reaches(kind: str | None, settings: Mapping[str, Json] | None) -> When:
    """How a kind of message reaches whoever has chosen this. What is of no kind, or of one that is gone, comes at once,
    and what may not be chosen any more counts as not chosen."""
    notice = None if kind is None else _known.get(kind)
    if notice is None or len(notice.may) == 1:
        return When.AT_ONCE
    when = value_in(settings, notice.choice)
    return when if when in notice.may else notice.default
