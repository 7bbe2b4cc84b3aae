"""What people see of themselves: the own card with what they have chosen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.people.actions import OpenLanguages, OpenPreferred, SetLanguage, SetPreferred, ShowReading
from bot.handlers.people.screens import Card, card_blocks, ties
from bot.kit.naming import marked, messenger_title
from bot.talk.menu import OpenMe, OpenMenu, back_row
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Block, Button, Facts, Line, Row, Screen, screen
from core.people.person import Account, Person


def me_screen(card: Card, added: tuple[tuple[Block, ...], tuple[Row, ...]]) -> Screen:
    """The own card, with what the rooms have `added` to it: blocks and rows."""
    blocks, rows = added
    return Screen(blocks=(*card_blocks(card), *blocks), rows=(*rows, *ties(card), back_row(OpenMenu())))


def settings_facts(person: Person, language: str | None, *, told: bool) -> Facts:
    """What the person has chosen. `language` is the name of the chosen one; for `told` see `languages_screen`."""
    preferred = messenger_title(person.preferred) if person.preferred else phrase("any messenger")
    settings: tuple[tuple[Text, Line], ...] = (
        (phrase("Language"), (language or _unchosen(told),)),
        (phrase("Where I write to you"), (preferred,)),
        (phrase("When you open news"), (_reading(person.shows_reading),)),
    )
    return Facts(settings)


def settings_buttons(person: Person) -> tuple[Button, ...]:
    """The ways to choose otherwise."""
    reading = phrase("Do not tell what I open") if person.shows_reading else phrase("Tell what I open")
    return (
        Button(phrase("Language"), OpenLanguages()),
        Button(phrase("Where to write"), OpenPreferred()),
        Button(reading, ShowReading(shown=not person.shows_reading)),
    )


def languages_screen(names: Sequence[tuple[str, str]], chosen: str | None, *, told: bool) -> Screen:
    """The choice of the language, each by its own name. `told`: the messenger tells which one the person speaks."""
    rows = [(Button(marked(name, code == chosen), SetLanguage(code)),) for code, name in names]
    rows.append((Button(marked(_unchosen(told), chosen is None), SetLanguage("")),))
    return screen(phrase("Which language shall I speak with you?"), rows=(*rows, back_row(OpenMe())))


def preferred_screen(accounts: Sequence[Account], chosen: str | None) -> Screen:
    """The choice of the messenger for what comes unasked."""
    rows = [
        (Button(marked(messenger_title(account.network), account.network == chosen), SetPreferred(account.id)),)
        for account in accounts
    ]
    rows.append((Button(marked(phrase("any messenger"), chosen is None), SetPreferred(None)),))
    about = phrase("News and notices go there, and to another account of yours only when that one cannot be reached.")
    return screen(phrase("Where shall I write to you?"), about, rows=(*rows, back_row(OpenMe())))


def _unchosen(told: bool) -> Phrase:
    return phrase("as in the messenger") if told else phrase("the company's language")


def _reading(shown: bool) -> Phrase:
    return phrase("editors see how many have, where the messenger tells me") if shown else phrase("nobody is told")
