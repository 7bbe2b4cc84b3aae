"""The menu and the help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.talk.menu import OpenMenu, back_row
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Bullets, Button, Code, Line, Row, Screen, screen


def menu_screen(entries: Sequence[Button], forms: tuple[Row, ...], greeting: Text | None) -> Screen:
    """The main menu: unfinished forms first, then the places, two in a row."""
    rows = tuple(tuple(entries[start : start + 2]) for start in range(0, len(entries), 2))
    hint = phrase("Choose below, or just write a colleague's name.")
    return screen(phrase("Menu") if greeting is None else greeting, hint, rows=(*forms, *rows))


def help_screen(commands: Iterable[tuple[str, Phrase]], prefix: str) -> Screen:
    """The commands with what they do."""
    items: tuple[Line, ...] = tuple((Code(f"{prefix}{name}"), " — ", about) for name, about in commands)
    hint = phrase("You can also just write a name, a department or an extension: I shall look for the colleague.")
    return screen(phrase("What you can do"), Bullets(items), hint, rows=(back_row(OpenMenu()),))
