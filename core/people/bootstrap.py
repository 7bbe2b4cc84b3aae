"""The first admins: accounts named in the settings, known before they wrote for the first time."""

from __future__ import annotations

from collections.abc import Iterable

from core.chat.networks import network_of
from core.people.arrival import placeholder
from core.people.directory import AccountsAt
from core.people.grants import Source, give
from core.people.linking import do_link
from core.people.person import Account, Person
from core.people.roles import ADMIN
from core.unit_of_work import UnitOfWork


def do_ensure_admins(uow: UnitOfWork, accounts: Iterable[str]) -> None:
    """Makes the people behind these accounts (`telegram:12345`) admins; an account that is nobody's gets a person.

    An account is the same in all bot accounts of its network. A person who was deactivated stays so. Repeating it
    changes nothing.
    """
    for text in accounts:
        messenger, _, address = text.partition(":")
        known = uow.ask(AccountsAt(network_of(messenger), address))
        owner = next((one.person_id for one in known if one.person_id is not None), None)
        person = uow.get(Person, owner) if owner is not None else None
        if person is None:
            account = next((one for one in known if one.chat is not None), None) or next(iter(known), None)
            if account is None:
                account = Account(messenger=network_of(messenger), address=address)
                uow.add(account)
            first_name, _, last_name = (account.name or placeholder(address)).partition(" ")
            person = Person(last_name=last_name, first_name=first_name)
            uow.add(person)
            uow.flush()
            do_link(uow, account, person)
        give(uow, person, ADMIN.name, source=Source.SETTINGS)
        uow.flush()
