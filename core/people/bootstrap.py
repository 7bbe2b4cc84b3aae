"""The first admins: accounts named in the settings, known before they wrote for the first time."""

from __future__ import annotations

from collections.abc import Iterable

from core.access import Role
from core.inbox import WhoIs
from core.people.arrival import placeholder
from core.people.linking import AccountLinked
from core.people.person import Account, Person
from core.people.staffing import RolesChanged
from core.unit_of_work import UnitOfWork


def ensure_admins(uow: UnitOfWork, accounts: Iterable[str]) -> None:
    """Makes the people behind these accounts (`telegram:12345`) admins; an account that is nobody's gets a person.

    A person who was deactivated stays so. Repeating it changes nothing.
    """
    for text in accounts:
        messenger, _, address = text.partition(":")
        visitor = uow.ask(WhoIs(messenger, address))
        account, person = visitor.account, visitor.person
        if account is None:
            account = Account(messenger=messenger, address=address)
            uow.add(account)
        if person is None:
            first_name, _, last_name = (account.name or placeholder(address)).partition(" ")
            person = Person(last_name=last_name, first_name=first_name)
            uow.add(person)
            uow.flush()
            account.person_id, account.linked_at, account.refused = person.id, uow.now, False
            uow.flush()
            uow.emit(AccountLinked(account.id, person.id))
        if Role.ADMIN not in person.roles:
            person.roles |= Role.ADMIN
            uow.emit(RolesChanged(person.id))
        uow.flush()
