"""Housekeeping: large messages are brought in line and old events forgotten, in slices."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.run import housekeeping
from bot.run.housekeeping import FORGET_EVERY, Housekeeping
from bot.run.leases import Tenure
from core.chat.events import Said
from core.chat.screens import screen
from core.delivery import Cancel, Priority, Progress, Send, ToAudience, Unswept
from core.inbox import ClaimEvents, StoreEvents
from core.leases import Fenced, FreeLease, TakeLease
from core.people.audience import Audience
from core.people.person import Account, Person
from core.retention import OF_ALL_ROOMS
from core.unit_of_work import Busy, UnitOfWork
from storage.database import Database
from storage.ledger import sweeping
from tests.support.clock import MovableClock
from tests.support.notices import WORD

KEPT_FOR = timedelta(days=next(keep.days for keep in OF_ALL_ROOMS if keep.rows == "events"))


@pytest.fixture(autouse=True)
def slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows are a slice, and three too many for one transaction."""
    monkeypatch.setattr(housekeeping, "SLICE", 2)
    monkeypatch.setattr(sweeping, "FEW", 2)


def _cancelled(uow: UnitOfWork) -> int:
    """A message to five people that is cancelled."""
    for number in range(5):
        uow.add(person := Person(last_name=f"Person {number}", first_name="Test"))
        uow.flush()
        uow.add(Account(messenger="red", address=str(number), person_id=person.id, chat=f"chat-{number}"))
    message = Send(
        kind=WORD, content=screen("hello"), to=ToAudience(Audience(everybody=True)), priority=Priority.BROADCAST
    )
    message_id = uow.apply(message)
    uow.apply(Cancel(message_id))
    return message_id


async def test_a_large_message_is_brought_in_line(store: Database, clock: MovableClock) -> None:
    keeping = Housekeeping(store, clock)
    message_id = await store.transact(_cancelled)
    assert (await store.transact(lambda uow: uow.ask(Progress(message_id)))).waiting == 5
    assert await keeping.step() == 3
    assert (await store.transact(lambda uow: uow.ask(Progress(message_id)))).waiting == 0
    assert await keeping.step() == 0


async def test_it_is_woken_by_what_there_is_to_do(store: Database, clock: MovableClock) -> None:
    running = asyncio.create_task(Housekeeping(store, clock).run())
    await asyncio.sleep(0)
    await store.transact(_cancelled)
    async with asyncio.timeout(10):
        while await store.transact(lambda uow: uow.ask(Unswept())):
            pass
    running.cancel()
    await asyncio.wait({running})


async def test_a_database_that_is_busy_is_asked_again(
    store: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "AGAIN_AFTER", 0.001)
    keeping = Housekeeping(store, clock)
    steps = 0
    again = asyncio.Event()

    async def step() -> int:
        nonlocal steps
        steps += 1
        if steps == 1:
            raise Busy("locked")
        again.set()
        return 0

    monkeypatch.setattr(keeping, "step", step)
    running = asyncio.create_task(keeping.run())
    async with asyncio.timeout(10):
        await again.wait()
    running.cancel()
    await asyncio.wait({running})


async def test_old_events_are_forgotten_once_an_hour(store: Database, clock: MovableClock) -> None:
    def received(*ids: str) -> StoreEvents:
        events = (Said(messenger="red", id=name, chat="1", account="1", at=clock.now(), text="hello") for name in ids)
        return StoreEvents("red", tuple(events), None)

    async def store_and_handle(*ids: str) -> int:
        new = await store.transact(lambda uow: uow.apply(received(*ids)))
        while await store.transact(lambda uow: uow.apply(ClaimEvents(10))):
            pass
        return new

    keeping = Housekeeping(store, clock)
    assert await store_and_handle("a", "b", "c") == 3
    assert await keeping.step() == 0
    clock.move(KEPT_FOR)
    assert await store_and_handle("a", "d") == 1, "what came less than two weeks ago is known"
    clock.move(timedelta(seconds=1))
    assert await keeping.step() == 2
    assert await store_and_handle("a", "d") == 1, "what came before that is not"
    clock.move(KEPT_FOR)
    assert await keeping.step() > 0
    clock.move(FORGET_EVERY / 2)
    await store_and_handle("e")
    assert await keeping.step() == 0


async def test_another_owner_ends_it(store: Database, clock: MovableClock) -> None:
    lease = await store.transact(lambda uow: uow.apply(TakeLease("housekeeping", "here", 60.0)))
    assert lease is not None
    await store.transact(_cancelled)
    await store.transact(lambda uow: uow.apply(FreeLease(lease)))
    await store.transact(lambda uow: uow.apply(TakeLease("housekeeping", "there", 60.0)))
    with pytest.raises(Fenced):
        await Housekeeping(store, clock).run(Tenure(lease, store, 1e9, lambda: 0.0))
    assert await store.transact(lambda uow: uow.ask(Unswept()))
