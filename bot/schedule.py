"""The clock: fires the timers that the database holds. The only importer of APScheduler."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.house import House
from core.timers import NextTimer, TakeTimer
from core.unit_of_work import Busy, Clock, Full, Store, UnitOfWork

log = structlog.get_logger()

POLL = timedelta(seconds=30)
"""The longest time between two looks at the timers, so that a missed hint costs no more."""


class Schedule:
    """Fires each timer once, in the transaction that carries out its event."""

    def __init__(self, store: Store, house: House, clock: Clock) -> None:
        self._store, self._house, self._clock = store, house, clock
        self._changed = asyncio.Event()
        store.woken("timers", self._changed.set)

    async def run(self) -> None:
        """Fires timers when they are due, until cancelled."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.start()
        try:
            while True:
                self._changed.clear()
                await self._plan(scheduler)
                await self._changed.wait()
        finally:
            scheduler.shutdown(wait=False)

    async def run_due(self) -> int:
        """Fires what is due now; how many timers fired."""
        fired = 0
        while await self._store.transact(self._fire):
            fired += 1
        return fired

    async def _plan(self, scheduler: AsyncIOScheduler) -> None:
        """Fires what is due and asks the scheduler to come back for the next one."""
        now = self._clock.now()
        try:
            await self.run_due()
            due = await self._store.transact(lambda uow: uow.ask(NextTimer()))
        except (Busy, Full) as error:
            log.warning("schedule_waits", reason=type(error).__name__)
            due = now + timedelta(seconds=1)
        wake_at = min(due or now + POLL, now + POLL)
        scheduler.add_job(self._changed.set, "date", run_date=wake_at, id="next", replace_existing=True)

    def _fire(self, uow: UnitOfWork) -> bool:
        event = uow.apply(TakeTimer())
        if event is None:
            return False
        self._house.carry_out(uow, [event])
        return True
