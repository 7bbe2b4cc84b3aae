"""What all rooms let a person choose, under `/me`, and the choices of this room: language, messenger, clock."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.handlers.people.actions import (
    ChooseSetting,
    OpenLanguages,
    OpenPreferred,
    OpenSetting,
    SetLanguage,
    SetPreferred,
)
from bot.handlers.people.handlers_own import own_card
from bot.handlers.people.room import router
from bot.handlers.people.screens_settings import ZONES, choice_screen, settings_buttons, settings_facts
from bot.kit.naming import messenger_title
from bot.talk.cards import CardOf
from bot.talk.language import NAMES
from bot.talk.request import Reply, Request
from bot.talk.settings import Choice, OneOf, SettingPart, access_setting, chosen, settings_of
from core.access import COLLEAGUE
from core.chat.blocks import Block
from core.chat.phrases import Phrase, Text, phrase
from core.chat.screens import Button
from core.people.choices import LANGUAGE, PREFERRED, TIMEZONE
from core.people.directory import AccountsOf
from core.people.person import Account, Person
from core.settings import do_set, setting_of
from core.unit_of_work import Refused


@router.action(OpenSetting, right=COLLEAGUE)
def open_setting(request: Request, action: OpenSetting) -> Reply:
    """The choice among the values of a setting."""
    return _open(request, action.name)


@router.action(ChooseSetting, right=COLLEAGUE)
def choose_setting(request: Request, action: ChooseSetting) -> Reply:
    """Another value from now on."""
    name, _, key = action.choice.partition("=")
    return _choose(request, name, key)


@router.action(OpenLanguages, right=COLLEAGUE)
def open_languages(request: Request, action: OpenLanguages) -> Reply:
    """The choice of the language, from a menu of before there were other settings."""
    return _open(request, LANGUAGE.name)


@router.action(SetLanguage, right=COLLEAGUE)
def set_language(request: Request, action: SetLanguage) -> Reply:
    """Speaks another language from now on, likewise."""
    return _choose(request, LANGUAGE.name, action.language)


@router.action(OpenPreferred, right=COLLEAGUE)
def open_preferred(request: Request, action: OpenPreferred) -> Reply:
    """The choice of the messenger, likewise."""
    return _open(request, PREFERRED.name)


@router.action(SetPreferred, right=COLLEAGUE)
def set_preferred(request: Request, action: SetPreferred) -> Reply:
    """Writes to another account from now on, likewise."""
    return _choose(request, PREFERRED.name, "" if action.account is None else _own(request, action.account).network)


def _open(request: Request, name: str) -> Reply:
    part = access_setting(request, name)
    if not isinstance(part.change, OneOf):
        return own_card(request)
    return choice_screen(part, part.change, part.change.choices(request), setting_of(request.me, part.setting))


def _choose(request: Request, name: str, key: str) -> Reply:
    part = access_setting(request, name)
    do_set(request.uow, request.me, part.setting, chosen(request, part, key))
    return own_card(request)


def _lines(request: Request, person: Person) -> tuple[Block, ...]:
    return (settings_facts([(part.label, part.shown(request, value)) for part, value in _values(request, person)]),)


def _buttons(request: Request, person: Person) -> tuple[Button, ...]:
    return settings_buttons(_values(request, person))


def _values(request: Request, person: Person) -> list[tuple[SettingPart, object]]:
    return [(part, setting_of(person, part.setting)) for part in settings_of(request)]


router.card(CardOf.ME, right=COLLEAGUE, order=10, lines=_lines, buttons=_buttons)


def _languages(request: Request) -> list[Choice[str | None]]:
    told = request.account.language is not None
    unchosen = phrase("as in the messenger") if told else phrase("the company’s language")
    return [*(Choice(code, code, name) for code, name in NAMES.items()), Choice("", None, unchosen)]


def _messengers(request: Request) -> list[Choice[str | None]]:
    networks = dict.fromkeys(account.network for account in request.uow.ask(AccountsOf(request.me.id)))
    choices = [Choice(name, name, messenger_title(name)) for name in networks]
    return [*choices, Choice("", None, _messenger(request, None))]


def _several(request: Request) -> bool:
    """Whether there is a choice: of one messenger there is none."""
    return len({account.network for account in request.uow.ask(AccountsOf(request.me.id))}) > 1


def _messenger(request: Request, network: str | None) -> Text:
    return phrase("any messenger") if network is None else messenger_title(network)


def _zones(request: Request) -> list[Choice[str | None]]:
    company = request.house.languages().zone.key
    choices = [Choice(name, name, _zone(request, name)) for name in ZONES]
    return [*choices, Choice("", None, phrase("the company’s: {zone}", zone=_clock(request, company)))]


def _zone(request: Request, name: str | None) -> Phrase:
    if name is None:
        return phrase("the company’s")
    return phrase("{place}, {clock}", place=ZONES.get(name, name), clock=_clock(request, name))


def _clock(request: Request, zone: str) -> str:
    return request.now.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def _own(request: Request, account_id: int) -> Account:
    account = request.uow.get(Account, account_id)
    if account is None or account.person_id != request.me.id:
        raise Refused(phrase("This account is not linked any more."))
    return account


router.setting(
    LANGUAGE,
    phrase("Language"),
    order=10,
    change=OneOf(phrase("Which language should I speak with you?"), _languages),
)
router.setting(
    PREFERRED,
    phrase("Where I write to you"),
    order=20,
    change=OneOf(
        phrase("Where should I write to you?"),
        _messengers,
        about=phrase(
            "News and notices go there, and to another account of yours only when that one cannot be reached."
        ),
    ),
    shown=_messenger,
    button=phrase("Where to write"),
    matters=_several,
)
router.setting(
    TIMEZONE,
    phrase("Your clock"),
    order=30,
    change=OneOf(
        phrase("Which clock do you live by?"),
        _zones,
        about=phrase("Times that I show and that you write are those of this clock, and so are quiet hours."),
    ),
    shown=_zone,
)
