"""The stored inbox: new events are counted, and who has lost the right to read moves no cursor."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import cast

import pytest

from bot.run.leases import Tenure
from bot.talk.intake import StoredInbox
from core.chat.events import Said
from core.inbox import ClaimEvents
from core.leases import Fenced, FreeLease, Lease, TakeLease
from core.unit_of_work import Busy
from storage.database import Database
from tests.support.clock import START
from tests.unit.bot.flaky import Flaky


def said(number: int) -> Said:
    return Said(messenger="red", id=f"e{number}", at=START, account="1", chat="c1", text="hello")


async def lease(store: Database, owner: str) -> Lease:
    taken = await store.transact(lambda uow: uow.apply(TakeLease("listen:red", owner, 9.0)))
    assert taken is not None
    return taken


async def test_new_events_are_counted_over_all_the_times_of_reading(store: Database) -> None:
    received: Counter[str] = Counter()
    await StoredInbox(store, "red", received=received).store([said(1), said(2)], "2")
    await StoredInbox(store, "red", received=received).store([said(2), said(3)], "3")
    await StoredInbox(store, "blue", received=received).store([], "1")
    assert received == {"red": 3, "blue": 0}


async def test_those_who_call_at_the_same_time_share_a_transaction(store: Database) -> None:
    received: Counter[str] = Counter()
    inbox = StoredInbox(store, "red", received=received)
    before = store.transactions
    await asyncio.gather(*(inbox.store([said(number), said(number + 1)], str(number)) for number in range(50)))
    assert store.transactions - before <= 2
    assert await inbox.cursor() == "49"
    found = await store.transact(lambda uow: uow.apply(ClaimEvents(100)))
    assert [item.event.id for item in found] == [f"e{number}" for number in range(51)]
    assert received == {"red": 51}


async def test_what_cannot_be_stored_takes_nothing_with_it(store: Database) -> None:
    inbox = StoredInbox(store, "red")
    strange = replace(said(2), text=cast(str, object()))
    calls = [inbox.store([event], None) for event in (said(1), strange, said(3))]
    first, second, third = await asyncio.gather(*calls, return_exceptions=True)
    assert (first, third) == (None, None)
    assert isinstance(second, TypeError)
    found = await store.transact(lambda uow: uow.apply(ClaimEvents(10)))
    assert [item.event.id for item in found] == ["e1", "e3"]


async def test_who_goes_away_takes_nothing_along(store: Database) -> None:
    inbox = StoredInbox(store, "red")
    calls = [asyncio.create_task(inbox.store([said(number)], None)) for number in range(3)]
    await asyncio.sleep(0)
    calls[0].cancel()
    calls[2].cancel()
    await calls[1]
    found = await store.transact(lambda uow: uow.apply(ClaimEvents(10)))
    assert [item.event.id for item in found] == ["e0", "e1", "e2"]


async def test_when_the_database_is_away_all_hear_of_it(store: Database) -> None:
    away = Flaky(store)
    away.fault = Busy("locked")
    inbox = StoredInbox(away, "red")
    said_so = await asyncio.gather(*(inbox.store([said(number)], None) for number in range(3)), return_exceptions=True)
    assert [type(error) for error in said_so] == [Busy] * 3
    away.fault = None
    await inbox.store([said(1)], None)


async def test_who_has_lost_the_lease_stores_nothing(store: Database) -> None:
    first = await lease(store, "first")
    inbox = StoredInbox(Tenure(first, store, 1e9, lambda: 0.0), "red")
    await inbox.store([said(1)], "1")
    await store.transact(lambda uow: uow.apply(FreeLease(first)))
    second = StoredInbox(Tenure(await lease(store, "second"), store, 1e9, lambda: 0.0), "red")
    await second.store([said(2)], "2")
    with pytest.raises(Fenced):
        await inbox.store([said(3)], "1")
    assert await second.cursor() == "2"
    found = await store.transact(lambda uow: uow.apply(ClaimEvents(10)))
    assert [item.event.id for item in found] == ["e1", "e2"]
