"""`/me`: the own card, the language, where to be written to, and the own accounts."""

from __future__ import annotations

from bot.handlers.people.actions import (
    GiveCode,
    OpenAccounts,
    OpenLanguages,
    OpenMe,
    OpenPreferred,
    SetLanguage,
    SetPreferred,
    ShowReading,
    UnlinkAccount,
)
from bot.handlers.people.handlers_search import card_of
from bot.handlers.people.room import router
from bot.handlers.people.screens_own import (
    accounts_screen,
    code_screen,
    languages_screen,
    me_screen,
    preferred_screen,
    unlink_screen,
)
from bot.talk.language import NAMES
from bot.talk.request import Reply, Request, Toast
from core.access import COLLEAGUE
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.people.bots import entrances_for
from core.people.directory import AccountsOf
from core.people.linking import issue_code, unlink
from core.people.person import Account
from core.unit_of_work import Refused

router.entry(phrase("👤 Me"), OpenMe(), right=COLLEAGUE, place=90)


@router.command("me", right=COLLEAGUE, describe=phrase("Your card, your language, your accounts"))
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


@router.action(OpenAccounts, right=COLLEAGUE)
def open_accounts(request: Request, action: OpenAccounts) -> Reply:
    """The own accounts."""
    return accounts_screen(request.uow.ask(AccountsOf(request.me.id)))


@router.action(UnlinkAccount, right=COLLEAGUE)
def unlink_account(request: Request, action: UnlinkAccount) -> Reply:
    """Unlinks one of the own accounts, after a question."""
    account = _own(request, action.account)
    if not action.sure:
        return unlink_screen(account, UnlinkAccount(account.id, sure=True), OpenAccounts())
    unlink(request.uow, request.me, account, own=True)
    if request.account.person_id is None:
        return Screen(blocks=unlink_screen(account, OpenAccounts(), OpenAccounts()).blocks[1:])
    return Toast(phrase("Unlinked.")), accounts_screen(request.uow.ask(AccountsOf(request.me.id)))


@router.action(GiveCode, right=COLLEAGUE)
def give_code(request: Request, action: GiveCode) -> Reply:
    """A code to link another account."""
    return code_for_me(request)


def code_for_me(request: Request) -> Reply:
    """A screen with a new code for the asker."""
    code = issue_code(request.uow, request.me)
    return code_screen(code, None, OpenMe(), entrances_for(request.uow, request.me))


def _me(request: Request) -> Screen:
    person = request.me
    language = NAMES.get(person.language) if person.language is not None else None
    accounts = request.uow.ask(AccountsOf(person.id))
    return me_screen(card_of(request.uow, person), accounts, language, told=_told(request))


def _told(request: Request) -> bool:
    """Whether this messenger tells the language of its people."""
    return request.account.language is not None


def _own(request: Request, account_id: int) -> Account:
    account = request.uow.get(Account, account_id)
    if account is None or account.person_id != request.me.id:
        raise Refused(phrase("This account is not linked any more."))
    return account
