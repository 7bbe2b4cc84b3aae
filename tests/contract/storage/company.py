"""A small company in a database, for the tests of storage, and the words in which they speak of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text

from core.chat.messenger import Receipt
from core.chat.screens import Screen, screen
from core.copies import Settle, Settled, Wanted, WantedCopies
from core.delivery import DeliveryState, Priority, Send, ToAudience
from core.people.audience import Audience
from core.people.choices import LANGUAGE, PREFERRED, TIMEZONE
from core.people.person import Account, Person
from core.people.quiet import QUIET_HOURS
from core.settings import Setting, do_set
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.tables.delivery import deliveries, messages
from storage.unit_of_work import SqlUnitOfWork
from tests.support.notices import WORD

_HIRE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)
INSERT INTO people (last_name, first_name, patronymic, email, position, active)
SELECT 'Person ' || i, '', '', '', '', true FROM n
"""
_CONNECT = """
INSERT INTO accounts (messenger, address, person_id, chat, name, refused)
SELECT 'red', CAST(id AS text), id, 'chat-' || id, '', false FROM people
"""


def saying(text: str) -> Screen:
    """A screen with one line."""
    return screen(text)


_CHOICES: Mapping[str, Setting[Any]] = {
    "language": LANGUAGE,
    "timezone": TIMEZONE,
    "preferred": PREFERRED,
    "quiet": QUIET_HOURS,
}


def add_person(uow: UnitOfWork, name: str, *addresses: str, **fields: Any) -> int:
    """A person with accounts given as `messenger:address`; each has the chat `chat-address`. The person's id.

    `fields` are those of a person, or what the person has chosen, by the names in `_CHOICES`.
    """
    choices = {_CHOICES[key]: fields.pop(key) for key in fields.keys() & _CHOICES.keys()}
    person = Person(last_name=name, first_name="Test", **fields)
    uow.add(person)
    uow.flush()
    for setting, value in choices.items():
        do_set(uow, person, setting, value)
    for place in addresses:
        messenger, address = place.split(":")
        uow.add(Account(messenger=messenger, address=address, person_id=person.id, chat=f"chat-{address}"))
        uow.flush()
    return person.id


async def employ(store: Database, name: str, *addresses: str, **fields: Any) -> int:
    """`add_person` in a transaction of its own."""
    return await store.transact(lambda uow: add_person(uow, name, *addresses, **fields))


async def work(
    store: Database, messenger: str = "red", limit: int = 100, busy: frozenset[int] = frozenset()
) -> list[Wanted]:
    """What the sender of a messenger has to do now."""
    return list(await store.transact(lambda uow: uow.ask(WantedCopies(messenger, limit, busy))))


def sent(copy: Wanted, *ids: str, **more: Any) -> Settled:
    """That a copy arrived as it was wanted."""
    receipt = Receipt(ids or (f"m{copy.delivery_id}",))
    return Settled(delivery_id=copy.delivery_id, state=DeliveryState.SENT, shown=copy.revision, receipt=receipt, **more)


def became(copy: Wanted, state: DeliveryState, **more: Any) -> Settled:
    """Any other outcome."""
    return Settled(delivery_id=copy.delivery_id, state=state, shown=copy.shown, receipt=copy.receipt, **more)


async def settle(store: Database, *outcomes: Settled) -> None:
    """Writes outcomes down."""
    await store.transact(lambda uow: uow.apply(Settle(outcomes)))


async def states(store: Database, message_id: int) -> list[str]:
    """The states of a message's copies, in the order in which they were planned."""

    def look(uow: UnitOfWork) -> list[str]:
        assert isinstance(uow, SqlUnitOfWork)
        statement = select(deliveries.c.state).where(deliveries.c.message_id == message_id)
        return list(uow.session.execute(statement.order_by(deliveries.c.id)).scalars())

    return await store.transact(look)


def recounted(uow: UnitOfWork) -> None:
    """Asserts that the counters of every message are those of its copies."""
    assert isinstance(uow, SqlUnitOfWork)
    found: dict[int, Counter[str]] = {}
    for message_id, state in uow.session.execute(select(deliveries.c.message_id, deliveries.c.state)):
        found.setdefault(message_id, Counter())[state] += 1
    for row in uow.session.execute(select(messages)).mappings():
        counted = {state.value: row[state.value] for state in DeliveryState}
        assert Counter({name: number for name, number in counted.items() if number}) == found.get(row["id"], Counter())


def announce(people: int, uow: UnitOfWork) -> None:
    """Hires so many people, with an account of `red` each, and plans a broadcast to all."""
    assert isinstance(uow, SqlUnitOfWork)
    uow.session.execute(text(_HIRE), {"number": people})
    uow.session.execute(text(_CONNECT))
    tell_all(uow)


def tell_all(uow: UnitOfWork, priority: Priority = Priority.BROADCAST) -> int:
    """Plans a message to everybody; its id."""
    return uow.apply(Send(kind=WORD, content=saying("all"), to=ToAudience(Audience(everybody=True)), priority=priority))
