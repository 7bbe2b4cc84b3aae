"""The ways that lead from every room: back, and to the main menu."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action
from core.chat.phrases import Phrase, phrase
from core.chat.screens import Button, Row, Sign


@dataclass(frozen=True, slots=True)
class OpenMenu(Action, code="m"):
    """The main menu."""


_BACK = phrase("‹ Back")
TO_MENU: Row = (Button(phrase("☰ Menu"), OpenMenu(), Sign.BACK),)


def back(to: Action, label: Phrase = _BACK) -> Button:
    """The way back."""
    return Button(label, to, Sign.BACK)
