"""«Notifications»: how each kind of message comes, and the digest of what was to wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.handlers.quiet.actions import ChooseNotice, OpenNotice, OpenNotices
from bot.handlers.quiet.room import DIGEST, router
from bot.handlers.quiet.screens_held import held_screen
from bot.handlers.quiet.screens_notices import DIGEST_AT, notice_screen, notices_screen
from bot.talk.cards import CardOf
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.codec import record
from core.chat.phrases import phrase
from core.chat.screens import Button, Screen
from core.copies import DigestTold, Gathering, HeldFor, Why
from core.delivery import Priority, Send, ToPerson
from core.notices import Notice, reaches
from core.people.person import Person
from core.recurring import Daily, Days
from core.settings import do_set
from core.timers import SetTimer
from core.unit_of_work import DomainEvent, Refused, UnitOfWork

SLICE = 100
"""People in one transaction."""


@router.command("notices", right=COLLEAGUE, section=Section.ME, describe=phrase("Choose what comes at once, or later"))
def notices(request: Request, words: str) -> Reply:
    """`/notices`."""
    return _all(request)


@router.action(OpenNotices, right=COLLEAGUE)
def open_notices(request: Request, action: OpenNotices) -> Reply:
    """The same from a button."""
    return _all(request)


@router.action(OpenNotice, right=COLLEAGUE)
def open_notice(request: Request, action: OpenNotice) -> Reply:
    """The choice for one kind."""
    notice = _known(request, action.kind)
    return notice_screen(notice, reaches(notice.name, request.me.settings))


@router.action(ChooseNotice, right=COLLEAGUE)
def choose(request: Request, action: ChooseNotice) -> Reply:
    """From now on it comes so. What has gathered stays for the next digest."""
    notice = _known(request, action.kind)
    if action.when not in notice.may:
        raise Refused(phrase("This option is not available any more. Please choose another."))
    do_set(request.uow, request.me, notice.choice, action.when)
    return _all(request)


def _buttons(request: Request, person: Person) -> tuple[Button, ...]:
    return (Button(phrase("🔔 Notifications"), OpenNotices()),)


router.card(CardOf.ME, right=COLLEAGUE, order=20, buttons=_buttons)


def _all(request: Request) -> Screen:
    return notices_screen([(one, reaches(one.name, request.me.settings)) for one in _offered(request)])


def _offered(request: Request) -> list[Notice]:
    """The kinds of which this person has a choice."""
    return [one for one in request.house.plugged(Notice) if len(one.may) > 1 and request.may(one.right)]


def _known(request: Request, name: str) -> Notice:
    for one in _offered(request):
        if one.name == name:
            return one
    raise Refused(phrase("This cannot be chosen any more."))


@record
@dataclass(frozen=True, slots=True)
class DigestGoesOn(DomainEvent):
    """The digests of a day are planned up to this person."""

    day: datetime
    after: int


@router.every("digest", Daily(DIGEST_AT, Days.WORKING))
def digest(uow: UnitOfWork, at: datetime) -> None:
    """Each working day whoever has something gathered is told of it."""
    _tell(uow, DigestGoesOn(at, 0))


@router.on(DigestGoesOn)
def go_on(uow: UnitOfWork, event: DigestGoesOn) -> None:
    """The next people of the same day: in slices, so that nothing else waits for a whole company."""
    _tell(uow, event)


def _tell(uow: UnitOfWork, event: DigestGoesOn) -> None:
    people = uow.ask(Gathering(event.after, SLICE))
    for person_id in people:
        held = uow.ask(HeldFor(person_id, why=Why.GATHERED))
        if held:
            uow.apply(Send(kind=DIGEST, content=held_screen(held), to=ToPerson(person_id), priority=Priority.NOTICE))
            uow.apply(DigestTold(person_id, tuple(one.delivery_id for one in held)))
    if len(people) == SLICE:
        last = people[-1]
        uow.apply(SetTimer(f"digest:{event.day:%Y%m%d}:{last}", uow.now, DigestGoesOn(event.day, last)))
