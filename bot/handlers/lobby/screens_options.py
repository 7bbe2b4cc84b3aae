"""What the company chooses for everybody, as admins see it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.handlers.lobby.actions import ChooseOption, OpenOption, OpenOptions, WriteOption
from bot.kit.naming import marked
from bot.talk.menu import TO_MENU, back_row
from bot.talk.options import OptionPart
from core.chat.phrases import phrase
from core.chat.screens import Block, Bold, Button, Facts, Paragraph, Screen, screen


def options_screen(values: Sequence[tuple[OptionPart, int]]) -> Screen:
    """All of them, as they come from their rooms, each with a button that changes it."""
    title = phrase("🎛 Options")
    if not values:
        return screen(title, phrase("There is nothing to choose now."), rows=(TO_MENU,))
    blocks: list[Block] = []
    for section, some in groupby(values, lambda one: one[0].section):
        facts = tuple((part.label, (part.shown(value),)) for part, value in some)
        blocks += [Paragraph((Bold(section),)), Facts(facts)]
    rows = tuple((Button(part.label, OpenOption(part.option.name)),) for part, _ in values)
    about = phrase("What holds for everybody in the company. A change counts at once.")
    return screen(title, about, *blocks, rows=(*rows, TO_MENU))


def option_screen(part: OptionPart, value: int) -> Screen:
    """The values to choose from; another one can be written."""
    name = part.option.name
    rows = tuple((Button(marked(part.shown(n), n == value), ChooseOption(n, name)),) for n in part.offers)
    now = Facts(((phrase("Now"), (part.shown(value),)), (phrase("By default"), (part.shown(part.option.default),))))
    other = (Button(phrase("Another value"), WriteOption(name)),)
    return screen(part.label, part.about, now, rows=(*rows, other, back_row(OpenOptions())))
