"""How an account in a messenger becomes a person's: by a one-time code, by the own phone number, by an admin."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.auditing import AuditKind, note
from core.chat.codec import record
from core.chat.phrases import Command, Phrase, phrase
from core.people.choices import PREFERRED
from core.people.directory import AccountsAt, AccountsOf, PeopleWithPhone
from core.people.person import Account, Code, Person
from core.phones import e164
from core.settings import do_set, setting_of
from core.unit_of_work import Change, DomainEvent, Query, Refused, UnitOfWork

ACCOUNTS = AuditKind("people.accounts", phrase("Accounts and codes"))

CODE_LASTS = timedelta(minutes=15)
WRONG_CODES = 5
"""Wrong codes that an account may try within `CODE_LASTS`."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, and U, which are mistaken for each other."""
_LENGTH = 8
_TYPED = re.compile(r"\s*([0-9A-Za-z]{4})[-\s]?([0-9A-Za-z]{4})\s*")


@dataclass(eq=False, kw_only=True)
class WrongCode:
    """An account tried a code that is none."""

    id: int = field(init=False)
    account_id: int
    at: datetime


@record
@dataclass(frozen=True, slots=True)
class AccountLinked(DomainEvent):
    """An account became a person's; `by` is the admin who decided it, None when the person proved it."""

    account_id: int
    person_id: int
    by: int | None = None


@dataclass(frozen=True, slots=True)
class CodeWith(Query[Code | None]):
    """The code with a digest."""

    digest: str


@dataclass(frozen=True, slots=True)
class WrongCodesOf(Query[int]):
    """How many wrong codes an account has tried since a moment."""

    account_id: int
    since: datetime


@dataclass(frozen=True, slots=True)
class ForgetCodes(Change[None]):
    """Removes codes that expired, and wrong codes tried, before a moment."""

    before: datetime


def do_issue_code(uow: UnitOfWork, person: Person, lasts: timedelta = CODE_LASTS) -> str:
    """A new one-time code such as K7QX-3MZD, which links one account to the person."""
    if not person.active:
        raise Refused(phrase("{name} has no access, so no account can be linked.", name=person.name))
    uow.apply(ForgetCodes(uow.now - CODE_LASTS))
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    note(uow, ACCOUNTS, phrase("One-time code given"), about=person.id)
    uow.add(Code(digest=_digest(letters), person_id=person.id, expires_at=uow.now + lasts))
    return f"{letters[:4]}-{letters[4:]}"


def like_a_code(text: str) -> bool:
    """Whether a text that was not asked for may be meant as a code: with the hyphen, or with a digit in it."""
    return bool(_TYPED.fullmatch(text)) and ("-" in text or any(letter.isdecimal() for letter in text))


def do_redeem_code(uow: UnitOfWork, account: Account, text: str) -> Person | Phrase:
    """Links the account to the person who was given the code; or why the code does not do, to be told.

    A wrong code is counted, so it must not undo the transaction. Raises `Refused` when the link is impossible.
    """
    if account.person_id is not None:
        raise Refused(phrase("This account is linked already. See {me}.", me=Command("me")))
    tried = uow.ask(WrongCodesOf(account.id, uow.now - CODE_LASTS))
    if tried >= WRONG_CODES:
        return phrase("Too many wrong codes. Please wait a quarter of an hour, then ask for a new code.")
    code = uow.ask(CodeWith(_digest(text)))
    person = uow.get(Person, code.person_id) if code is not None else None
    if code is None or code.used_at is not None or code.expires_at <= uow.now or person is None or not person.active:
        uow.add(WrongCode(account_id=account.id, at=uow.now))
        return phrase(
            "This code is wrong, used or too old. Get a new one in the messenger where you are known (Me, then Link "
            "another messenger), or ask an admin."
        )
    code.used_at = uow.now
    do_link(uow, account, person)
    return person


def do_identify(uow: UnitOfWork, account: Account, phone: str, *, own: bool) -> Person | Phrase:
    """Links the account to the person with this phone number; or why that cannot be, to be told."""
    if not own:
        return phrase("This is not your own number. Please use the button that shares yours.")
    number = e164(phone)
    people = uow.ask(PeopleWithPhone(number)) if number is not None else ()
    if not people:
        account.phone = number
        return phrase("Your number is not in the company’s directory.")
    if len(people) > 1:
        account.phone = number
        return phrase(
            "Several colleagues have this number, so it does not show who you are. Ask an admin for a one-time code "
            "and send it to me."
        )
    if people[0].id == account.person_id:
        return people[0]
    do_link(uow, account, people[0])
    return people[0]


def do_link(uow: UnitOfWork, account: Account, person: Person, by: Person | None = None) -> None:
    """Makes the account the person's, in every bot account of its network. Refused where either has another already."""
    everywhere = {account, *uow.ask(AccountsAt(account.network, account.address))}
    if any(one.person_id is not None for one in everywhere):
        raise Refused(
            phrase(
                "This account is linked to a colleague already. Unlink it first in {me}, or ask an admin to do it.",
                me=Command("me"),
            )
        )
    if any(other.network == account.network for other in uow.ask(AccountsOf(person.id))):
        raise Refused(
            phrase(
                "{name} has another account in this messenger already. Unlink it there first ({me}, then Accounts), "
                "or ask an admin to do it.",
                name=person.name,
                me=Command("me"),
            )
        )
    for one in everywhere:
        one.person_id, one.linked_at, one.refused, one.phone = person.id, uow.now, False, None
        one.superseded = one is not account
    note(uow, ACCOUNTS, phrase("Account linked: {network}", network=account.network.capitalize()), about=person.id)
    uow.emit(AccountLinked(account.id, person.id, by.id if by is not None else None))


def do_unlink(uow: UnitOfWork, person: Person, account: Account, *, own: bool) -> None:
    """Makes the account a stranger's again, in every bot account. With `own` the person's only account stays."""
    if account.person_id != person.id:
        raise Refused(phrase("This account is not linked any more."))
    if own and len(uow.ask(AccountsOf(person.id))) == 1:
        raise Refused(
            phrase(
                "This is your only account: without it you could not come in. Link another one first, with {link}.",
                link=Command("link"),
            )
        )
    for one in uow.ask(AccountsAt(account.network, account.address)):
        one.person_id, one.linked_at, one.superseded = None, None, False
    if setting_of(person, PREFERRED) == account.network:
        do_set(uow, person, PREFERRED, None)
    note(uow, ACCOUNTS, phrase("Account unlinked: {network}", network=account.network.capitalize()), about=person.id)


def _digest(text: str) -> str:
    letters = "".join(letter for letter in text.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()
