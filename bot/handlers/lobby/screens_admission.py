"""What strangers see, and what admins see of strangers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers.lobby.actions import (
    AcceptAs,
    AcceptNew,
    AcceptOther,
    AcceptRequest,
    DeclineRequest,
    OpenRequests,
    RequestAccess,
)
from bot.kit.naming import account_link, account_name, messenger_title
from bot.talk.menu import TO_MENU, OpenMenu, back_row, question_screen
from core.chat.blocks import Block, Facts, Heading, Line, Paragraph, Phone, Quote
from core.chat.phrases import Command, Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, paragraph, screen
from core.people.admission import AccessRequest
from core.people.directory import Found
from core.people.person import Account, Person
from core.phones import pretty


def door_screen(reason: Text | None, *, contact: bool, waiting: bool) -> Screen:
    """What a stranger gets, whatever was said: the way in.

    `contact` also asks for the own number; `waiting` says that access has been asked for.
    """
    first = (
        paragraph(phrase("Hello! I am the company’s assistant, and I do not know this account yet."))
        if reason is None
        else paragraph(reason)
    )
    if waiting:
        ways = [phrase("Your request is with the admins. I will write as soon as it is decided.")]
    else:
        ways = [phrase("Ask for access: an admin will let you in.")]
    if contact:
        ways.append(phrase("Or share your number with the button below: if the company knows it, you are in at once."))
    ways.append(phrase("Or send the code that you were given."))
    return Screen(
        blocks=(first, *(Paragraph((way,)) for way in ways)),
        rows=() if waiting else ((Button(phrase("Request access"), RequestAccess()),),),
        contact=phrase("📱 Share my number") if contact else None,
    )


def asked_screen() -> Screen:
    """The request is on its way."""
    return screen(
        None,
        phrase("Your request is with the admins. I will write as soon as it is decided."),
        phrase("Write here who you are: your name, your department, who can vouch for you. The admins will see it."),
    )


def noted_screen(*, kept: bool) -> Screen:
    """For the stranger who wrote something to the request."""
    if not kept:
        return screen(None, phrase("The admins have enough to decide by. I will write as soon as they have."))
    return screen(None, phrase("The admins see this with your request. I will write as soon as it is decided."))


def closed_screen() -> Screen:
    """What somebody whose access is closed gets."""
    return screen(None, phrase("Your access is closed. If this is a mistake, please talk to an admin of the company."))


def unreadable_screen() -> Screen:
    """What to do when a message came without its key."""
    return screen(
        None,
        phrase("I could not read your last message: your app did not give me the key for it."),
        phrase(
            "Please send it again. If that does not help, sign out of the app and in again, or ask an admin to look at "
            "“{command}”.",
            command="kollega matrix verify",
        ),
    )


def doubted_screen() -> Screen:
    """How to make sure of the bot, which has no eyes to compare pictures with."""
    return screen(
        None,
        phrase(
            "I am a program and cannot compare emoji. To make sure that it is me, compare the key that your app shows "
            "for my session with the one that an admin reads with “{command}”.",
            command="kollega matrix verify",
        ),
    )


def unknown_screen() -> Screen:
    """What to do when a message is of a kind that nobody here knows."""
    return screen(
        None, phrase("I cannot read messages of this kind. Please write it as a text, or send a picture or a file.")
    )


def welcome_screen(person: Person) -> Screen:
    """A new account is linked."""
    return screen(
        phrase("Welcome, {name}!", name=person.first_name),
        phrase("This account is yours now. Open the menu, or just write a colleague’s name."),
        rows=(TO_MENU,),
    )


def linked_elsewhere_screen(account: Account) -> Screen:
    """For the other accounts of a person: there is a new one."""
    return screen(
        phrase("A new account is linked to you"),
        phrase("{messenger}: {name}", messenger=messenger_title(account.messenger), name=account_name(account)),
        phrase("If it is not yours, unlink it in {me} at once and tell an admin.", me=Command("me")),
        rows=(TO_MENU,),
    )


def request_screen(request: AccessRequest, account: Account, decision: Phrase | None) -> Screen:
    """A request, for all admins; with the decision when there is one."""
    blocks = (Heading(phrase("Somebody asks for access")), *asker_blocks(request, account))
    if decision is not None:
        return Screen(blocks=(*blocks, paragraph(decision)), rows=(TO_MENU,))
    accept = Button(phrase("Accept"), AcceptRequest(request.id))
    return Screen(blocks=blocks, rows=((accept, Button(phrase("Decline"), DeclineRequest(request.id))),))


def sure_to_decline_screen(request: AccessRequest, account: Account) -> Screen:
    """Asks before a stranger is turned away."""
    question = phrase("Decline the request of {name}?", name=account_name(account))
    about = phrase("They are told, and can ask again in a day.")
    yes = Button(phrase("Decline"), DeclineRequest(request.id, sure=True))
    return question_screen(question, about, yes=yes, no=OpenRequests())


def taken_up_screen(request: AccessRequest, account: Account, admin: Person) -> Screen:
    """A request that one admin is deciding; the others find it in the list, should that admin leave it."""
    told = paragraph(phrase("🕓 {admin} is deciding", admin=admin.name))
    blocks = (Heading(phrase("Somebody asks for access")), *asker_blocks(request, account), told)
    return Screen(blocks=blocks, rows=((Button(phrase("🚪 Requests for access"), OpenRequests()),),))


def decision_text(request: AccessRequest, admin: Person | None, person: Person | None) -> Phrase:
    """What was decided, and by whom."""
    if person is None:
        return phrase("❌ Declined by {admin}", admin=admin.name if admin is not None else "—")
    if admin is None:
        return phrase("✅ {name} came in without it", name=person.full_name)
    return phrase("✅ Accepted by {admin} as {name}", admin=admin.name, name=person.full_name)


def account_facts(account: Account) -> Facts:
    """A stranger's account. The name is whatever the stranger chose."""
    number: tuple[tuple[Text, Line], ...] = ()
    if account.phone:
        number = ((phrase("Number, confirmed"), (Phone(account.phone, pretty(account.phone)),)),)
    return Facts(
        (
            (phrase("Name in the messenger"), (account.name or phrase("no name"),)),
            *number,
            (phrase("Messenger"), (messenger_title(account.messenger),)),
            (phrase("Account"), (account_link(account),)),
        )
    )


