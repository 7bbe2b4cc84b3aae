"""What is done behind the scenes: copies of large messages are brought in line, and old events are forgotten.

It is done in slices, each in a transaction of its own, so that what people wait for is never kept waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.run.leases import Tenure
from core.chat.clock import Clock
from core.delivery import Sweep, Unswept
from core.retention import OF_ALL_ROOMS, Forget, Keep
from core.unit_of_work import Busy, Full, Store, Transactions, UnitOfWork

log = structlog.get_logger()

SLICE = 1_000
"""Rows that are changed in one transaction."""
POLL = 30.0
"""Seconds between two looks at the latest."""
POLL_SHARED = 1.0
"""The same when other processes make work, whose hints may be missed."""
AGAIN_AFTER = 1.0
"""Seconds to wait for a database that is busy or full."""
FORGET_EVERY = timedelta(hours=1)
"""How often it is looked for what has grown too old."""


class Housekeeping:
    """Only one process does it at a time, though two would do no harm."""

    def __init__(self, store: Store, clock: Clock, keeps: Sequence[Keep] = ()) -> None:
        self._store, self._clock, self._keeps = store, clock, (*OF_ALL_ROOMS, *keeps)
        self._at: Transactions = store
        self._poll = POLL_SHARED if store.shared else POLL
        self._forgotten_at: datetime | None = None
        self._woken = asyncio.Event()
        store.woken("sweeps", self._woken.set)

    async def run(self, tenure: Tenure | None = None) -> None:
        """Works until cancelled; with `tenure` only while its lease is this process's, else raises `Fenced`."""
        self._at = tenure or self._store
        while True:
            self._woken.clear()
            wait = self._poll
            try:
                await self.step()
            except (Busy, Full) as error:
                log.warning("housekeeping_waits", reason=type(error).__name__)
                wait = AGAIN_AFTER
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def step(self) -> int:
        """Does all that there is to do now; in how many transactions."""
        done = 0
        while await self._at.transact(_sweep):
            done += 1
            await asyncio.sleep(0)
        return done + await self._forget()

    async def _forget(self) -> int:
        now = self._clock.now()
        if self._forgotten_at is not None and now - self._forgotten_at < FORGET_EVERY:
            return 0
        done = 0
        for keep in self._keeps:
            slice_of = Forget(keep.rows, now - timedelta(days=keep.days), SLICE)
            rows = 0
            while count := await self._at.transact(partial(_forget, slice_of)):
                rows, done = rows + count, done + 1
                await asyncio.sleep(0)
            if rows:
                log.info("forgotten", kind=keep.rows, count=rows)
        self._forgotten_at = now
        return done


def _forget(change: Forget, uow: UnitOfWork) -> int:
    return uow.apply(change)


def _sweep(uow: UnitOfWork) -> bool:
    """Whether there was a slice to sweep."""
    if not uow.ask(Unswept()):
        return False
    uow.apply(Sweep(SLICE))
    return True
