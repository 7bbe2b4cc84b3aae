"""What the company chooses for everybody, as admins see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.handlers.lobby.actions import OpenOption, OpenOptions, SetOption, WriteOption
from bot.kit.naming import marked
from bot.talk.menu import TO_MENU, back_row
from bot.talk.options import OptionPart
from core.chat.blocks import Block, Bold, Facts, Italic, Line, Paragraph
from core.chat.phrases import phrase
from core.chat.screens import Button, Row, Screen, screen


@dataclass(frozen=True, slots=True)
class Standing:
    """An option with its value, and whether the server says it."""

    part: OptionPart
    value: Any
    given: bool

    @property
    def line(self) -> Line:
        """The value in words."""
        shown = self.part.shown(self.value)
        return (shown, " · ", Italic(phrase("set on the server"))) if self.given else (shown,)


def options_screen(standings: Sequence[Standing]) -> Screen:
    """All of them, as they come from their rooms, each with a button that changes it unless the server says it."""
    title = phrase("🎛 Options")
    if not standings:
        return screen(title, phrase("There is nothing to choose now."), rows=(TO_MENU,))
    blocks: list[Block] = []
    for section, some in groupby(standings, lambda one: one.part.section):
        blocks += [Paragraph((Bold(section),)), Facts(tuple((one.part.label, one.line) for one in some))]
    free = (one.part for one in standings if not one.given)
    rows = tuple((Button(part.label, OpenOption(part.option.name)),) for part in free)
    about = phrase("What holds for everybody in the company. A change counts at once.")
    return screen(title, about, *blocks, rows=(*rows, TO_MENU))


def option_screen(part: OptionPart, value: object) -> Screen:
    """The values to choose from; of a typed one another can be written."""
    option = part.option
    rows: list[Row] = [
        (Button(marked(part.shown(one), one == value), SetOption(f"{option.name}={option.written(one)}")),)
        for one in part.offers
    ]
    if option.typed:
        rows.append((Button(phrase("Another value"), WriteOption(option.name)),))
    now = Facts(((phrase("Now"), (part.shown(value),)), (phrase("By default"), (part.shown(option.default),))))
    return screen(part.label, part.about, now, rows=(*rows, back_row(OpenOptions())))
