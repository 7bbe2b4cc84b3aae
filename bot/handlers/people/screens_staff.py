"""What admins see when they change what a person may do, and what the person is told."""

from __future__ import annotations

from bot.handlers.people.actions import OpenRoles, SetActive, SetRole
from bot.handlers.people.screens import ROLE_NAMES
from bot.talk.menu import TO_MENU, OpenPerson, back_row, no_button
from core.access import Role
from core.chat.phrases import Command, Phrase, phrase
from core.chat.screens import Button, Screen, screen
from core.people.person import Person
from core.people.staffing import GRANTED


def roles_screen(person: Person) -> Screen:
    """A person's roles, each to be given or taken by a choice."""
    rows = tuple(
        (
            Button(
                phrase("{mark} {label}", mark="✅" if role in person.roles else "▫️", label=ROLE_NAMES[role]),
                SetRole(person.id, role, granted=role not in person.roles),
            ),
        )
        for role in GRANTED
    )
    about = phrase("Roles add up. Choosing one gives it or takes it; the person is told.")
    return screen(phrase("Roles of {name}", name=person.name), about, rows=(*rows, back_row(OpenPerson(person.id))))


def sure_admin_screen(person: Person, granted: bool) -> Screen:
    """Whether somebody is really to become an admin, or to stop being one."""
    title = (
        phrase("Make {name} an admin?", name=person.name)
        if granted
        else phrase("Take the admin role from {name}?", name=person.name)
    )
    about = phrase("Admins let people in, give roles, close access and change how the company is set up.")
    yes = Button(phrase("Yes"), SetRole(person.id, Role.ADMIN, granted=granted, sure=True))
    return screen(title, about, rows=((yes, no_button(OpenRoles(person.id))),))


def sure_close_screen(person: Person) -> Screen:
    """Whether somebody's access is really to be closed."""
    return screen(
        phrase("Close the access of {name}?", name=person.name),
        phrase("It ends at once in every messenger. Nothing is deleted, and the access can be opened again."),
        rows=(
            (
                Button(phrase("Yes, close it"), SetActive(person.id, active=False, sure=True)),
                no_button(OpenPerson(person.id)),
            ),
        ),
    )


def told_of_role_screen(role: Role, granted: bool, by: Person) -> Screen:
    """For the person whose roles have changed."""
    text: Phrase = (
        phrase(
            "{admin} gave you the role “{role}”. What is new for you stands in {help}.",
            admin=by.name,
            role=ROLE_NAMES[role],
            help=Command("help"),
        )
        if granted
        else phrase("{admin} took the role “{role}” from you.", admin=by.name, role=ROLE_NAMES[role])
    )
    return screen(None, text, rows=(TO_MENU,))


def opened_again_screen() -> Screen:
    """For a person who may come in again."""
    return screen(None, phrase("Your access is open again. Welcome back!"), rows=(TO_MENU,))
