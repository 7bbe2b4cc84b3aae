"""What each event tells about the account that it comes from: its chat, its name, whether it can be written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.chat.codec import record
from core.chat.events import Attached, Deleted, Edited, Event, Joined, Left, Moved, Read, Said, Wordless
from core.chat.networks import network_of
from core.copies import SendToPresent
from core.inbox import Visitor
from core.people.directory import AccountsAt
from core.people.linking import AccountLinked
from core.people.person import Account, Person
from core.unit_of_work import DomainEvent, UnitOfWork

_LONGEST_NAME = 150
_UNWRITTEN = Left | Moved | Read | Edited | Deleted
"""What says nothing about where a person writes."""
_GREETED = timedelta(seconds=2)
"""By which what waited for somebody comes after the answer to the first that is heard of her."""


@record
@dataclass(frozen=True, slots=True)
class Returned(DomainEvent):
    """An account that could not be written to can be again."""

    account_id: int


def do_arrive(uow: UnitOfWork, event: Event, visitor: Visitor) -> Visitor:
    """The visitor with an account that is up to date; writes only what changed. For every event, before its handler.

    Whoever is known to another bot account of the network is known to this one too.
    """
    account, person = visitor.account, visitor.person
    known = None
    if person is None and (account is None or visitor.elsewhere):
        known = _known_elsewhere(uow, event)
    if account is None:
        if isinstance(event, Left | Moved) or not (event.private or known is not None):
            return visitor
        account = Account(messenger=event.messenger, address=event.account)
        uow.add(account)
    away = account.unreachable is not None
    _keep_up(account, event)
    if away and account.unreachable is None and account.person_id is not None:
        uow.emit(Returned(account.id))
    if visitor.account is None:
        uow.flush()
    elif account.absent and event.private and not isinstance(event, _UNWRITTEN | Joined):
        account.absent = False
        uow.apply(SendToPresent(account.id, uow.now + _GREETED))
    if known is not None:
        account.person_id, account.linked_at, account.refused = known.id, uow.now, False
        account.superseded = True
        if visitor.account is not None:
            uow.emit(AccountLinked(account.id, known.id))
    if account.superseded and event.private and not isinstance(event, _UNWRITTEN):
        for one in uow.ask(AccountsAt(account.network, account.address)):
            one.superseded = one is not account
    person = person or known
    if person is not None:
        _name(person, account)
    return Visitor(account, person)


def do_miss(uow: UnitOfWork, account: Account) -> bool:
    """A message came without its key; whether that is the first one since messages could be read."""
    if account.unreadable_since is not None:
        return False
    account.unreadable_since = uow.now
    return True


def placeholder(address: str) -> str:
    """The first name of a person of whom only an account is known, until it writes for the first time."""
    return address


def _known_elsewhere(uow: UnitOfWork, event: Event) -> Person | None:
    """The person whose account this is in another bot account of the network."""
    known = uow.ask(AccountsAt(network_of(event.messenger), event.account))
    owner = next((one.person_id for one in known if one.person_id is not None), None)
    return None if owner is None else uow.get(Person, owner)


def _keep_up(account: Account, event: Event) -> None:
    name = " ".join(event.name.split())[:_LONGEST_NAME]
    if name and account.name != name:
        account.name = name
    if event.language and account.language != event.language:
        account.language = event.language
    if isinstance(event, Said | Attached | Wordless) and account.unreadable_since is not None:
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
