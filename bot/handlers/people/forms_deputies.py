"""Appointing somebody to stand in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.handlers.people.room import ACCESS, router
from bot.handlers.people.screens_deputies import Stands, appointed_screen, deputies_screen, has_deputy_screen
from bot.kit.steps import ConfirmStep
from bot.kit.steps_people import DepartmentStep, PersonStep
from bot.kit.steps_times import MomentStep
from bot.talk.questions import Answers, Form
from bot.talk.request import Reply, Request
from core.access import COLLEAGUE, COMPANY, Scope
from core.chat.blocks import Block, Paragraph
from core.chat.phrases import Text, phrase
from core.chat.screens import Screen
from core.delivery import Priority, Send, ToPerson
from core.people.departments import scope_of
from core.people.deputies import DeputiesOf, Deputy, check_appoints, deputy_words, do_appoint
from core.people.directory import access_person
from core.people.person import Person
from core.people.places import role_words
from core.people.standing_in import Standing, lent
from core.unit_of_work import Refused, UnitOfWork


def _summary(request: Request, answers: Answers) -> Sequence[Block]:
    person, deputy = _of(request, answers, "person"), _of(request, answers, "deputy")
    roles = _roles(request.uow, person, _scope(request, answers))
    return (
        Paragraph((phrase("{deputy} will stand in for {name}.", deputy=deputy.name, name=person.name),)),
        *(Paragraph((phrase("Role: {role}", role=role),)) for role in roles),
        Paragraph((phrase("Until {time}", time=answers.the("until", datetime)),)),
    )


@router.form
class DeputyForm(Form):
    """Who, for what, from when and until when."""

    code = "people.deputy"
    title = phrase("Stand-in")
    right = COLLEAGUE
    corrected = True
    steps = (
        PersonStep("deputy", phrase("Who is to stand in? Write the name.")),
        DepartmentStep(
            "place", phrase("Only for one department? Choose it, or skip this for everything."), optional=True
        ),
        MomentStep("from", phrase("From when?"), without=phrase("From now"), quick=True),
        MomentStep("until", phrase("Until when?"), quick=True),
        ConfirmStep("sure", _summary, phrase("Appoint")),
    )

    def finish(self, request: Request, answers: Answers) -> Reply:
        uow, person, deputy = request.uow, _of(request, answers, "person"), _of(request, answers, "deputy")
        made = do_appoint(
            uow,
            request.me,
            person,
            deputy,
            scope=_scope(request, answers),
            starts_at=answers.get("from", datetime),
            until=answers.the("until", datetime),
        )
        words = deputy_words(uow, made)
        tell(uow, deputy, appointed_screen(person, words, _roles(uow, person, made.scope)))
        if person is not request.me:
            tell(uow, person, has_deputy_screen(deputy, words, request.me))
        return deputies_of(request, person)


def deputies_of(request: Request, person: Person) -> Screen:
    """Who stands in for a person, and for whom the person does."""
    found = request.uow.ask(DeputiesOf(person.id))
    theirs = [_stands(request.uow, one, one.deputy_id) for one in found if one.person_id == person.id]
    others = [_stands(request.uow, one, one.person_id) for one in found if one.deputy_id == person.id]
    try:
        check_appoints(request.uow, request.me, person)
    except Refused:
        appoints = False
    else:
        appoints = True
    return deputies_screen(person, theirs, others, own=person is request.me, appoints=appoints)


def tell(uow: UnitOfWork, person: Person, content: Screen) -> None:
    """Tells somebody about a stand-in."""
    uow.apply(Send(kind=ACCESS, content=content, to=ToPerson(person.id), priority=Priority.NOTICE))


def _stands(uow: UnitOfWork, deputy: Deputy, other_id: int) -> Stands:
    other = uow.get(Person, other_id)
    return Stands(deputy.id, "—" if other is None else other.name, deputy_words(uow, deputy))


def _of(request: Request, answers: Answers, name: str) -> Person:
    return access_person(request.uow, request.me, answers.the(name, int))


def _scope(request: Request, answers: Answers) -> Scope:
    place = answers.get("place", int)
    return COMPANY if place is None else scope_of(request.uow, place)


def _roles(uow: UnitOfWork, person: Person, scope: Scope) -> list[Text]:
    """What a stand-in gets there."""
    return [role_words(uow, one.role, one.scope) for one in lent(uow, person.roles.own, Standing(0, person.id, scope))]
