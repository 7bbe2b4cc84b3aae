"""What each event tells about the account that it comes from: its chat, its name, whether it can be written to."""

from __future__ import annotations

from core.chat.events import Attached, Event, Left, Moved, Said
from core.inbox import Visitor
from core.people.person import Account, Person
from core.unit_of_work import UnitOfWork

_LONGEST_NAME = 150


def arrive(uow: UnitOfWork, event: Event, visitor: Visitor) -> Visitor:
    """The visitor with an account that is up to date; writes only what changed. For every event, before its handler."""
    account = visitor.account
    if account is None:
        if not event.private or isinstance(event, Left | Moved):
            return visitor
        account = Account(messenger=event.messenger, address=event.account)
        uow.add(account)
    _keep_up(account, event)
    if visitor.person is not None:
        _name(visitor.person, account)
    if visitor.account is None:
        uow.flush()
    return Visitor(account, visitor.person)


def placeholder(address: str) -> str:
    """The first name of a person of whom only an account is known, until it writes for the first time."""
    return address


def _keep_up(account: Account, event: Event) -> None:
    name = " ".join(event.name.split())[:_LONGEST_NAME]
    if name and account.name != name:
        account.name = name
    if event.language and account.language != event.language:
        account.language = event.language
    if isinstance(event, Said | Attached) and account.unreadable_since is not None:
        account.unreadable_since = None
    if isinstance(event, Moved):
        if account.chat == event.chat:
            account.chat = event.to
    elif event.private:
        if account.chat != event.chat:
            account.chat = event.chat
        unreachable = (event.reason or "left") if isinstance(event, Left) else None
        if account.unreachable != unreachable:
            account.unreachable = unreachable


def _name(person: Person, account: Account) -> None:
    """Gives a person who has only a placeholder the name that the account has."""
    if person.first_name == placeholder(account.address) and not person.last_name and account.name:
        person.first_name, _, person.last_name = account.name.partition(" ")
