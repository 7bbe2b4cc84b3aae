"""At the end of a person's quiet hours, and when asked: what was held, as one list."""

from __future__ import annotations

from bot.handlers.quiet.actions import OpenHeld, ShowAllHeld, ShowHeld
from bot.handlers.quiet.room import DIGEST, router
from bot.handlers.quiet.screens_held import held_screen
from bot.talk.request import Reply, Request, Toast
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.capabilities import Level
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.copies import CountHeld, HeldFor, Recover, Release, Why
from core.delivery import Priority, Send, ToPerson
from core.people.arrival import Returned
from core.people.person import Account, Person
from core.people.quiet import QUIET_HOURS, QuietOver, quiet_until, when_over
from core.settings import setting_of
from core.unit_of_work import UnitOfWork


@router.on(QuietOver)
def over(uow: UnitOfWork, event: QuietOver) -> None:
    """One message comes as itself, several as a list of them."""
    person = uow.get(Person, event.person_id)
    held = uow.ask(HeldFor(event.person_id, why=Why.QUIET))
    if person is None or not person.active or not held:
        return
    hours = setting_of(person, QUIET_HOURS)
    until = None if hours is None else quiet_until(hours, event.timezone, uow.now)
    if until is not None:  # changed meanwhile, or the bot was away until they began again
        uow.apply(when_over(person.id, event.timezone, until))
    elif len(held) == 1:
        uow.apply(Release(person.id, held[0].delivery_id))
    else:
        digest = held_screen(held)
        uow.apply(Send(kind=DIGEST, content=digest, to=ToPerson(person.id), priority=Priority.NOTICE, urgent=True))


@router.on(Returned)
def returned(uow: UnitOfWork, event: Returned) -> None:
    """Whoever had blocked the bot is told what there was meanwhile: one comes as itself, several as a list."""
    if not uow.apply(Recover(event.account_id)):
        return
    account = uow.get(Account, event.account_id)
    person = None if account is None or account.person_id is None else uow.get(Person, account.person_id)
    if person is None or not person.active:
        return
    missed = uow.ask(HeldFor(person.id, why=Why.AWAY))
    if len(missed) == 1:
        uow.apply(Release(person.id, missed[0].delivery_id))
    elif missed:
        digest = held_screen(missed)
        uow.apply(Send(kind=DIGEST, content=digest, to=ToPerson(person.id), priority=Priority.REPLY, urgent=True))


def _waiting(request: Request) -> int:
    return request.uow.ask(CountHeld(request.me.id))


router.entry(Section.ME, phrase("🌙 Held messages"), OpenHeld(), right=COLLEAGUE, weight=20, count=_waiting)


@router.command("quiet", right=COLLEAGUE, section=Section.ME, describe=phrase("Show what your quiet hours hold"))
def quiet(request: Request, words: str) -> Reply:
    """`/quiet`."""
    return _held(request)


@router.action(OpenHeld, right=COLLEAGUE)
def open_held(request: Request, action: OpenHeld) -> Reply:
    """The same from a button."""
    return _held(request)


@router.action(ShowHeld, right=COLLEAGUE)
def show_held(request: Request, action: ShowHeld) -> Reply:
    """Sends one, if it is held for this person."""
    return _release(request, action.delivery)


@router.action(ShowAllHeld, right=COLLEAGUE)
def show_all(request: Request, action: ShowAllHeld) -> Reply:
    """Sends them all."""
    return _release(request, None)


def _release(request: Request, delivery: int | None) -> Reply:
    if not request.uow.apply(Release(request.me.id, delivery)):
        return Toast(phrase("You have seen this already.")), _held(request)
    if request.capabilities.toasts is Level.NONE:
        return _held(request)  # a message that says so would come after what it announces
    return Toast(phrase("Here it comes.")), _held(request)


def _held(request: Request) -> Screen:
    return held_screen(request.uow.ask(HeldFor(request.me.id)))
