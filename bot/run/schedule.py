"""The clock: fires the timers that the database holds. The only importer of APScheduler."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.contextvars import bound_contextvars

from bot.run.leases import Tenure
from bot.talk.house import House
from bot.talk.respond import place_of
from core.chat.clock import Clock
from core.leases import Fenced
from core.recurring import Recurs
from core.timers import Due, DueTimers, NextTimer, TakeTimer, TimerFailed
from core.unit_of_work import Busy, Full, Store, Transactions, UnitOfWork

log = structlog.get_logger()

BATCH = 100
ATTEMPTS = 3
AGAIN_AFTER = timedelta(minutes=1)
"""How long a timer waits whose event failed."""
POLL = timedelta(seconds=30)
"""The longest time between two looks at the timers, so that a missed hint costs no more."""
POLL_SHARED = timedelta(seconds=0.25)
"""The same when other processes set timers, whose hints may be missed."""


class Schedule:
    """Fires each timer once, in the transaction that carries out its event."""

    def __init__(self, store: Store, house: House, clock: Clock) -> None:
        self._store, self._house, self._clock = store, house, clock
        self._at: Transactions = store
        self._in_line = False  # whether what recurs is planned as it is declared
        self._poll = POLL_SHARED if store.shared else POLL
        self._changed = asyncio.Event()
        store.woken("timers", self._changed.set)

    async def run(self, tenure: Tenure | None = None) -> None:
        """Fires timers when they are due, until cancelled; with `tenure` only while its lease is this process's."""
        self._at, self._in_line = tenure or self._store, False
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
        await self._bring_in_line()
        fired = 0
        while True:
            due = await self._at.transact(lambda uow: uow.ask(DueTimers(BATCH)))
            for timer in due:
                fired += await self._fire(timer)
            if len(due) < BATCH:
                return fired

    async def _plan(self, scheduler: AsyncIOScheduler) -> None:
        """Fires what is due and asks the scheduler to come back for the next one."""
        now = self._clock.now()
        try:
            await self._bring_in_line()
            due = await self._next()
            if due is not None and due <= now:
                await self.run_due()
                due = await self._next()
        except (Busy, Full) as error:
            log.warning("schedule_waits", reason=type(error).__name__)
            due = now + timedelta(seconds=1)
        latest = now + self._poll
        wake_at = latest if due is None else min(due, latest)
        # However late: after the sleep of a laptop nothing else would ever wake this.
        scheduler.add_job(
            self._wake, "date", run_date=wake_at, id="next", replace_existing=True, misfire_grace_time=None
        )

    async def _next(self) -> datetime | None:
        return await self._at.transact(lambda uow: uow.ask(NextTimer()))

    async def _wake(self) -> None:
        self._changed.set()

    async def _fire(self, timer: Due) -> bool:
        """Carries out one timer; one that fails stops no other, and is laid aside when it stays so."""
        try:
            return await self._at.transact(lambda uow: self._carry_out(uow, timer))
        except (Busy, Full, Fenced):
            raise
        except Exception as error:
            name, for_good = type(error).__name__, timer.attempts + 1 >= ATTEMPTS
            kind, where = type(timer.event).__name__, place_of(error)
            log.error("timer_failed", cause=_cause(timer), kind=kind, error=name, where=where)
            again_at = None if for_good else self._clock.now() + AGAIN_AFTER
            await self._at.transact(lambda uow: self._failed(uow, TimerFailed(timer, name, again_at)))
            return False

    async def _bring_in_line(self) -> None:
        """Plans what recurs, once: an earlier version may have planned it otherwise."""
        if not self._in_line:
            await self._at.transact(self._house.recurrences.plan)
            self._in_line = True

    def _failed(self, uow: UnitOfWork, change: TimerFailed) -> None:
        """Notes a failure; what recurs goes on with its next time."""
        uow.apply(change)
        if change.again_at is None and isinstance(change.due.event, Recurs):
            self._house.recurrences.set_next(uow, change.due.event.name)

    def _carry_out(self, uow: UnitOfWork, timer: Due) -> bool:
        if not uow.apply(TakeTimer(timer)):
            return False
        uow.cause = _cause(timer)
        with bound_contextvars(cause=uow.cause):
            self._house.carry_out(uow, [timer.event])
            uow.flush()
        return True


def _cause(timer: Due) -> str:
    return f"timer:{timer.key}"
