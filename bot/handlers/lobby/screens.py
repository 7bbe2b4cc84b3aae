"""The menu and the help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.talk.entries import Shown
from bot.talk.menu import OpenMenu, back_row
from bot.talk.sections import TITLES, OpenSection, Section
from core.chat.actions import Action
from core.chat.blocks import Block, Bold, Bullets, Line
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Button, Row, Screen, paragraph, screen


def menu_screen(sections: Mapping[Section, Sequence[Shown]], forms: tuple[Row, ...], greeting: Text | None) -> Screen:
    """The main menu: unfinished forms first, then the sections, two in a row. One with a single entry is that entry."""
    buttons = [
        _button(shown[0].entry.label, shown[0].entry.action, shown)
        if len(shown) == 1
        else _button(TITLES[section], OpenSection(section), shown)
        for section, shown in sections.items()
    ]
    hint = phrase("Choose below, or just write a colleague’s name.")
    return screen(phrase("Menu") if greeting is None else greeting, hint, rows=(*forms, *_pairs(buttons)))


def section_screen(section: Section, shown: Sequence[Shown]) -> Screen:
    """The entries of one section."""
    buttons = [_button(one.entry.label, one.entry.action, (one,)) for one in shown]
    return screen(TITLES[section], phrase("Choose below."), rows=(*_pairs(buttons), back_row(OpenMenu())))


def help_screen(commands: Mapping[Section, Sequence[tuple[str, Phrase]]], prefix: str) -> Screen:
    """The commands with what they do, by the sections of the menu: plain, as messengers make links only of these."""
    blocks: list[Block] = []
    for section, listed in commands.items():
        if listed:
            items: tuple[Line, ...] = tuple((f"{prefix}{name}", " — ", about) for name, about in listed)
            blocks += [paragraph(Bold(TITLES[section])), Bullets(items)]
    hint = phrase("You can also just write a name, a department or an extension: I will look for the colleague.")
    return screen(phrase("What you can do"), *blocks, hint, rows=(back_row(OpenMenu()),))


def _button(label: Phrase, action: Action, shown: Sequence[Shown]) -> Button:
    waiting = sum(one.waiting for one in shown)
    return Button(phrase("{label} · {n}", label=label, n=waiting) if waiting else label, action)


def _pairs(buttons: Sequence[Button]) -> tuple[Row, ...]:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
