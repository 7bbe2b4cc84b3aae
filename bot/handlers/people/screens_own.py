"""What people see of themselves: the own card with what the rooms add to it."""

from __future__ import annotations

from bot.handlers.people.screens import Card, card_blocks, ties
from bot.talk.menu import OpenMenu, back_row
from core.chat.blocks import Block
from core.chat.screens import Row, Screen


def me_screen(card: Card, added: tuple[tuple[Block, ...], tuple[Row, ...]]) -> Screen:
    """The own card, with what the rooms have `added` to it: blocks and rows."""
    blocks, rows = added
    return Screen(blocks=(*card_blocks(card), *blocks), rows=(*rows, *ties(card), back_row(OpenMenu())))
