"""How what people choose about themselves is shown and changed: declared by the rooms, in one list under /me."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.talk.request import Request
from core.chat.actions import Action
from core.chat.phrases import Phrase, Text, phrase
from core.settings import Setting
from core.unit_of_work import Refused

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

LONGEST_NAME, LONGEST_KEY = 28, 24
"""Bytes of a setting's name, and of a choice's key, which stand on a button."""


YES, NO = "y", "n"
"""The keys of a toggle."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[T_co]):
    """One of several values. `key` is what a button calls it."""

    key: str
    value: T_co
    label: Text


@dataclass(frozen=True, slots=True)
class OneOf(Generic[T]):
    """A choice among a few, each a button of one screen that `ask`s for it; `about` says what follows from it."""

    ask: Phrase
    choices: Callable[[Request], Sequence[Choice[T]]]
    about: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Toggle:
    """A choice between yes and no, made by one button under /me: its label says what it does."""

    turn_on: Phrase
    turn_off: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingPart:
    """A setting as people meet it; a smaller `order` stands first. `shown` is the value in words.

    It is changed by a choice, a toggle, or on the screen that an action opens; `button` leads there. It is offered to
    those for whom it `matters`.
    """

    setting: Setting[Any]
    label: Phrase
    order: int
    change: OneOf[Any] | Toggle | Action
    shown: Callable[[Request, Any], Text]
    button: Phrase
    matters: Callable[[Request], bool] = lambda request: True


def chosen_label(choices: Callable[[Request], Sequence[Choice[T]]]) -> Callable[[Request, T], Text]:
    """Shows a value by the label of its choice; as it is when it is none of them any more."""

    def shown(request: Request, value: T) -> Text:
        return next((one.label for one in choices(request) if one.value == value), str(value))

    return shown


def settings_of(request: Request) -> list[SettingPart]:
    """What all rooms let a person choose, in its order."""
    parts = (part for part in request.house.plugged(SettingPart) if part.matters(request))
    return sorted(parts, key=lambda part: part.order)


def access_setting(request: Request, name: str) -> SettingPart:
    """One of them."""
    for part in request.house.plugged(SettingPart):
        if part.setting.name == name:
            return part
    raise Refused(phrase("This cannot be chosen any more."))


def chosen(request: Request, part: SettingPart, key: str) -> Any:
    """The value that a key stands for: of a toggle, of a choice that is offered now."""
    if isinstance(part.change, Toggle):
        return key == YES
    if isinstance(part.change, OneOf):
        for one in part.change.choices(request):
            if one.key == key:
                return one.value
    raise Refused(phrase("This option is not available any more. Please choose another."))
