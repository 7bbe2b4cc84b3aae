"""Who stands in for whom: appointed in chat, ended by the clock or early."""

from __future__ import annotations

from bot.handlers.people.actions import AppointDeputy, EndDeputy, OpenDeputies
from bot.handlers.people.forms_deputies import DeputyForm, deputies_of, tell
from bot.handlers.people.room import router
from bot.handlers.people.screens_deputies import deputies_button, deputies_facts, over_screen, sure_to_end_screen
from bot.talk.cards import CardOf
from bot.talk.request import Reply, Request, Start
from bot.talk.sections import Section
from core.access import COLLEAGUE
from core.chat.blocks import Block
from core.chat.phrases import phrase
from core.chat.screens import Button
from core.people.deputies import (
    DeputiesOf,
    DeputyTurns,
    access_deputy,
    check_appoints,
    do_end,
    do_turn,
)
from core.people.directory import access_person
from core.people.grants import check_gives
from core.people.person import Person
from core.people.roles import ADMINISTER
from core.unit_of_work import UnitOfWork


@router.command(
    "deputy", right=COLLEAGUE, section=Section.ME, describe=phrase("Who stands in for you, and for whom you do")
)
def command(request: Request, words: str) -> Reply:
    """`/deputy`."""
    return deputies_of(request, request.me)


@router.action(OpenDeputies, right=COLLEAGUE)
def open_deputies(request: Request, action: OpenDeputies) -> Reply:
    """Those of a person; of others only admins see them."""
    person = access_person(request.uow, request.me, action.person)
    if person is not request.me:
        check_gives(request.me)
    return deputies_of(request, person)


@router.action(AppointDeputy, right=COLLEAGUE)
def appoint(request: Request, action: AppointDeputy) -> Reply:
    """Asks who, for what and how long."""
    person = access_person(request.uow, request.me, action.person)
    check_appoints(request.uow, request.me, person)
    return Start(DeputyForm, (("person", person.id),))


@router.action(EndDeputy, right=COLLEAGUE)
def end(request: Request, action: EndDeputy) -> Reply:
    """Ends it now, if that is meant, and tells the deputy."""
    deputy = access_deputy(request.uow, request.me, action.deputy)
    if not action.sure:
        return sure_to_end_screen(_called(request, deputy.deputy_id), _called(request, deputy.person_id), action)
    do_end(request.uow, request.me, deputy)
    if deputy.deputy_id != request.me.id:
        _tell_over(request.uow, deputy.deputy_id, deputy.person_id)
    return deputies_of(request, access_person(request.uow, request.me, action.person))


def _called(request: Request, person_id: int) -> str:
    person = request.uow.get(Person, person_id)
    return "—" if person is None else person.name


@router.on(DeputyTurns)
def turn(uow: UnitOfWork, event: DeputyTurns) -> None:
    """The time to stand in begins, or is over."""
    deputy = do_turn(uow, event.deputy_id)
    if deputy is not None and deputy.ended_at is not None:
        _tell_over(uow, deputy.deputy_id, deputy.person_id)


def _tell_over(uow: UnitOfWork, deputy_id: int, person_id: int) -> None:
    deputy, person = uow.get(Person, deputy_id), uow.get(Person, person_id)
    if deputy is not None and deputy.active and person is not None:
        tell(uow, deputy, over_screen(person))


def _facts(request: Request, person: Person) -> tuple[Block, ...]:
    """Who stands in now: for everybody who looks for the person."""
    now = request.now
    standing = [one for one in request.uow.ask(DeputiesOf(person.id)) if one.person_id == person.id]
    people = [request.uow.get(Person, one.deputy_id) for one in standing if one.starts_at <= now < one.until]
    names = tuple(dict.fromkeys(one.name for one in people if one is not None and one.active))
    return (deputies_facts(names),) if names else ()


def _button(request: Request, person: Person) -> tuple[Button, ...]:
    return (deputies_button(person),)


router.card(CardOf.COLLEAGUE, right=COLLEAGUE, order=20, lines=_facts)
router.card(CardOf.ME, right=COLLEAGUE, order=85, lines=_facts, buttons=_button)
router.card(CardOf.COLLEAGUE, right=ADMINISTER, order=92, buttons=_button)
