"""Admins decide who is let in; each request is decided once, and everybody concerned sees how."""

from __future__ import annotations

from bot.handlers.lobby.actions import (
    AcceptAs,
    AcceptNew,
    AcceptOther,
    AcceptRequest,
    DeclineRequest,
    OpenRequests,
)
from bot.handlers.lobby.forms import NewColleague, OtherColleague
from bot.handlers.lobby.room import ACCOUNTS, router
from bot.handlers.lobby.screens_admission import (
    accepted_screen,
    decision_text,
    declined_screen,
    picker_screen,
    request_screen,
    requests_screen,
    sure_to_decline_screen,
    taken_up_screen,
    welcome_screen,
)
from bot.talk.request import Reply, Request, Start, Toast
from bot.talk.sections import Section
from core.chat.phrases import phrase
from core.delivery import Priority, Revise, Send, ToChat
from core.people import admission
from core.people.admission import AccessDecided, AccessRequest, access_request, do_accept, do_decline, do_settle
from core.people.directory import AccountsOf, FindPeople, Found, access_person
from core.people.linking import AccountLinked
from core.people.person import Account, Person
from core.people.roles import ADMINISTER
from core.unit_of_work import UnitOfWork

_SUGGESTED = 5


def _waiting(request: Request) -> int:
    return request.uow.ask(admission.CountRequests())


router.entry(
    Section.ADMINISTRATION,
    phrase("🚪 Requests for access"),
    OpenRequests(),
    right=ADMINISTER,
    weight=10,
    count=_waiting,
)


@router.action(OpenRequests, right=ADMINISTER)
def open_requests(request: Request, action: OpenRequests) -> Reply:
    """The requests that nobody has decided."""
    return requests_screen(request.uow.ask(admission.OpenRequests()))


@router.action(AcceptRequest, right=ADMINISTER)
def accept_request(request: Request, action: AcceptRequest) -> Reply:
    """Who is it? Colleagues with a similar name are suggested; the admins' cards say who is at it."""
    asked, account = access_request(request.uow, request.me, action.request)
    if asked.message_id is not None:
        request.uow.apply(Revise(asked.message_id, taken_up_screen(asked, account, request.me)))
    return picker_screen(asked, account, _suggested(request.uow, account))


@router.action(DeclineRequest, right=ADMINISTER)
def decline_request(request: Request, action: DeclineRequest) -> Reply:
    """Does not let the stranger in, if that is meant."""
    asked, account = access_request(request.uow, request.me, action.request)
    if not action.sure:
        return sure_to_decline_screen(asked, account)
    do_decline(request.uow, request.me, action.request)
    if request.copy is not None and request.copy.shared:
        return Toast(phrase("Declined."))
    return requests_screen(request.uow.ask(admission.OpenRequests()))


@router.action(AcceptAs, right=ADMINISTER)
def accept_as(request: Request, action: AcceptAs) -> Reply:
    """Lets the stranger in as a colleague of the directory."""
    person = access_person(request.uow, request.me, action.person)
    do_accept(request.uow, request.me, action.request, person)
    return accepted_screen(person)


@router.action(AcceptOther, right=ADMINISTER)
def accept_other(request: Request, action: AcceptOther) -> Reply:
    """Asks for the colleague's name."""
    access_request(request.uow, request.me, action.request)
    return Start(OtherColleague, (("request", action.request),))


@router.action(AcceptNew, right=ADMINISTER)
def accept_new(request: Request, action: AcceptNew) -> Reply:
    """Asks for what the directory needs to know."""
    access_request(request.uow, request.me, action.request)
    return Start(NewColleague, (("request", action.request),))


@router.on(AccountLinked)
def settle_request(uow: UnitOfWork, linked: AccountLinked) -> None:
    """Whoever is in needs no decision any more."""
    do_settle(uow, linked)


@router.on(AccessDecided)
def show_decision(uow: UnitOfWork, decided: AccessDecided) -> None:
    """All admins' cards show what was decided, and the stranger is told."""
    asked = uow.get(AccessRequest, decided.request_id)
    account = uow.get(Account, asked.account_id) if asked is not None else None
    if asked is None or account is None:
        return
    admin = uow.get(Person, asked.decided_by) if asked.decided_by is not None else None
    person = uow.get(Person, asked.person_id) if asked.person_id is not None else None
    if asked.message_id is not None:
        uow.apply(Revise(asked.message_id, request_screen(asked, account, decision_text(asked, admin, person))))
    if account.chat is not None and admin is not None:
        to = ToChat(account.messenger, account.chat, account.id, account.person_id)
        content = declined_screen() if person is None else welcome_screen(person)
        uow.apply(Send(kind=ACCOUNTS, content=content, to=to, priority=Priority.REPLY))


def _suggested(uow: UnitOfWork, account: Account) -> list[Found]:
    """Colleagues who may be the stranger: a similar name, and no account in this messenger."""
    found = uow.ask(FindPeople(account.name, 2 * _SUGGESTED))
    free = [
        one for one in found if all(other.network != account.network for other in uow.ask(AccountsOf(one.person.id)))
    ]
    return free[:_SUGGESTED]
