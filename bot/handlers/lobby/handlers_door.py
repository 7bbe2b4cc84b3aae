"""The way in: strangers ask for access, show a code or share their number; everybody else is greeted."""

from __future__ import annotations

from bot.handlers.lobby.actions import RequestAccess
from bot.handlers.lobby.handlers_accounts import code_for_me
from bot.handlers.lobby.handlers_menu import main_menu
from bot.handlers.lobby.room import ACCOUNTS, REQUESTS, router
from bot.handlers.lobby.screens_admission import (
    asked_screen,
    closed_screen,
    door_screen,
    doubted_screen,
    linked_elsewhere_screen,
    noted_screen,
    request_screen,
    unknown_screen,
    unreadable_screen,
    welcome_screen,
)
from bot.talk.commands import linked
from bot.talk.request import Reply, Request, Toast
from bot.talk.sections import Section
from core.access import ANYBODY, COLLEAGUE
from core.chat.capabilities import Level
from core.chat.events import (
    Attached,
    Doubted,
    Edited,
    Event,
    Said,
    SharedContact,
    Unreadable,
    Wordless,
)
from core.chat.phrases import Command, Phrase, Text, phrase
from core.chat.screens import screen
from core.copies import CopyAt
from core.delivery import Priority, Revise, Send, ToAudience, ToChat
from core.inbox import Visitor
from core.people.admission import LatestRequest, do_add_note, do_ask_for_access, do_tell_admins, open_request
from core.people.arrival import do_miss
from core.people.audience import Audience
from core.people.directory import AccountsOf
from core.people.linking import AccountLinked, do_identify, do_redeem_code, like_a_code
from core.people.person import Account, Person
from core.people.roles import ADMIN
from core.unit_of_work import UnitOfWork


@router.command("start", right=ANYBODY, follows=True)
def start(request: Request, words: str) -> Reply:
    """`/start`, or `/start CODE`, as a link into the bot sends it."""
    if words:
        return linked(request, words) or _with_code(request, words)
    if request.visitor.person is None:
        return _door(request)
    return main_menu(request, phrase("Hello, {name}!", name=request.me.first_name))


@router.command(
    "link", right=ANYBODY, follows=True, section=Section.ME, describe=phrase("Use me from another messenger too")
)
def link(request: Request, words: str) -> Reply:
    """`/link` gives a code, `/link CODE` takes one."""
    if words:
        return _with_code(request, words)
    return code_for_me(request) if request.visitor.person is not None else _door(request)


@router.hears(SharedContact, right=ANYBODY, order=50)
def shared_contact(request: Request, event: SharedContact) -> Reply:
    """Somebody sent a telephone number."""
    result = do_identify(request.uow, request.account, event.phone, own=event.own)
    return _entered(request, result, contact=not event.own)


@router.action(RequestAccess, right=ANYBODY)
def request_access(request: Request, action: RequestAccess) -> Reply:
    """A stranger asks to be let in: all admins get a card."""
    account = request.account
    asked = do_ask_for_access(request.uow, account)
    told = Send(
        kind=REQUESTS,
        about=asked.id,
        content=request_screen(asked, account, None),
        to=ToAudience(Audience(roles=(ADMIN.name,))),
        priority=Priority.NOTICE,
        key=f"access:{asked.id}",
    )
    do_tell_admins(request.uow, asked, told)
    return asked_screen()


@router.hears(Unreadable, right=ANYBODY, order=50)
def unreadable(request: Request, event: Unreadable) -> Reply:
    """A message that cannot be read: what to do is said once, until a message can be read again."""
    if not do_miss(request.uow, request.account):
        return None
    return unknown_screen() if event.unknown else unreadable_screen()


@router.hears(Doubted, right=ANYBODY, order=50)
def doubted(request: Request, event: Doubted) -> Reply:
    """Somebody wants to verify the bot."""
    return doubted_screen()


@router.hears(Wordless, right=COLLEAGUE, order=50)
def wordless(request: Request, event: Wordless) -> Reply:
    """A sticker or a place is nothing to look for. Of many in a minute one is answered."""
    return Toast(
        phrase(
            "I read texts, pictures and files, and cannot do anything with this. What I can do: {help}.",
            help=Command("help"),
        ),
        once=f"wordless:{event.messenger}:{event.chat}:{request.now:%Y%m%d%H%M}",
    )


@router.hears(Edited, right=COLLEAGUE, order=90)
def edited(request: Request, event: Edited) -> Reply:
    """A change of what was answered already: nobody is to believe that it counts. Only its sender can change a message,
    so what changes one of the bot's own is nothing."""
    if request.uow.ask(CopyAt(event.messenger, event.chat, event.message)) is not None:
        return None
    return screen(
        None, phrase("I have answered this message already, and its change changes nothing. Please write anew.")
    )


def _shows_code(request: Request, event: Said) -> bool:
    return request.visitor.person is None and like_a_code(event.text)


@router.hears(Said, right=ANYBODY, order=10, when=_shows_code)
def code(request: Request, event: Said) -> Reply:
    """A stranger wrote what may be a code."""
    return _with_code(request, event.text)


def _asks_for_access(request: Request, event: Said) -> bool:
    return request.visitor.person is None and open_request(request.uow, request.account) is not None


@router.hears(Said, right=ANYBODY, order=20, when=_asks_for_access)
def note(request: Request, event: Said) -> Reply:
    """What a stranger writes who has asked for access, the admins see with the request."""
    asked = open_request(request.uow, request.account)
    if asked is None:
        return None
    kept = do_add_note(asked, event.text)
    if kept and asked.message_id is not None:
        request.uow.apply(Revise(asked.message_id, request_screen(asked, request.account, None)))
    return noted_screen(kept=kept)


@router.hears(Event, right=ANYBODY, order=99)
def anything_else(request: Request, event: Event) -> Reply:
    """What no room took: strangers get the door, and people a hint."""
    person = request.visitor.person
    if person is None:
        return _door(request)
    if not person.active:
        return closed_screen()
    if isinstance(event, Attached):
        return main_menu(request, phrase("I do not know what to do with this file. Choose where it belongs first."))
    return main_menu(request)


@router.on(AccountLinked)
def tell_other_accounts(uow: UnitOfWork, linked: AccountLinked) -> None:
    """Nobody gets a new account without noticing it in the others."""
    account = uow.get(Account, linked.account_id)
    for other in uow.ask(AccountsOf(linked.person_id)) if account is not None else ():
        if account is not None and other.network != account.network and other.chat is not None:
            to = ToChat(other.messenger, other.chat, other.id, linked.person_id)
            told = linked_elsewhere_screen(account)
            uow.apply(Send(kind=ACCOUNTS, content=told, to=to, priority=Priority.NOTICE))


def _with_code(request: Request, words: str) -> Reply:
    return _entered(request, do_redeem_code(request.uow, request.account, words))


def _entered(request: Request, result: Person | Phrase, *, contact: bool = True) -> Reply:
    """Greets whoever is known now, or says why not; asks for the own number unless that is known by now."""
    if isinstance(result, Person):
        request.visitor = Visitor(request.account, result)
        return welcome_screen(result)
    return _door(request, result, contact=contact) if request.visitor.person is None else screen(None, result)


def _door(request: Request, reason: Text | None = None, *, contact: bool = True) -> Reply:
    last = request.uow.ask(LatestRequest(request.account.id))
    waiting = last is not None and last.decided_at is None
    asks = contact and not waiting and request.capabilities.contact is not Level.NONE
    return door_screen(reason, contact=asks, waiting=waiting)
