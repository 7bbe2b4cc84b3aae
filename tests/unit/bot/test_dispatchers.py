"""Several dispatchers at one inbox: each person is answered once, in order, also when one of them is interrupted."""

from __future__ import annotations

import asyncio
from operator import methodcaller

from bot.send.delivery import Sender
from bot.talk.announce import Announcer
from bot.talk.dispatch import Dispatcher
from core.chat.events import Said
from core.inbox import StoreEvents
from storage.database import Database
from tests.contract.storage.company import employ
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL
from tests.unit.bot.conftest import small_house
from tests.unit.bot.scripted import ScriptedMessenger

PEOPLE = 12
EACH = 20


def said(person: int, number: int, text: str) -> Said:
    return Said(
        messenger="red",
        id=f"{person}-{number}",
        at=MovableClock().now(),
        account=f"p{person}",
        chat=f"chat-p{person}",
        text=text,
        language="en",
    )


def words(number: int) -> str:
    """Forms need their order: a title is asked for, given, and the form left again. Some break or are refused."""
    return {0: "/order", 1: "Soup", 2: "/cancel", 3: "/refuse", 4: "/explode"}.get(number % 7, "hello")


async def test_several_dispatchers_answer_each_person_once_and_in_order(
    postgresql: PostgreSQL, clock: MovableClock
) -> None:
    url, house = postgresql.create(), small_house()
    stores = [Database(url, clock) for _ in range(3)]
    messenger = ScriptedMessenger("red")
    for person in range(PEOPLE + 1):
        await employ(stores[0], f"Person {person}", f"red:p{person}")
    messengers = {"red": messenger}
    workers = [Dispatcher(store, house, messengers, Announcer(store, house, messengers)) for store in stores]

    async def receive(people: range) -> None:
        for number in range(EACH):
            received = tuple(said(person, number, words(number)) for person in people)
            await stores[0].transact(methodcaller("apply", StoreEvents("red", received, None)))

    receiving = asyncio.create_task(receive(range(PEOPLE)))

    async def handle(worker: Dispatcher) -> None:
        while await worker.drain() or not receiving.done():
            pass

    interrupted, *others = [asyncio.create_task(handle(worker)) for worker in workers]
    await receiving
    interrupted.cancel()
    await asyncio.gather(*others)
    # What one person alone is answered is what each must have been answered.
    await receive(range(PEOPLE, PEOPLE + 1))
    await handle(workers[1])
    await Sender(stores[0], house, messenger, clock).drain()
    expected = messenger.texts(f"chat-p{PEOPLE}")
    assert len(expected) == EACH
    for person in range(PEOPLE):
        assert messenger.texts(f"chat-p{person}") == expected
    for store in stores:
        await store.close()
    postgresql.drop(url)
