"""What admins change about a person: roles, access, accounts."""

from __future__ import annotations

from bot.handlers.people.actions import (
    InvitePerson,
    OpenAccountsOf,
    OpenPeople,
    OpenRoles,
    SetActive,
    SetRole,
    UnlinkFrom,
)
from bot.handlers.people.handlers_search import card_of
from bot.handlers.people.room import router
from bot.handlers.people.screens import card_screen
from bot.handlers.people.screens_own import code_screen, unlink_screen
from bot.handlers.people.screens_staff import (
    accounts_of_screen,
    opened_again_screen,
    roles_screen,
    sure_admin_screen,
    sure_close_screen,
    told_of_role_screen,
)
from bot.talk.request import Reply, Request, Toast
from core.access import Role
from core.chat.phrases import phrase
from core.delivery import Priority, Send, ToPerson
from core.people.bots import entrances_for
from core.people.directory import AccountsOf, access_person
from core.people.linking import issue_code, unlink
from core.people.person import Account
from core.people.staffing import ADMINISTER, check_not_last_admin, set_active, set_role
from core.unit_of_work import Refused


@router.action(OpenRoles, right=ADMINISTER)
def open_roles(request: Request, action: OpenRoles) -> Reply:
    """A person's roles."""
    return roles_screen(access_person(request.uow, request.me, action.person))


@router.action(SetRole, right=ADMINISTER)
def change_role(request: Request, action: SetRole) -> Reply:
    """Gives or takes a role and tells the person; for that of an admin there is a question first."""
    person = access_person(request.uow, request.me, action.person)
    if action.role is Role.ADMIN and not action.sure and (action.role in person.roles) != action.granted:
        if not action.granted:
            check_not_last_admin(request.uow, person)
        return sure_admin_screen(person, action.granted)
    if set_role(request.uow, request.me, person, action.role, granted=action.granted) and person is not request.me:
        told = told_of_role_screen(action.role, action.granted, request.me)
        request.uow.apply(Send(content=told, to=ToPerson(person.id), priority=Priority.NOTICE))
    return roles_screen(person) if request.may(ADMINISTER) else card_screen(card_of(request.uow, person), OpenPeople())


@router.action(SetActive, right=ADMINISTER)
def change_access(request: Request, action: SetActive) -> Reply:
    """Closes or opens a person's access; before closing there is a question."""
    person = access_person(request.uow, request.me, action.person)
    if not action.active and person.active and not action.sure:
        check_not_last_admin(request.uow, person)
        return sure_close_screen(person)
    if set_active(request.uow, request.me, person, active=action.active) and action.active:
        request.uow.apply(Send(content=opened_again_screen(), to=ToPerson(person.id), priority=Priority.NOTICE))
    return card_screen(card_of(request.uow, person), OpenPeople())


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
    unlink(request.uow, person, account, own=person is request.me)
    return Toast(phrase("Unlinked.")), accounts_of_screen(person, request.uow.ask(AccountsOf(person.id)))


@router.action(InvitePerson, right=ADMINISTER)
def invite_person(request: Request, action: InvitePerson) -> Reply:
    """A code for a colleague, to be passed on."""
    person = access_person(request.uow, request.me, action.person)
    code, ways = issue_code(request.uow, person), entrances_for(request.uow, person)
    return code_screen(code, person.name, OpenAccountsOf(person.id), ways)
