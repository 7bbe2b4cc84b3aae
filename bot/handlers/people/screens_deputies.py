"""What is shown of who stands in for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.handlers.people.actions import AppointDeputy, EndDeputy, OpenDeputies
from bot.talk.menu import TO_MENU, OpenMe, OpenPerson, back_row, question_screen
from core.chat.blocks import Bold, Facts, Paragraph
from core.chat.phrases import Command, Listing, Phrase, Text, phrase
from core.chat.screens import Button, Row, Screen, screen
from core.people.person import Person


@dataclass(frozen=True, slots=True)
class Stands:
    """One who stands in for another, seen from one of both: the `other`, where and how long."""

    id: int
    other: str
    what: Phrase


def deputies_screen(
    person: Person, deputies: Sequence[Stands], instead: Sequence[Stands], *, own: bool, appoints: bool
) -> Screen:
    """Both sides, each with a button that ends it."""
    title = phrase("🤝 Stand-ins") if own else phrase("🤝 Stand-ins of {name}", name=person.name)
    blocks: list[Paragraph | Phrase] = []
    for head, some in (
        (phrase("Stand in for you") if own else phrase("Stand in"), deputies),
        (phrase("You stand in for") if own else phrase("Stands in for"), instead),
    ):
        if some:
            blocks.append(Paragraph((Bold(head),)))
            blocks += [phrase("{name}: {what}", name=one.other, what=one.what) for one in some]
    if not blocks:
        blocks.append(phrase("Nobody stands in now."))
    blocks.append(
        phrase("A stand-in has the same rights for a time, except to give roles. Both names are kept of what is done.")
    )
    rows: list[Row] = [
        (Button(phrase("End: {name}", name=one.other), EndDeputy(one.id, person.id)),) for one in (*deputies, *instead)
    ]
    if appoints:
        rows.append((Button(phrase("Appoint a stand-in"), AppointDeputy(person.id)),))
    return screen(title, *blocks, rows=(*rows, back_row(OpenMe() if own else OpenPerson(person.id))))


def sure_to_end_screen(deputy: str, person: str, action: EndDeputy) -> Screen:
    """Whether somebody is really to stand in no longer."""
    question = phrase("Should {deputy} stand in for {person} no longer?", deputy=deputy, person=person)
    yes = Button(phrase("End it now"), replace(action, sure=True))
    return question_screen(question, yes=yes, no=OpenDeputies(action.person))


def deputies_button(person: Person) -> Button:
    """The way to these."""
    return Button(phrase("🤝 Stand-ins"), OpenDeputies(person.id))


def deputies_facts(names: Sequence[str]) -> Facts:
    """Who stands in for somebody now, on the card."""
    return Facts(((phrase("Stand-in"), (phrase("{names}", names=Listing(tuple(names))),)),))


def appointed_screen(person: Person, what: Phrase, roles: Sequence[Text]) -> Screen:
    """For the one who is to stand in."""
    return screen(
        None,
        phrase("🤝 You stand in for {name}: {what}.", name=person.name, what=what),
        phrase("Roles: {roles}. What you can do stands in {help}.", roles=Listing(tuple(roles)), help=Command("help")),
        rows=(TO_MENU,),
    )


def has_deputy_screen(deputy: Person, what: Phrase, by: Person) -> Screen:
    """For the one for whom an admin has appointed somebody."""
    return screen(
        None,
        phrase(
            "🤝 {admin} has appointed {name} to stand in for you: {what}.", admin=by.name, name=deputy.name, what=what
        ),
        rows=(TO_MENU,),
    )


def over_screen(person: Person) -> Screen:
    """For the one who stood in."""
    return screen(None, phrase("🤝 You do not stand in for {name} any more.", name=person.name), rows=(TO_MENU,))
