"""Kinds of messages that come unasked: declared by rooms, so that people can choose how each of them reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from core.chat.phrases import Phrase

_known: dict[str, Notice] = {}


class When(Enum):
    """How a kind of message reaches a person. DIGEST: in one list at a time of the day; OFF: not at all."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of message. `name` is kept with the messages ("news.item": the room, then its own word).

    `may` are the choices that a person has, `default` what holds without one. What is urgent (`core.delivery.Send`)
    goes by none of this: it comes at once.
    """

    name: str
    title: Phrase
    may: tuple[When, ...] = (When.AT_ONCE,)
    default: When = When.AT_ONCE

    def __post_init__(self) -> None:
        if self.default not in self.may:
            raise ValueError(f"the notice {self.name} has a default that nobody may choose")
        if _known.setdefault(self.name, self) != self:
            raise ValueError(f"two notices are called {self.name}")

    @property
    def room(self) -> str:
        """The name of the room that declares it."""
        return self.name.partition(".")[0]


def known_notices() -> Mapping[str, Notice]:
    """All that were declared, by name."""
    return MappingProxyType(_known)
