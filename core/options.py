"""What a company chooses for everybody: numbers that rooms declare with their bounds, set by admins in chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.auditing import AuditKind, note
from core.chat.codec import Json, dump
from core.chat.phrases import Text, phrase
from core.settings import Setting, value_in
from core.unit_of_work import Change, Query, UnitOfWork

OPTIONS = "options"
"""What is woken when the company has chosen otherwise (see `core.unit_of_work.Store.woken`)."""


@dataclass(frozen=True, slots=True)
class Option(Setting[int]):
    """A number that a company chooses, from `least` to `most`. A stored one that is outside counts as not chosen."""

    least: int = 0
    most: int = 1_000_000

    def __post_init__(self) -> None:
        if not self.allows(self.default):
            raise ValueError(f"the default of {self.name} is outside of its bounds")

    def allows(self, value: int) -> bool:
        """Whether a company may choose it."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class Chosen(Query[Mapping[str, Json]]):
    """All that the company has chosen, by name. What another process has changed is seen within some seconds."""


@dataclass(frozen=True, slots=True)
class KeepOption(Change[None]):
    """Writes a choice down; None forgets it."""

    name: str
    value: Json


CHOICES = AuditKind("lobby.options", phrase("Choices of the company"))


def option_of(uow: UnitOfWork, option: Option) -> int:
    """What the company has chosen; the default without a choice. Costs no statement, but for one in some seconds."""
    value = value_in(uow.ask(Chosen()), option)
    return value if option.allows(value) else option.default


def do_choose(
    uow: UnitOfWork, option: Option, value: int, label: Text = "", shown: Callable[[int], Text] = str
) -> bool:
    """Chooses for the company; whether that is a change. ValueError for what is outside of the bounds.

    `label` and `shown` are the option and its values in words, for the audit.
    """
    if not option.allows(value):
        raise ValueError(f"{value} is outside of the bounds of {option.name}")
    before = option_of(uow, option)
    if value == before:
        return False
    uow.apply(KeepOption(option.name, None if value == option.default else dump(value)))
    uow.wake(OPTIONS)
    words = {"name": label or option.name, "value": shown(value), "before": shown(before)}
    note(uow, CHOICES, phrase("{name}: {value} instead of {before}", **words))
    return True
