"""The stored inbox: new events are counted, and who has lost the right to read moves no cursor."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.intake import StoredInbox
from core.chat.events import Said
from core.inbox import ClaimEvents
from core.leases import Fenced, FreeLease, Lease, TakeLease
from storage.database import Database
from tests.support.clock import START


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


async def test_who_has_lost_the_lease_stores_nothing(store: Database) -> None:
    first = await lease(store, "first")
    inbox = StoredInbox(store, "red", lease=first)
    await inbox.store([said(1)], "1")
    await store.transact(lambda uow: uow.apply(FreeLease(first)))
    second = StoredInbox(store, "red", lease=await lease(store, "second"))
    await second.store([said(2)], "2")
    with pytest.raises(Fenced):
        await inbox.store([said(3)], "1")
    assert await inbox.cursor() == "2"
    found = await store.transact(lambda uow: uow.apply(ClaimEvents(10)))
    assert [item.event.id for item in found] == ["e1", "e2"]
