"""What admins see when they change what a person may do, and what the person is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.handlers.people.actions import Bit, GiveRole, OpenRoles, SetActive, SetRole, TakeGrant
from bot.talk.menu import TO_MENU, OpenPerson, back_row, question_screen
from core.chat.blocks import Bullets
from core.chat.phrases import Command, Phrase, Text, phrase
from core.chat.screens import Button, Row, Screen, screen
from core.people.person import Person


@dataclass(frozen=True, slots=True)
class Given:
    """A role that was given, with its place and its end; by whom, where that is known."""

    id: int
    what: Text
    by: str | None


def roles_screen(person: Person, granted: Collection[str], given: Sequence[Given], follow: Sequence[Text]) -> Screen:
    """A person's roles, each to be given or taken by a choice; `granted` are the names of those that were given for the
    whole company, `follow` what follows from the company's tree."""
    rows: list[Row] = [
        (
            Button(
                phrase("{mark} {label}", mark="✅" if bit.role.name in granted else "▫️", label=bit.role.title),
                SetRole(person.id, bit, granted=bit.role.name not in granted),
            ),
        )
        for bit in Bit
    ]
    plain = [bit.role.title for bit in Bit if bit.role.name in granted]
    rows += [
        (Button(phrase("Take: {role}", role=one.what), TakeGrant(person.id, one.id)),)
        for one in given
        if one.what not in plain
    ]
    rows.append((Button(phrase("Give for a department or a time…"), GiveRole(person.id)),))
    about = phrase("Roles add up. Choosing one gives it or takes it; the person is told.")
    lines = [
        phrase("{role}, given by {name}", role=one.what, name=one.by) if one.by else phrase("{role}", role=one.what)
        for one in given
    ]
    lines += [phrase("{role}, by the place in the company", role=what) for what in follow]
    items = (Bullets(tuple((line,) for line in lines)),) if lines else ()
    return screen(
        phrase("Roles of {name}", name=person.name), about, *items, rows=(*rows, back_row(OpenPerson(person.id)))
    )


def sure_role_screen(person: Person, action: SetRole) -> Screen:
    """Whether somebody is really to become an admin, or to lose a role."""
    role = action.role.role.title
    question = (
        phrase("Make {name} an admin?", name=person.name)
        if action.granted
        else phrase("Take the role “{role}” from {name}?", role=role, name=person.name)
    )
    admins = phrase("Admins let people in, give roles, close access and change how the company is set up.")
    about = admins if action.role is Bit.ADMIN else phrase("{name} is told.", name=person.name)
    label = phrase("Yes") if action.granted else phrase("Take the role")
    yes = Button(label, replace(action, sure=True))
    return question_screen(question, about, yes=yes, no=OpenRoles(person.id))


def sure_to_take_screen(person: Person, role: Text, grant: int) -> Screen:
    """Whether a role is really to be taken that was given in a place or for a time."""
    question = phrase("Take the role “{role}” from {name}?", role=role, name=person.name)
    yes = Button(phrase("Take the role"), TakeGrant(person.id, grant, sure=True))
    return question_screen(question, phrase("{name} is told.", name=person.name), yes=yes, no=OpenRoles(person.id))


def sure_close_screen(person: Person) -> Screen:
    """Whether somebody's access is really to be closed."""
    return question_screen(
        phrase("Close the access of {name}?", name=person.name),
        phrase("It ends at once in every messenger. Nothing is deleted, and the access can be opened again."),
        yes=Button(phrase("Yes, close it"), SetActive(person.id, active=False, sure=True)),
        no=OpenPerson(person.id),
    )


def told_of_role_screen(role: Text, granted: bool, by: Person) -> Screen:
    """For the person whose roles have changed."""
    text: Phrase = (
        phrase(
            "{admin} gave you the role “{role}”. What is new for you stands in {help}.",
            admin=by.name,
            role=role,
            help=Command("help"),
        )
        if granted
        else phrase("{admin} took the role “{role}” from you.", admin=by.name, role=role)
    )
    return screen(None, text, rows=(TO_MENU,))


def opened_again_screen() -> Screen:
    """For a person who may come in again."""
    return screen(None, phrase("Your access is open again. Welcome back!"), rows=(TO_MENU,))
