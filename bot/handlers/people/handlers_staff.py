"""What admins change about a person: roles and access."""

from __future__ import annotations

from bot.handlers.people.actions import CorrectCard, GiveRole, OpenPeople, OpenRoles, SetActive, SetRole, TakeGrant
from bot.handlers.people.forms_cards import CardForm
from bot.handlers.people.forms_roles import GrantForm, roles_of_person, tell_of_role
from bot.handlers.people.handlers_search import colleague
from bot.handlers.people.room import ACCESS, router
from bot.handlers.people.screens import staff_buttons
from bot.handlers.people.screens_staff import (
    opened_again_screen,
    sure_close_screen,
    sure_role_screen,
    sure_to_take_screen,
    told_of_role_screen,
)
from bot.talk.cards import CardOf
from bot.talk.request import Reply, Request, Start
from core.access import Held
from core.chat.screens import Button
from core.delivery import Priority, Send, ToPerson
from core.people.directory import access_person
from core.people.grants import (
    Grant,
    GrantEnds,
    GrantsOf,
    check_gives,
    check_not_last_admin,
    do_expire,
    do_grant,
    do_revoke,
)
from core.people.person import Person
from core.people.places import role_words
from core.people.roles import ADMIN, ADMINISTER
from core.people.staffing import do_set_active
from core.unit_of_work import UnitOfWork


@router.action(OpenRoles, right=ADMINISTER)
def open_roles(request: Request, action: OpenRoles) -> Reply:
    """A person's roles."""
    return roles_of_person(request, access_person(request.uow, request.me, action.person))


@router.action(SetRole, right=ADMINISTER)
def change_role(request: Request, action: SetRole) -> Reply:
    """Gives or takes a role and tells the person; before one is taken there is a question, and before one is made an
    admin."""
    person = access_person(request.uow, request.me, action.person)
    role = action.role.role
    grant = next((one for one in request.uow.ask(GrantsOf(person.id)) if one.held == Held(role.name)), None)
    if (role == ADMIN or not action.granted) and not action.sure and (grant is not None) != action.granted:
        if role == ADMIN and not action.granted:
            check_not_last_admin(request.uow, person)
        return sure_role_screen(person, action)
    changed = False
    if action.granted:
        changed = grant is None and do_grant(request.uow, request.me, person, role)
    elif grant is not None:
        changed = do_revoke(request.uow, request.me, person, grant)
    if changed and person is not request.me:
        tell_of_role(request.uow, person, told_of_role_screen(role.title, action.granted, request.me))
    return roles_of_person(request, person) if request.may(ADMINISTER) else colleague(request, person, OpenPeople())


@router.action(CorrectCard, right=ADMINISTER)
def correct_card(request: Request, action: CorrectCard) -> Reply:
    """Asks what is wrong, and what is right."""
    return Start(CardForm, (("person", access_person(request.uow, request.me, action.person).id),))


@router.action(GiveRole, right=ADMINISTER)
def give_role(request: Request, action: GiveRole) -> Reply:
    """Asks which role, where and until when."""
    check_gives(request.me)
    return Start(GrantForm, (("person", access_person(request.uow, request.me, action.person).id),))


@router.action(TakeGrant, right=ADMINISTER)
def take_grant(request: Request, action: TakeGrant) -> Reply:
    """Takes a role that was given, if that is meant, and tells the person."""
    person = access_person(request.uow, request.me, action.person)
    grant = request.uow.get(Grant, action.grant)
    if grant is not None and not action.sure:
        return sure_to_take_screen(person, role_words(request.uow, grant.role, grant.held.scope), grant.id)
    if grant is not None and do_revoke(request.uow, request.me, person, grant) and person is not request.me:
        words = role_words(request.uow, grant.role, grant.held.scope)
        tell_of_role(request.uow, person, told_of_role_screen(words, False, request.me))
    return roles_of_person(request, person) if request.may(ADMINISTER) else colleague(request, person, OpenPeople())


@router.on(GrantEnds)
def role_ends(uow: UnitOfWork, event: GrantEnds) -> None:
    """The time is over for which somebody had a role."""
    do_expire(uow, event.grant_id)


@router.action(SetActive, right=ADMINISTER)
def change_access(request: Request, action: SetActive) -> Reply:
    """Closes or opens a person's access; before closing there is a question."""
    person = access_person(request.uow, request.me, action.person)
    if not action.active and person.active and not action.sure:
        check_not_last_admin(request.uow, person)
        return sure_close_screen(person)
    if do_set_active(request.uow, request.me, person, active=action.active) and action.active:
        request.uow.apply(
            Send(kind=ACCESS, content=opened_again_screen(), to=ToPerson(person.id), priority=Priority.NOTICE)
        )
    return colleague(request, person, OpenPeople())


def _staff_buttons(request: Request, person: Person) -> tuple[Button, ...]:
    return staff_buttons(person)


router.card(CardOf.COLLEAGUE, right=ADMINISTER, order=90, buttons=_staff_buttons)
