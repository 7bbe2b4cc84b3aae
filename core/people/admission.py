"""How a stranger asks to be let in, and an admin decides it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.auditing import note
from core.chat.codec import record
from core.chat.phrases import Command, phrase
from core.delivery import Send
from core.people.directory import AccountsAt
from core.people.linking import ACCOUNTS, AccountLinked, do_link
from core.people.person import Account, Person
from core.people.roles import ADMINISTER
from core.people.staffing import ACCESS
from core.unit_of_work import DomainEvent, Query, Refused, UnitOfWork

AGAIN_AFTER = timedelta(days=1)
"""After a refusal, the time until the account may ask again."""


NOTE_LIMIT = 500


@dataclass(eq=False, kw_only=True)
class AccessRequest:
    """An account wants to be let in. `message_id` is the message that shows it to the admins.

    Decided when `decided_at` is set: accepted as `person_id`, or declined when that is None. `decided_by` is None when
    the person got in another way meanwhile. `note` is what the stranger wrote about themselves, in at most `NOTE_LIMIT`
    characters.
    """

    id: int = field(init=False)
    account_id: int
    asked_at: datetime
    message_id: int | None = None
    decided_at: datetime | None = None
    decided_by: int | None = None
    person_id: int | None = None
    note: str = ""


@record
@dataclass(frozen=True, slots=True)
class AccessDecided(DomainEvent):
    """A request was accepted or declined, or is not needed any more."""

    request_id: int


@dataclass(frozen=True, slots=True)
class LatestRequest(Query[AccessRequest | None]):
    """The last request of an account."""

    account_id: int


@dataclass(frozen=True, slots=True)
class OpenRequests(Query[tuple[tuple[AccessRequest, Account], ...]]):
    """What no admin has decided yet, the oldest first."""


@dataclass(frozen=True, slots=True)
class CountRequests(Query[int]):
    """How many no admin has decided yet."""


def do_ask_for_access(uow: UnitOfWork, account: Account) -> AccessRequest:
    """A new request. Refused while one is open, and for a day after one was declined."""
    if account.person_id is not None:
        raise Refused(phrase("You have access already. See {menu}.", menu=Command("menu")))
    last = uow.ask(LatestRequest(account.id))
    if last is not None and last.decided_at is None:
        raise Refused(phrase("Your request is with the admins already. I will write as soon as it is decided."))
    if account.refused and last is not None and last.decided_at is not None:
        again = last.decided_at + AGAIN_AFTER
        if uow.now < again:
            raise Refused(
                phrase("Your request was declined. You can ask again after {when}, or talk to an admin.", when=again)
            )
    account.refused = False
    request = AccessRequest(account_id=account.id, asked_at=uow.now)
    uow.add(request)
    uow.flush()
    return request


def open_request(uow: UnitOfWork, account: Account) -> AccessRequest | None:
    """The request of an account that no admin has decided yet."""
    last = uow.ask(LatestRequest(account.id))
    return last if last is not None and last.decided_at is None else None


def do_add_note(request: AccessRequest, text: str) -> bool:
    """Adds what the stranger writes to an open request; False when there is no room left for it."""
    note = f"{request.note}\n{text.strip()}".strip()
    if len(note) > NOTE_LIMIT:
        return False
    request.note = note
    return True


def do_tell_admins(uow: UnitOfWork, request: AccessRequest, message: Send) -> None:
    """Sends the message by which the admins know of a request, and which shows how it is decided."""
    request.message_id = uow.apply(message)


def access_request(uow: UnitOfWork, actor: Person, request_id: int) -> tuple[AccessRequest, Account]:
    """A request that can still be decided, with the account that asks."""
    request = uow.get(AccessRequest, request_id) if actor.may(ADMINISTER) else None
    account = uow.get(Account, request.account_id) if request is not None else None
    if request is None or account is None:
        raise Refused(phrase("There is no such request."))
    if request.decided_at is not None:
        by = uow.get(Person, request.decided_by) if request.decided_by is not None else None
        if by is None:
            raise Refused(phrase("This is settled already: the person got in without it."))
        if request.person_id is None:
            raise Refused(phrase("{admin} has already declined this.", admin=by.name))
        raise Refused(phrase("{admin} has already accepted this.", admin=by.name))
    return request, account


def do_accept(uow: UnitOfWork, actor: Person, request_id: int, person: Person) -> None:
    """Lets the account in as `person`."""
    _, account = access_request(uow, actor, request_id)
    if not person.active:
        raise Refused(phrase("{name} has no access, so no account can be linked.", name=person.name))
    do_link(uow, account, person, actor)


def do_hire(uow: UnitOfWork, actor: Person, request_id: int, person: Person) -> None:
    """Lets the account in as `person`, whom the directory does not know yet."""
    access_request(uow, actor, request_id)
    uow.add(person)
    uow.flush()
    note(uow, ACCESS, phrase("New in the directory"), about=person.id)
    do_accept(uow, actor, request_id, person)


def do_decline(uow: UnitOfWork, actor: Person, request_id: int) -> None:
    """Does not let the account in."""
    request, account = access_request(uow, actor, request_id)
    account.refused, account.phone = True, None
    note(uow, ACCOUNTS, phrase("Access declined"))
    _decide(uow, request, None, actor.id)


def do_settle(uow: UnitOfWork, linked: AccountLinked) -> None:
    """Closes the requests of an account that has been linked, by whatever way, in every bot account."""
    account = uow.get(Account, linked.account_id)
    for one in uow.ask(AccountsAt(account.network, account.address)) if account is not None else ():
        request = uow.ask(LatestRequest(one.id))
        if request is not None and request.decided_at is None:
            _decide(uow, request, linked.person_id, linked.by)


def _decide(uow: UnitOfWork, request: AccessRequest, person_id: int | None, by: int | None) -> None:
    request.decided_at, request.person_id, request.decided_by = uow.now, person_id, by
    uow.emit(AccessDecided(request.id))
