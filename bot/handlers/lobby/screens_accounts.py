"""Accounts as their owner and admins see them, and codes to link another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.handlers.lobby.actions import GiveCode, InvitePerson, UnlinkAccount, UnlinkFrom
from bot.kit.naming import account_line, account_name, messenger_title
from bot.talk.menu import OpenMe, OpenPerson, back_row, no_button
from core.chat.actions import Action
from core.chat.blocks import Bullets, Code, Line
from core.chat.phrases import phrase, plural
from core.chat.screens import Button, CopyText, Row, Screen, paragraph, screen
from core.people.bots import Entrance
from core.people.linking import CODE_LASTS
from core.people.person import Account, Person


def accounts_screen(accounts: Sequence[Account]) -> Screen:
    """The own accounts, each with a button that unlinks it."""
    rows = tuple(
        (Button(phrase("Unlink {messenger}", messenger=messenger_title(account.messenger)), UnlinkAccount(account.id)),)
        for account in accounts
    )
    lines = Bullets(tuple(account_line(account) for account in accounts))
    more = (Button(phrase("Link another messenger"), GiveCode()),)
    return screen(phrase("Your accounts"), lines, rows=(*rows, more, back_row(OpenMe())))


def unlink_screen(account: Account, yes: Action, no: Action) -> Screen:
    """Whether an account is really to be unlinked."""
    return screen(
        phrase("Unlink {messenger}?", messenger=messenger_title(account.messenger)),
        phrase("{name} will be a stranger to me there, until it is linked again.", name=account_name(account)),
        rows=((Button(phrase("Yes, unlink"), yes), no_button(no)),),
    )


def code_screen(code: str, name: str | None, to: Action, ways: Sequence[Entrance]) -> Screen:
    """A one-time code and what to do with it; `name` when it is for somebody else. `ways` say where to send it."""
    where = (
        phrase("Open me in the other messenger and send this:")
        if name is None
        else phrase("{name} opens me in a messenger and sends this:", name=name)
    )
    once = plural(
        "It works once, for {n} minute.", "It works once, for {n} minutes.", n=CODE_LASTS // timedelta(minutes=1)
    )
    secret = phrase("Do not show it to anybody: whoever sends it is taken for you.") if name is None else None
    return screen(
        phrase("A code to link an account"),
        where,
        *((Bullets(tuple(_way(one) for one in ways)),) if ways else ()),
        paragraph(Code(code)),
        once,
        *(() if secret is None else (secret,)),
        rows=((Button(phrase("Copy"), CopyText(code)),), back_row(to)),
    )


def _way(entrance: Entrance) -> Line:
    title = messenger_title(entrance.messenger)
    if entrance.address is None:
        return (title,)
    return (phrase("{messenger}: {name}", messenger=title, name=entrance.address),)


def accounts_of_screen(person: Person, accounts: Sequence[Account]) -> Screen:
    """A colleague's accounts, each with a button that unlinks it, and a code to link another."""
    rows: list[Row] = [
        (
            Button(
                phrase("Unlink {messenger}", messenger=messenger_title(account.messenger)),
                UnlinkFrom(person.id, account.id),
            ),
        )
        for account in accounts
    ]
    if person.active:
        rows.append((Button(phrase("Make a code"), InvitePerson(person.id)),))
    lines = Bullets(tuple(account_line(account) for account in accounts))
    none = phrase("No account is linked yet.")
    title = phrase("Accounts of {name}", name=person.name)
    return screen(title, lines if accounts else none, rows=(*rows, back_row(OpenPerson(person.id))))
