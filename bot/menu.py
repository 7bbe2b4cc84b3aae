"""The way back to the main menu, from any room."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action
from core.chat.phrases import phrase
from core.chat.screens import Button, Row


@dataclass(frozen=True, slots=True)
class OpenMenu(Action, code="m"):
    """The main menu."""


TO_MENU: Row = (Button(phrase("☰ Menu"), OpenMenu()),)
