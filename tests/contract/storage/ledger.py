"""The words in which the tests speak of the ledger; importing `counters_are_right` has them checked after each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from core.chat.blocks import Heading
from core.copies import Copy, CopyAt, Held, Wanted
from core.delivery import Priority, Progress, Recipients, Revise, Send, Tally, ToChat, Withdraw
from core.people.person import Account
from core.unit_of_work import Change, Query, UnitOfWork
from storage.database import Database
from storage.tables.people import accounts
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import recounted, saying
from tests.support.notices import WORD

T = TypeVar("T")
SECONDS = timedelta(seconds=1)
HERE = ToChat("red", "chat-1")


@pytest.fixture(autouse=True)
async def counters_are_right(store: Database) -> object:
    """After each test the counters are those of a recount."""
    yield
    await store.transact(recounted)


async def plan(
    store: Database,
    text: str = "hello",
    to: Recipients = HERE,
    priority: Priority = Priority.NOTICE,
    key: str | None = None,
    *,
    urgent: bool = False,
) -> int:
    """The id of a new message."""
    send = Send(kind=WORD, content=saying(text), to=to, priority=priority, key=key, urgent=urgent)
    return await store.transact(lambda uow: uow.apply(send))


async def apply(store: Database, change: Change[T]) -> T:
    """What comes of a change in a transaction of its own."""
    return await store.transact(lambda uow: uow.apply(change))


async def ask(store: Database, query: Query[T]) -> T:
    """The answer to a query in a transaction of its own."""
    return await store.transact(lambda uow: uow.ask(query))


def said(copies: Iterable[Wanted | Held]) -> list[str]:
    """What copies say."""
    return [str(block.text) for copy in copies for block in copy.content.blocks if isinstance(block, Heading)]


async def revise(store: Database, message_id: int, text: str) -> None:
    """Changes what a message wants."""
    await store.transact(lambda uow: uow.apply(Revise(message_id, saying(text))))


async def withdraw(store: Database, message_id: int) -> None:
    """Takes a message back."""
    await store.transact(lambda uow: uow.apply(Withdraw(message_id, saying("withdrawn"))))


async def tally(store: Database, message_id: int) -> Tally:
    """The counters of a message."""
    return await store.transact(lambda uow: uow.ask(Progress(message_id)))


async def account_at(store: Database, address: str) -> Account:
    """The account with an address."""

    def look(uow: UnitOfWork) -> Account:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(Account).where(accounts.c.address == address)).scalar_one()

    return await store.transact(look)


async def copy_at(store: Database, native: str, messenger: str = "red") -> Copy | None:
    """The copy in the first chat that a messenger's message belongs to."""
    return await store.transact(lambda uow: uow.ask(CopyAt(messenger, "chat-1", native)))