def asker_blocks(request: AccessRequest, account: Account) -> tuple[Block, ...]:
    """A stranger's account, and what the stranger wrote about it."""
    return (account_facts(account), *((Quote((request.note,)),) if request.note else ()))


def picker_screen(request: AccessRequest, account: Account, suggested: Sequence[Found]) -> Screen:
    """Who of the company the stranger is."""
    rows: list[Row] = []
    for one in suggested:
        about = one.department or one.person.position
        name = one.person.full_name
        label = phrase("{name} · {about}", name=name, about=about) if about else name
        rows.append((Button(label, AcceptAs(request.id, one.person.id)),))
    rows.append((Button(phrase("🔍 Another colleague"), AcceptOther(request.id)),))
    rows.append((Button(phrase("➕ Not in the directory yet"), AcceptNew(request.id)),))
    warning = phrase("Anybody can call themselves anything: be sure who writes before you let them in.")
    return screen(
        phrase("Who is this?"), *asker_blocks(request, account), warning, rows=(*rows, back_row(OpenRequests()))
    )


def requests_screen(requests: Sequence[tuple[AccessRequest, Account]]) -> Screen:
    """The requests that nobody has decided."""
    shown = requests[:20]
    rows: list[Row] = []
    for request, account in shown:
        accept = Button(phrase("Accept {name}", name=account_name(account)), AcceptRequest(request.id))
        rows.append((accept, Button(phrase("Decline"), DeclineRequest(request.id))))
    waiting = plural("{n} request is waiting.", "{n} requests are waiting.", n=len(requests))
    text = waiting if requests else phrase("Nobody is waiting to be let in.")
    return screen(phrase("Requests for access"), text, rows=(*rows, back_row(OpenMenu())))


def accepted_screen(person: Person) -> Screen:
    """For the admin who decided."""
    return screen(None, phrase("Done: {name} is in.", name=person.full_name), rows=(back_row(OpenRequests()),))


def declined_screen() -> Screen:
    """For a stranger."""
    return screen(
        None, phrase("I am sorry, your request was declined. You can ask again in a day, or talk to an admin.")
    )
