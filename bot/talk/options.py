"""How what a company chooses for everybody is shown and changed: declared by the rooms, in one list for admins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.talk.request import Request
from core.chat.phrases import Phrase, Text, phrase
from core.options import Option
from core.unit_of_work import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionPart:
    """An option as admins meet it, among those of its room, which is called `section`.

    `shown` is a value in words, `offers` are the values that buttons have. A typed one can be written besides.
    """

    option: Option[Any]
    section: Phrase
    label: Phrase
    about: Phrase
    shown: Callable[[Any], Text]
    offers: tuple[Any, ...]


def access_option(request: Request, name: str) -> OptionPart:
    """One of those that there are now."""
    for part in request.house.plugged(OptionPart):
        if part.option.name == name:
            return part
    raise Refused(phrase("This cannot be chosen any more."))


def on_or_off(value: bool) -> Phrase:
    """How a switch is shown that has no words of its own."""
    return phrase("on") if value else phrase("off")
