"""The timers: kept once, fired once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from core.chat.codec import record
from core.timers import CancelTimer, Due, DueTimers, NextTimer, SetTimer, TakeTimer, TimerFailed
from core.unit_of_work import DomainEvent, UnitOfWork
from storage.database import Database
from storage.tables.timers import timers
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import MovableClock

MINUTE = timedelta(minutes=1)


@record
@dataclass(frozen=True, slots=True)
class Boiled(DomainEvent):
    """For the timers of these tests."""

    kettle: int


async def set_timer(store: Database, key: str, at: datetime, kettle: int) -> None:
    await store.transact(lambda uow: uow.apply(SetTimer(key, at, Boiled(kettle))))


async def due(store: Database, limit: int = 10) -> list[Due]:
    return list(await store.transact(lambda uow: uow.ask(DueTimers(limit))))


async def next_timer(store: Database) -> datetime | None:
    return await store.transact(lambda uow: uow.ask(NextTimer()))


async def take(store: Database, timer: Due) -> bool:
    return await store.transact(lambda uow: uow.apply(TakeTimer(timer)))


async def test_a_timer_is_due_in_time_and_once(store: Database, clock: MovableClock) -> None:
    woken = asyncio.Event()
    store.woken("timers", woken.set)
    await set_timer(store, "a", clock.now() + MINUTE, 1)
    await asyncio.wait_for(woken.wait(), 5)
    await set_timer(store, "b", clock.now() + 2 * MINUTE, 2)
    await set_timer(store, "a", clock.now() + 3 * MINUTE, 3)
    await set_timer(store, "c", clock.now() + MINUTE, 4)
    await store.transact(lambda uow: uow.apply(CancelTimer("c")))
    assert await next_timer(store) == clock.now() + 2 * MINUTE
    assert await due(store) == []
    clock.move(3 * MINUTE)
    found = await due(store)
    assert [(timer.key, timer.event, timer.attempts) for timer in found] == [("b", Boiled(2), 0), ("a", Boiled(3), 0)]
    assert await due(store, limit=1) == found[:1]
    assert sorted(await asyncio.gather(*(take(store, found[0]) for _ in range(3)))) == [False, False, True]
    assert await due(store) == found[1:]


async def test_a_timer_that_was_set_anew_is_not_taken(store: Database, clock: MovableClock) -> None:
    await set_timer(store, "a", clock.now(), 1)
    (timer,) = await due(store)
    await set_timer(store, "a", clock.now() + MINUTE, 2)
    assert not await take(store, timer)
    assert await next_timer(store) == clock.now() + MINUTE


async def test_a_timer_whose_event_failed_is_due_again(store: Database, clock: MovableClock) -> None:
    await set_timer(store, "a", clock.now(), 1)
    (timer,) = await due(store)

    def fire(uow: UnitOfWork) -> None:
        uow.apply(TakeTimer(timer))
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await store.transact(fire)
    assert await due(store) == [timer]
    again = clock.now() + MINUTE
    await store.transact(lambda uow: uow.apply(TimerFailed(timer, "RuntimeError", again)))
    assert await due(store) == []
    clock.set(again)
    (timer,) = await due(store)
    assert timer.attempts == 1
    await store.transact(lambda uow: uow.apply(TimerFailed(timer, "RuntimeError", None)))
    assert await due(store) == []
    assert await next_timer(store) is None


async def test_a_timer_of_another_version_stops_nobody(store: Database, clock: MovableClock) -> None:
    await set_timer(store, "a", clock.now() - MINUTE, 1)

    def spoil(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.session.execute(update(timers).values(event={"_": "Telepathy"}))

    await store.transact(spoil)
    await set_timer(store, "b", clock.now(), 2)
    assert [timer.event for timer in await due(store)] == [Boiled(2)]
    assert [timer.event for timer in await due(store, limit=1)] == [Boiled(2)]

    def left(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(func.count()).select_from(timers)).scalar_one()

    assert await store.transact(left) == 2
