"""Timers: fired once, in order, and a broken one stops no other."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path

import pytest

from bot.build import RealClock
from bot.run.leases import Tenure
from bot.run.schedule import AGAIN_AFTER, ATTEMPTS, Schedule
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.router import Router
from core.chat.clock import Clock
from core.chat.codec import record
from core.leases import Fenced, FreeLease, TakeLease
from core.people.person import Department
from core.recurring import Daily, PlannedRecurrences
from core.timers import CancelTimer, CountFailedTimers, DueTimers, NextTimer, RetryTimer, SetTimer
from core.unit_of_work import Busy, DomainEvent, UnitOfWork
from storage.database import Database
from tests.support.clock import MovableClock

SECOND = timedelta(seconds=1)


@record
@dataclass(frozen=True)
class Bell(DomainEvent):
    number: int


@record
@dataclass(frozen=True)
class Bomb(DomainEvent):
    pass


class Belfry:
    """A house whose bells are heard, and whose bombs go off until they are mended."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.heard: list[int] = []
        self.causes: list[str] = []
        self.explosions = 0
        self.mended = False
        router = Router("belfry")

        @router.on(Bell)
        def ring(uow: UnitOfWork, event: Bell) -> None:
            self.heard.append(event.number)
            self.causes.append(uow.cause)

        @router.on(Bomb)
        def explode(uow: UnitOfWork, event: Bomb) -> None:
            uow.add(Department(name="half done"))
            uow.flush()
            self.explosions += 1
            if not self.mended:
                raise ZeroDivisionError

        self.schedule = Schedule(store, House([router], Languages("en")), clock)

    async def set(self, key: str, after: timedelta, event: DomainEvent) -> None:
        await self.store.transact(lambda uow: uow.apply(SetTimer(key, self.clock.now() + after, event)))

    async def passes(self, time: timedelta) -> int:
        assert isinstance(self.clock, MovableClock)
        self.clock.move(time)
        return await self.schedule.run_due()


@pytest.fixture
async def belfry(store: Database, clock: MovableClock) -> Belfry:
    return Belfry(store, clock)


async def test_timers_fire_in_order_and_once(belfry: Belfry) -> None:
    for number in (3, 1, 2):
        await belfry.set(f"bell {number}", number * SECOND, Bell(number))
    assert await belfry.passes(2 * SECOND) == 2
    assert await belfry.passes(SECOND) == 1
    assert await belfry.passes(3600 * SECOND) == 0
    assert belfry.heard == [1, 2, 3]


async def test_a_timer_can_be_moved_and_taken_back(belfry: Belfry) -> None:
    await belfry.set("a", SECOND, Bell(1))
    await belfry.set("a", 5 * SECOND, Bell(2))
    await belfry.set("b", SECOND, Bell(3))
    await belfry.store.transact(lambda uow: uow.apply(CancelTimer("b")))
    await belfry.passes(4 * SECOND)
    assert belfry.heard == []
    await belfry.passes(SECOND)
    assert belfry.heard == [2]


async def test_a_broken_timer_stops_no_other_and_is_laid_aside(belfry: Belfry) -> None:
    await belfry.set("bomb", SECOND, Bomb())
    await belfry.set("bell", 2 * SECOND, Bell(1))
    await belfry.passes(2 * SECOND)
    assert belfry.heard == [1]
    for _ in range(ATTEMPTS + 3):
        await belfry.passes(AGAIN_AFTER)
    assert belfry.explosions == ATTEMPTS
    assert await belfry.store.transact(lambda uow: uow.ask(NextTimer())) is None


async def test_what_a_broken_timer_did_is_undone_and_done_once_when_it_works(belfry: Belfry) -> None:
    await belfry.set("bomb", SECOND, Bomb())
    await belfry.passes(SECOND)
    belfry.mended = True
    assert await belfry.passes(AGAIN_AFTER) == 1
    assert await belfry.passes(AGAIN_AFTER) == 0
    assert belfry.explosions == 2


async def test_a_broken_timer_that_is_set_again_has_all_its_attempts(belfry: Belfry, clock: MovableClock) -> None:
    await belfry.set("bomb", SECOND, Bomb())
    for _ in range(ATTEMPTS):
        await belfry.passes(AGAIN_AFTER)
    await belfry.set("bomb", SECOND, Bomb())
    await belfry.passes(SECOND)
    clock.move(AGAIN_AFTER)
    (due,) = await belfry.store.transact(lambda uow: uow.ask(DueTimers(10)))
    assert due.attempts == 1


async def test_of_two_schedules_only_one_fires(belfry: Belfry, clock: MovableClock) -> None:
    await belfry.set("bell", SECOND, Bell(1))
    clock.move(SECOND)
    other = Belfry(belfry.store, belfry.clock)
    await asyncio.gather(belfry.schedule.run_due(), other.schedule.run_due())
    assert belfry.heard + other.heard == [1]


