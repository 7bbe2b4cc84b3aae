"""What the rooms add to a person's card: lines about the person, and what can be done from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.talk.request import Request
from core.access import Right
from core.chat.blocks import Block, Facts
from core.chat.screens import Button, Row
from core.people.person import Person


class CardOf(Enum):
    """Whose card it is."""

    ME = "me"
    COLLEAGUE = "colleague"


@dataclass(frozen=True, slots=True)
class CardPart:
    """What one room adds to a card, for those who hold `right`; a smaller `order` stands first.

    Both functions get who looks and whose card it is. Buttons are hidden by the rights of their actions as everywhere.
    """

    of: CardOf
    right: Right
    order: int
    lines: Callable[[Request, Person], Sequence[Block]] | None = None
    buttons: Callable[[Request, Person], Sequence[Button]] | None = None


def added_to(request: Request, of: CardOf, person: Person) -> tuple[tuple[Block, ...], tuple[Row, ...]]:
    """The blocks and the rows that the rooms add to a card; facts that follow each other are one table."""
    parts = [part for part in request.house.plugged(CardPart) if part.of is of and request.may(part.right)]
    parts.sort(key=lambda part: part.order)
    blocks: list[Block] = []
    for part in parts:
        for block in part.lines(request, person) if part.lines is not None else ():
            last = blocks[-1] if blocks else None
            if isinstance(block, Facts) and isinstance(last, Facts):
                blocks[-1] = Facts((*last.rows, *block.rows))
            else:
                blocks.append(block)
    buttons = [button for part in parts if part.buttons is not None for button in part.buttons(request, person)]
    return tuple(blocks), tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
