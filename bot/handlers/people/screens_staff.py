"""What admins see when they change what a person may do, and what the person is told."""

from __future__ import annotations

from collections.abc import Collection

from bot.handlers.people.actions import Bit, OpenRoles, SetActive, SetRole
from bot.talk.menu import TO_MENU, OpenPerson, back_row, no_button
from core.access import Role
from core.chat.phrases import Command, Phrase, phrase
from core.chat.screens import Button, Screen, screen
from core.people.person import Person


def roles_screen(person: Person, granted: Collection[str]) -> Screen:
    """A person's roles, each to be given or taken by a choice; `granted` are the names of those that were given."""
    rows = tuple(
        (
            Button(
                phrase("{mark} {label}", mark="✅" if bit.role.name in granted else "▫️", label=bit.role.title),
                SetRole(person.id, bit, granted=bit.role.name not in granted),
            ),
        )
        for bit in Bit
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
    yes = Button(phrase("Yes"), SetRole(person.id, Bit.ADMIN, granted=granted, sure=True))
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
            role=role.title,
            help=Command("help"),
        )
        if granted
        else phrase("{admin} took the role “{role}” from you.", admin=by.name, role=role.title)
    )
    return screen(None, text, rows=(TO_MENU,))


def opened_again_screen() -> Screen:
    """For a person who may come in again."""
    return screen(None, phrase("Your access is open again. Welcome back!"), rows=(TO_MENU,))
