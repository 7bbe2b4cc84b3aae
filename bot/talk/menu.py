"""The ways that lead from every room: back, to the main menu, and to a person's card."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action
from core.chat.phrases import Phrase, phrase
from core.chat.screens import Button, Row, Screen, Sign, screen


@dataclass(frozen=True, slots=True)
class OpenMenu(Action, code="m"):
    """The main menu."""


@dataclass(frozen=True, slots=True)
class OpenMe(Action, code="pe"):
    """The own card, with what one has chosen."""


@dataclass(frozen=True, slots=True)
class OpenPerson(Action, code="pc"):
    """A colleague's card."""

    person: int


_BACK = phrase("‹ Back")
TO_MENU: Row = (Button(phrase("☰ Menu"), OpenMenu(), Sign.BACK),)


def back(to: Action, label: Phrase = _BACK) -> Button:
    """The way back."""
    return Button(label, to, Sign.BACK)


def back_row(to: Action) -> Row:
    """The way back, in a row of its own."""
    return (back(to),)


def no_button(to: Action) -> Button:
    """The way back from a question."""
    return back(to, phrase("‹ No"))


def question_screen(question: Phrase, *about: Phrase, yes: Button, no: Action) -> Screen:
    """Asks before something ends or is taken from somebody; `yes` does it, `no` is where one came from."""
    return screen(question, *about, rows=((yes, no_button(no)),))
