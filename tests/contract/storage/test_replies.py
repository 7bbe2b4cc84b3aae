"""Replies are planned together, and nobody can tell: neither the ledger, nor who reads it in the same transaction."""

from __future__ import annotations

import pytest

from core.copies import OnTheWay
from core.delivery import Priority, Respond, Send, ToChat
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.contract.storage.company import employ, saying, sent, settle, work
from tests.contract.storage.ledger import tally
from tests.support.notices import WORD

ANNA, BORIS = ToChat("red", "chat-anna"), ToChat("red", "chat-boris")


def respond(uow: UnitOfWork, to: ToChat, text: str) -> None:
    uow.apply(Respond(content=saying(text), to=to))


async def test_each_is_a_message_with_one_copy(store: Database) -> None:
    person = await employ(store, "Petrova", "red:anna")

    def plan(uow: UnitOfWork) -> None:
        for number, cause in enumerate(("event:1", "event:2")):
            uow.cause = cause
            respond(uow, ToChat("red", "chat-anna", person_id=person), f"answer {number}")
        uow.cause = "event:3"
        respond(uow, BORIS, "answer 2")

    await store.transact(plan)
    (first, other) = sorted(await work(store), key=lambda copy: copy.message_id)
    assert first.content == saying("answer 0"), "the second one waits for its turn in the chat"
    assert (first.person_id, first.priority, first.revision, first.cause) == (person, Priority.REPLY, 1, "event:1")
    assert (other.content, other.chat, other.cause) == (saying("answer 2"), "chat-boris", "event:3")
    for copy in (first, other):
        counted = await tally(store, copy.message_id)
        assert (counted.total, counted.waiting) == (1, 1)


async def test_what_is_sent_next_comes_after_it(store: Database) -> None:
    def plan(uow: UnitOfWork) -> None:
        respond(uow, ANNA, "first")
        uow.apply(Send(kind=WORD, content=saying("second"), to=ANNA, priority=Priority.REPLY))
        respond(uow, ANNA, "third")

    await store.transact(plan)
    found = []
    while copies := await work(store):
        found += [copy.content for copy in copies]
        await settle(store, *(sent(copy) for copy in copies))
    assert found == [saying("first"), saying("second"), saying("third")]


async def test_who_asks_sees_it(store: Database) -> None:
    def plan(uow: UnitOfWork) -> bool:
        respond(uow, ANNA, "first")
        return uow.ask(OnTheWay("red", "chat-anna"))

    assert await store.transact(plan)


async def test_what_many_get_is_read_once(store: Database) -> None:
    """It is the very same object, so that it is rendered once as well; one that differs is another."""

    def plan(uow: UnitOfWork) -> None:
        for to, text in ((ANNA, "menu \x00 \ud83d"), (BORIS, "menu \x00 \ud83d"), (ToChat("red", "chat-vera"), "menu")):
            respond(uow, to, text)

    await store.transact(plan)
    anna, boris, vera = sorted(await work(store), key=lambda copy: copy.message_id)
    assert anna.content is boris.content
    assert [anna.content, vera.content] == [saying("menu \x00 \ud83d"), saying("menu")]


async def test_of_a_transaction_that_fails_nothing_stays(store: Database) -> None:
    def plan(uow: UnitOfWork) -> None:
        respond(uow, ANNA, "first")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.transact(plan)
    assert await work(store) == []


async def test_an_address_that_no_database_can_keep_is_cleaned(store: Database) -> None:
    await store.transact(lambda uow: respond(uow, ToChat("red", "chat-\x00\ud83d"), "hello"))
    (copy,) = await work(store)
    assert "\x00" not in copy.chat
