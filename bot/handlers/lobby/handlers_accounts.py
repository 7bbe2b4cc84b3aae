"""The accounts of a person: the owner links and unlinks them, and admins do where the owner cannot."""

from __future__ import annotations

from bot.handlers.lobby.actions import (
    GiveCode,
    InvitePerson,
    OpenAccounts,
    OpenAccountsOf,
    UnlinkAccount,
    UnlinkFrom,
)
from bot.handlers.lobby.room import router
from bot.handlers.lobby.screens_accounts import accounts_of_screen, accounts_screen, code_screen, unlink_screen
from bot.kit.naming import account_line
from bot.talk.cards import CardOf
from bot.talk.menu import OpenMe
from bot.talk.request import Reply, Request, Toast
from core.access import COLLEAGUE
from core.chat.blocks import Block, Bold, Bullets
from core.chat.phrases import phrase
from core.chat.screens import Button, Screen, paragraph
from core.people.bots import Networks, entrances_for
from core.people.directory import AccountsOf, access_person
from core.people.linking import do_issue_code, do_unlink
from core.people.person import Account, Person
from core.people.roles import ADMINISTER
from core.unit_of_work import Refused


def _linked(request: Request, person: Person) -> tuple[Block, ...]:
    lines = tuple(account_line(account) for account in request.uow.ask(AccountsOf(person.id)))
    return paragraph(Bold(phrase("Accounts"))), Bullets(lines)


def _own_buttons(request: Request, person: Person) -> tuple[Button, ...]:
    there, mine = request.uow.ask(Networks()), {one.network for one in request.uow.ask(AccountsOf(person.id))}
    linking = () if there and there <= mine else (Button(phrase("Link another messenger"), GiveCode()),)
    return Button(phrase("Accounts"), OpenAccounts()), *linking


def _buttons_of(request: Request, person: Person) -> tuple[Button, ...]:
    return (Button(phrase("Accounts"), OpenAccountsOf(person.id)),)


router.card(CardOf.ME, right=COLLEAGUE, order=20, lines=_linked, buttons=_own_buttons)
router.card(CardOf.COLLEAGUE, right=ADMINISTER, order=80, buttons=_buttons_of)


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
    do_unlink(request.uow, request.me, account, own=True)
    if request.account.person_id is None:
        return Screen(blocks=unlink_screen(account, OpenAccounts(), OpenAccounts()).blocks[1:])
    return Toast(phrase("Unlinked.")), accounts_screen(request.uow.ask(AccountsOf(request.me.id)))


@router.action(GiveCode, right=COLLEAGUE)
def give_code(request: Request, action: GiveCode) -> Reply:
    """A code to link another account."""
    return code_for_me(request)


def code_for_me(request: Request) -> Reply:
    """A screen with a new code for the asker."""
    code = do_issue_code(request.uow, request.me)
    return code_screen(code, None, OpenMe(), entrances_for(request.uow, request.me))


@router.action(OpenAccountsOf, right=ADMINISTER)
def open_accounts_of(request: Request, action: OpenAccountsOf) -> Reply:
    """A colleague's accounts."""
    person = access_person(request.uow, request.me, action.person)
    return accounts_of_screen(person, request.uow.ask(AccountsOf(person.id)))


@router.action(UnlinkFrom, right=ADMINISTER)
def unlink_from(request: Request, action: UnlinkFrom) -> Reply:
    """Unlinks a colleague's account, after a question."""
    person = access_person(request.uow, request.me, action.person)
    account = request.uow.get(Account, action.account)
    if account is None or account.person_id != person.id:
        raise Refused(phrase("This account is not linked any more."))
    if not action.sure:
        return unlink_screen(account, UnlinkFrom(person.id, account.id, sure=True), OpenAccountsOf(person.id))
    do_unlink(request.uow, person, account, own=person is request.me)
    return Toast(phrase("Unlinked.")), accounts_of_screen(person, request.uow.ask(AccountsOf(person.id)))


@router.action(InvitePerson, right=ADMINISTER)
def invite_person(request: Request, action: InvitePerson) -> Reply:
    """A code for a colleague, to be passed on."""
    person = access_person(request.uow, request.me, action.person)
    code, ways = do_issue_code(request.uow, person), entrances_for(request.uow, person)
    return code_screen(code, person.name, OpenAccountsOf(person.id), ways)


def _own(request: Request, account_id: int) -> Account:
    account = request.uow.get(Account, account_id)
    if account is None or account.person_id != request.me.id:
        raise Refused(phrase("This account is not linked any more."))
    return account
