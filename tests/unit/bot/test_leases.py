"""A tenant works only while nobody else can: whatever the database, the clock and the work do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from bot.run.leases import LOOK, MARGIN, RENEW, TTL, Tenant, Tenure, steady_clock, this_process
from core.leases import Fenced, Lease, Standing, Standings, TakeLease
from core.unit_of_work import Busy, Full, UnitOfWork
from storage.database import Database
from tests.support.clock import MovableClock
from tests.support.naps import Naps
from tests.unit.bot.flaky import Flaky
from tests.unit.bot.scripted import Steady

T = TypeVar("T")
NAME = "send:telegram"
FULL_TIME = TTL - MARGIN


class Office:
    """A tenant, its clocks, and work that goes on until it is cancelled or told what to do."""

    def __init__(self, store: Database, clock: MovableClock) -> None:
        self.store, self.naps, self.steady, self._clock = Flaky(store), Naps(), Steady(), clock
        self.tenant = Tenant(self.store, NAME, "red", steady=self.steady, nap=self.naps)
        self.tenures: list[Tenure] = []
        self.ended = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.errand: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changed = asyncio.Condition()
        self.running = asyncio.create_task(self.tenant.run(self._work))

    async def _work(self, tenure: Tenure) -> None:
        self.tenures.append(tenure)
        await self._tell()
        try:
            await asyncio.shield(self.errand)
        finally:
            await self.may_end.wait()
            self.ended += 1
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def works(self, times: int = 1) -> Tenure:
        """Wait until the work was begun so often."""
        await self.until(lambda: len(self.tenures) >= times)
        return self.tenures[-1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the work does."""
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(condition)

    def passes(self, seconds: float) -> None:
        """Time goes by, here and in the database, and nobody has noticed yet."""
        self.steady.now += seconds
        self._clock.move(timedelta(seconds=seconds))

    async def standing(self) -> Standing:
        """The lease as the database has it."""
        (only,) = await self._direct(lambda uow: uow.ask(Standings()))
        return only

    async def rival(self) -> Lease | None:
        """Another process tries to take it."""
        return await self._direct(lambda uow: uow.apply(TakeLease(NAME, "blue", TTL)))

    async def _direct(self, work: Callable[[UnitOfWork], T]) -> T:
        return await self.store.behind.transact(work)

    async def stop(self) -> None:
        """Cancels the tenant and waits for its end."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


@pytest.fixture
async def office(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Office]:
    """A tenant over a real database."""
    path = tmp_path / "leases.db"
    path.write_bytes(sqlite_template.read_bytes())
    clock = MovableClock()
    store = Database(f"sqlite:///{path}", clock)
    found = Office(store, clock)
    yield found
    found.may_end.set()
    found.store.open.set()
    await found.stop()
    await store.close()


async def test_it_works_while_it_holds_and_frees_when_it_is_stopped(office: Office) -> None:
    tenure = await office.works()
    assert office.tenant.holding is tenure
    assert tenure.lease == Lease(NAME, 1)
    assert tenure.valid()
    assert (await office.standing()).owner == "red"
    await office.stop()
    assert office.running.cancelled()
    assert office.ended == 1
    assert office.tenant.holding is None
    assert not tenure.valid()
    assert (await office.standing()).owner == ""


async def test_a_renewal_in_time_lets_it_go_on(office: Office) -> None:
    tenure = await office.works()
    for _ in range(8):
        office.passes(RENEW)
        before = office.store.asked
        await office.naps.wake(RENEW)
        await office.store.reaches(before + 1)
        await office.naps.taken(RENEW)
    assert tenure.valid()
    assert tenure.left == FULL_TIME
    await office.naps.wake(FULL_TIME)  # the first deadline, long since moved
    assert await office.rival() is None
    assert office.ended == 0


async def test_the_deadline_counts_from_before_the_renewal_was_asked_for(office: Office) -> None:
    tenure = await office.works()
    office.passes(RENEW)
    office.store.open.clear()
    await office.naps.wake(RENEW)
    await office.store.reaches(2)
    office.passes(4)
    office.store.open.set()
    await office.naps.taken(RENEW)
    assert tenure.left == FULL_TIME - 4


async def test_a_process_that_was_stopped_knows_at_once(office: Office) -> None:
    tenure = await office.works()
    office.passes(FULL_TIME - 0.01)
    assert tenure.valid()
    office.passes(0.01)
    assert not tenure.valid(), "before anything else could run"
    assert await office.rival() is None, "the margin"
    office.passes(MARGIN)
    assert await office.rival() == Lease(NAME, 2)


async def test_what_another_has_taken_is_left_and_waited_for(office: Office) -> None:
    tenure = await office.works()
    office.passes(TTL)
    assert await office.rival() == Lease(NAME, 2)
    await office.naps.wake(RENEW)
    await office.until(lambda: office.ended == 1)
    assert tenure.lost.is_set()
    await office.naps.wake(LOOK)
    assert (await office.standing()).owner == "blue"
    office.passes(TTL)
    await office.naps.wake(LOOK)
    assert (await office.works(2)).lease == Lease(NAME, 3)


@pytest.mark.parametrize("fault", [Busy("locked"), Full("full")])
async def test_a_database_that_is_away_is_forgiven_until_the_deadline(office: Office, fault: Exception) -> None:
    tenure = await office.works()
    office.store.fault = fault
    office.passes(RENEW)
    await office.naps.wake(RENEW)
    await office.naps.wake(LOOK)
    await office.naps.taken(LOOK)
    assert tenure.valid()
    office.store.fault = None
    await office.naps.wake(LOOK)
    await office.naps.taken(RENEW)
    assert tenure.left == FULL_TIME
    office.store.fault = fault
    office.passes(FULL_TIME)
    await office.naps.wake(FULL_TIME)
    await office.until(lambda: office.ended == 1)
    office.store.fault = None
    await office.naps.wake(LOOK)
    assert (await office.works(2)).valid()


async def test_a_renewal_that_hangs_does_not_hide_the_deadline(office: Office) -> None:
    await office.works()
    office.store.open.clear()
    await office.naps.wake(RENEW)
    await office.store.reaches(2)
    office.passes(FULL_TIME)
    await office.naps.wake(FULL_TIME)
    await office.until(lambda: office.ended == 1)


async def test_work_that_is_fenced_has_lost_the_lease(office: Office) -> None:
    await office.works()
    office.passes(TTL)
    assert await office.rival() == Lease(NAME, 2)
    office.errand.set_exception(Fenced(NAME))
    await office.naps.taken(LOOK)
    assert not office.running.done()
    assert (await office.standing()).owner == "blue"


async def test_work_that_fails_frees_and_fails(office: Office) -> None:
    await office.works()
    office.errand.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await office.running
    assert (await office.standing()).owner == ""


async def test_work_that_is_done_frees_and_is_done(office: Office) -> None:
    await office.works()
    office.errand.set_result(None)
    await office.running
    assert (await office.standing()).owner == ""


async def test_the_lease_is_kept_until_the_work_has_ended(office: Office) -> None:
    tenure = await office.works()
    office.may_end.clear()
    office.running.cancel()
    await asyncio.wait({office.running}, timeout=0)
    office.running.cancel()  # once more by who is impatient
    assert (await office.standing()).owner == "red"
    assert not office.running.done()
    assert tenure.valid(), "what is under way may be completed"
    office.may_end.set()
    await asyncio.wait({office.running}, timeout=5)
    assert not tenure.valid()
    assert office.running.cancelled()
    assert (await office.standing()).owner == ""


async def test_it_can_be_stopped_while_lost_work_ends(office: Office) -> None:
    tenure = await office.works()
    office.may_end.clear()
    office.passes(FULL_TIME)
    await office.naps.wake(FULL_TIME)
    async with asyncio.timeout(5):
        await tenure.lost.wait()
    office.running.cancel()
    office.may_end.set()
    await asyncio.wait({office.running}, timeout=5)
    assert office.running.cancelled()
    assert (await office.standing()).owner == ""


async def test_what_was_being_taken_when_it_was_stopped_is_freed(tmp_path: Path, office: Office) -> None:
    await office.works()
    await office.stop()
    office.store.open.clear()
    again = asyncio.create_task(office.tenant.run(office._work))
    await office.store.reaches(3)
    again.cancel()
    await asyncio.wait({again}, timeout=0)
    office.store.open.set()
    await asyncio.wait({again}, timeout=5)
    assert again.cancelled()
    found = await office.standing()
    assert (found.owner, found.epoch) == ("", 2)


async def test_times_fit() -> None:
    assert RENEW + LOOK < FULL_TIME, "a renewal may fail once"
    assert TTL + LOOK <= 15
    assert this_process() != this_process()
    assert steady_clock() <= steady_clock()