async def test_the_running_schedule_fires_what_becomes_due_and_survives_a_locked_database(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store._clock = RealClock()
    belfry = Belfry(store, RealClock())
    transact, failures = store.transact, iter([Busy("locked")])

    async def locked_at_first(work: object) -> object:
        for failure in failures:
            raise failure
        return await transact(work)  # type: ignore[arg-type]

    await belfry.set("bell", timedelta(), Bell(1))
    await belfry.set("bell 2", 0.2 * SECOND, Bell(2))
    monkeypatch.setattr(store, "transact", locked_at_first)
    task = asyncio.create_task(belfry.schedule.run())
    async with asyncio.timeout(10):
        while belfry.heard != [1, 2]:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_timer_is_the_cause_of_what_it_does(belfry: Belfry) -> None:
    await belfry.set("noon", SECOND, Bell(12))
    await belfry.set("one", SECOND, Bell(1))
    await belfry.passes(SECOND)
    assert belfry.causes == ["timer:noon", "timer:one"]


def morning(store: Database, clock: Clock, heard: list[datetime], at: int = 9, *, broken: bool = False) -> Schedule:
    """A schedule of a house where something is done each morning at this hour in Moscow."""
    router = Router("belfry")

    @router.every("morning", Daily(hour(at)))
    def ring(uow: UnitOfWork, at: datetime) -> None:
        uow.add(Department(name=f"{at:%d.%m}"))
        heard.append(at)
        if broken:
            raise ZeroDivisionError

    return Schedule(store, House([router], Languages("en", "Europe/Moscow")), clock)


async def test_what_recurs_is_done_once_each_time_also_after_a_restart(store: Database, clock: MovableClock) -> None:
    heard: list[datetime] = []
    schedule = morning(store, clock, heard)
    assert await schedule.run_due() == 0
    for _ in range(2 * 24):
        clock.move(timedelta(hours=1))
        schedule = morning(store, clock, heard)
        await schedule.run_due()
    assert len(heard) == 2
    assert heard[1] - heard[0] == timedelta(days=1)


async def test_after_a_long_stop_only_one_is_made_up_for(store: Database, clock: MovableClock) -> None:
    heard: list[datetime] = []
    schedule = morning(store, clock, heard)
    await schedule.run_due()
    clock.move(timedelta(days=9))
    assert await schedule.run_due() == 1
    assert await schedule.run_due() == 0
    clock.move(timedelta(days=1))
    assert await schedule.run_due() == 1


async def test_another_time_is_planned_anew_and_what_recurs_no_more_is_forgotten(
    store: Database, clock: MovableClock
) -> None:
    async def waiting() -> list[str]:
        found = await store.transact(lambda uow: uow.ask(PlannedRecurrences()))
        return [f"{timer.key[:-9]} {timer.at:%H:%M}" for timer in found]

    await morning(store, clock, []).run_due()
    before = await waiting()
    await morning(store, clock, []).run_due()
    assert await waiting() == before
    await morning(store, clock, [], at=11).run_due()
    (one,) = await waiting()
    assert one.startswith("every:belfry.morning:")
    assert one.endswith(" 08:00")
    await Belfry(store, clock).schedule.run_due()
    assert await waiting() == []


async def test_what_fails_for_good_is_laid_aside_and_goes_on_the_next_day(store: Database, clock: MovableClock) -> None:
    heard: list[datetime] = []
    schedule = morning(store, clock, heard, broken=True)
    await schedule.run_due()
    clock.move(timedelta(days=1))
    for _ in range(ATTEMPTS + 1):
        await schedule.run_due()
        clock.move(AGAIN_AFTER)
    assert len(heard) == ATTEMPTS
    assert await store.transact(lambda uow: uow.ask(CountFailedTimers())) == 1
    clock.move(timedelta(days=1))
    await schedule.run_due()
    assert len(heard) == ATTEMPTS + 1
    # What was laid aside is tried again, and the next time stays one time.
    mended = morning(store, clock, heard)
    await store.transact(lambda uow: uow.apply(RetryTimer()))
    clock.move(AGAIN_AFTER)
    await mended.run_due()
    assert len(await store.transact(lambda uow: uow.ask(PlannedRecurrences()))) == 1


async def test_a_schedule_whose_lease_another_took_fires_nothing(store: Database) -> None:
    store._clock = RealClock()
    belfry = Belfry(store, RealClock())
    lease = await store.transact(lambda uow: uow.apply(TakeLease("schedule", "here", 9.0)))
    assert lease is not None
    tenure = Tenure(lease, store, time.monotonic() + 9, time.monotonic)
    await store.transact(lambda uow: uow.apply(FreeLease(lease)))
    assert await store.transact(lambda uow: uow.apply(TakeLease("schedule", "elsewhere", 9.0)))
    await belfry.set("bell", timedelta(), Bell(1))
    with pytest.raises(Fenced):
        async with asyncio.timeout(10):
            await belfry.schedule.run(tenure)
    assert belfry.heard == []
    (due,) = await store.transact(lambda uow: uow.ask(DueTimers(10)))
    assert due.attempts == 0
    assert await store.transact(lambda uow: uow.ask(CountFailedTimers())) == 0


async def test_a_timer_that_another_process_set_needs_no_hint(store: Database, tmp_path: Path) -> None:
    store._clock = RealClock()
    store.shared = True
    belfry, other = Belfry(store, RealClock()), Database(f"sqlite:///{tmp_path / 'post.db'}", RealClock())
    await belfry.set("bell", timedelta(), Bell(1))
    task = asyncio.create_task(belfry.schedule.run())
    async with asyncio.timeout(10):
        while belfry.heard != [1]:
            await asyncio.sleep(0.01)
        await Belfry(other, RealClock()).set("bell 2", timedelta(), Bell(2))
        while belfry.heard != [1, 2]:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await other.close()
