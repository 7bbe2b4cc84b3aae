"""The ways that lead from every room: back, to the other pages of a list, and to the main menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.chat.actions import Action
from core.chat.phrases import Phrase, phrase
from core.chat.screens import Button, Row, Sign


@dataclass(frozen=True, slots=True)
class OpenMenu(Action, code="m"):
    """The main menu."""


_BACK, _EARLIER, _LATER = phrase("‹ Back"), phrase("‹ Previous"), phrase("Next ›")
TO_MENU: Row = (Button(phrase("☰ Menu"), OpenMenu(), Sign.BACK),)


def back(to: Action, label: Phrase = _BACK) -> Button:
    """The way back."""
    return Button(label, to, Sign.BACK)


def turns(
    page: int, pages: int, to: Callable[[int], Action], *, earlier: Phrase = _EARLIER, later: Phrase = _LATER
) -> tuple[Row, ...]:
    """The row that turns the pages of a list, counted from 0, where it has several."""
    row: Row = ()
    if page > 0:
        row = (Button(earlier, to(page - 1), Sign.EARLIER),)
    if page + 1 < pages:
        row = (*row, Button(later, to(page + 1), Sign.LATER))
    return (row,) if row else ()
