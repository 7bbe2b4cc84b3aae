"""`/me`: the own card, the language, and where to be written to."""

from __future__ import annotations

from bot.handlers.people.actions import (
    OpenLanguages,
    OpenPreferred,
    SetLanguage,
    SetPreferred,
    ShowReading,
)
from bot.handlers.people.handlers_search import card_of
from bot.handlers.people.room import router
from bot.handlers.people.screens_own import (
    languages_screen,
    me_screen,
    preferred_screen,
    settings_buttons,
    settings_facts,
)
from bot.talk.cards import CardOf, added_to
from bot.talk.language import NAMES
from bot.talk.menu import OpenMe
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.phrases import phrase
from core.chat.screens import Block, Button, Screen
from core.people.directory import AccountsOf
from core.people.person import Account, Person
from core.unit_of_work import Refused

router.entry(Section.ME, phrase("👤 Me"), OpenMe(), right=COLLEAGUE, weight=10)


@router.command("me", right=COLLEAGUE, section=Section.ME, describe=phrase("Your card, your language, your accounts"))
def me(request: Request, words: str) -> Reply:
    """`/me`."""
    return _me(request)


@router.action(OpenMe, right=COLLEAGUE)
def open_me(request: Request, action: OpenMe) -> Reply:
    """The own card from a button."""
    return _me(request)


@router.action(OpenLanguages, right=COLLEAGUE)
def open_languages(request: Request, action: OpenLanguages) -> Reply:
    """The choice of the language."""
    return languages_screen(tuple(NAMES.items()), request.me.language, told=_told(request))


@router.action(SetLanguage, right=COLLEAGUE)
def set_language(request: Request, action: SetLanguage) -> Reply:
    """Speaks another language from now on."""
    if action.language and action.language not in NAMES:
        raise Refused(phrase("I do not speak this language."))
    request.me.language = action.language or None
    return _me(request)


@router.action(OpenPreferred, right=COLLEAGUE)
def open_preferred(request: Request, action: OpenPreferred) -> Reply:
    """The choice of the messenger."""
    return preferred_screen(request.uow.ask(AccountsOf(request.me.id)), request.me.preferred)


@router.action(SetPreferred, right=COLLEAGUE)
def set_preferred(request: Request, action: SetPreferred) -> Reply:
    """Writes to another account from now on."""
    request.me.preferred = None if action.account is None else _own(request, action.account).network
    return _me(request)


@router.action(ShowReading, right=COLLEAGUE)
def show_reading(request: Request, action: ShowReading) -> Reply:
    """Lets others be told what the person has opened from now on, or not."""
    request.me.shows_reading = action.shown
    return _me(request)


def _settings(request: Request, person: Person) -> tuple[Block, ...]:
    language = NAMES.get(person.language) if person.language is not None else None
    return (settings_facts(person, language, told=_told(request)),)


def _settings_buttons(request: Request, person: Person) -> tuple[Button, ...]:
    return settings_buttons(person)


router.card(CardOf.ME, right=COLLEAGUE, order=10, lines=_settings, buttons=_settings_buttons)


def _me(request: Request) -> Screen:
    return me_screen(card_of(request.uow, request.me), added_to(request, CardOf.ME, request.me))


def _told(request: Request) -> bool:
    """Whether this messenger tells the language of its people."""
    return request.account.language is not None


def _own(request: Request, account_id: int) -> Account:
    account = request.uow.get(Account, account_id)
    if account is None or account.person_id != request.me.id:
        raise Refused(phrase("This account is not linked any more."))
    return account
