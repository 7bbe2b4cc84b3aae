"""Work that only one process may do: begun when its lease is taken, ended before another process could take it."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from core.leases import Fence, Fenced, FreeLease, KeepLease, Lease, TakeLease
from core.unit_of_work import Busy, Full, Store, Transactions, UnitOfWork

TTL = 9.0
"""Seconds after its last renewal when a lease may be taken by another."""

RENEW = 2.5
"""Seconds between renewals."""

LOOK = 1.0
"""Seconds between attempts to take, and to renew after a renewal that failed."""

MARGIN = 2.0
"""Seconds before others may take over when the owner stops already: for requests that are on their way."""

_FOREVER = 1e8
"""Seconds of a lease that nobody else could take: of a database that is one process's alone."""

log = structlog.get_logger()
T = TypeVar("T")
Nap = Callable[[float], Awaitable[None]]
Work = Callable[["Tenure"], Awaitable[None]]


def steady_clock() -> float:
    """Seconds of a clock that nobody sets, and that also goes on while the process or the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


def this_process() -> str:
    """A name for the owner of leases: "host:pid:random", never the same twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Tenure:
    """One time of holding a lease. `lost` is set when it is over, for whatever reason."""

    def __init__(self, lease: Lease, store: Transactions, deadline: float, steady: Callable[[], float]) -> None:
        self.lease = lease
        self.lost = asyncio.Event()
        self.deadline = deadline
        self._store = store
        self._steady = steady

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in a transaction of the database that raises `Fenced` when the lease is another's."""

        def fenced(uow: UnitOfWork) -> T:
            uow.apply(Fence(self.lease))
            return work(uow)

        return await self._store.transact(fenced)

    @property
    def left(self) -> float:
        """Seconds for which no other process can hold the lease, less the margin; not positive when over."""
        return 0.0 if self.lost.is_set() else self.deadline - self._steady()

    def valid(self) -> bool:
        """Whether to act still. Asked right before each request leaves: the process may have been stopped."""
        return self.left > 0


class Tenant:
    """Wants one lease for as long as it runs."""

    def __init__(
        self,
        store: Store,
        name: str,
        owner: str,
        *,
        ttl: float = TTL,
        steady: Callable[[], float] = steady_clock,
        nap: Nap = asyncio.sleep,
    ) -> None:
        """`owner` is unique to this process (`this_process()`); `ttl` are more seconds than `RENEW + MARGIN`."""
        self.name = name
        self.holding: Tenure | None = None
        self.refused = False
        """Whether another process had the lease at the last look."""
        self._store = store
        self._owner = owner
        self._ttl = ttl if store.shared else _FOREVER
        self._steady = steady
        self._nap = nap
        self._log = log.bind(lease=name)

    async def run(self, work: Work) -> None:
        """Does `work` whenever the lease is this process's; returns or raises when `work` does.

        `work` is cancelled when the lease is lost or could not be renewed in time, and done again when it is taken
        again; `Fenced` from it counts as the loss. Cancelling this cancels `work`, waits for it and frees the lease.
        """
        while True:
            tenure = self.holding = await self._take()
            try:
                await self._hold(tenure, work)
                return
            except Fenced:
                self._log.warning("lease_lost", epoch=tenure.lease.epoch)
            finally:
                self.holding = None
                await self._free(tenure.lease)
            await self._nap(LOOK)

    async def _take(self) -> Tenure:
        while True:
            asked = self._steady()
            taking = asyncio.create_task(self._ask())
            try:
                lease = await asyncio.shield(taking)
            except asyncio.CancelledError:
                await asyncio.wait({taking})  # it may have been taken: nobody else would free it
                if taking.exception() is None and (lease := taking.result()):
                    await self._free(lease)
                raise
            if lease is not None:
                self._log.info("lease_taken", epoch=lease.epoch)
                return Tenure(lease, self._store, asked + self._ttl - MARGIN, self._steady)
            await self._nap(LOOK)

    async def _ask(self) -> Lease | None:
        try:
            lease = await self._store.transact(lambda uow: uow.apply(TakeLease(self.name, self._owner, self._ttl)))
        except (Busy, Full) as error:
            self._log.warning("lease_not_taken", reason=type(error).__name__)
            return None
        self.refused = lease is None
        return lease

    async def _hold(self, tenure: Tenure, work: Work) -> None:
        """Ends as `work` does; raises `Fenced` when the lease was over first."""
        working = asyncio.ensure_future(_begin(work, tenure))
        watching = {asyncio.create_task(self._expire(tenure))}
        if self._store.shared:
            watching.add(asyncio.create_task(self._renew(tenure)))
        try:
            await asyncio.wait({working, *watching}, return_when=asyncio.FIRST_COMPLETED)
            if not (finished := working.done()):
                tenure.lost.set()  # before the work hears of it: what leaves now would be another's to send
        finally:
            try:
                await _end({working, *watching})
            finally:
                tenure.lost.set()
        if finished:
            return working.result()
        if not working.cancelled() and (error := working.exception()) and not isinstance(error, Fenced):
            self._log.warning("lease_work_failed", epoch=tenure.lease.epoch, exc_info=error)
        for task in watching:
            if not task.cancelled():
                task.result()  # a fault of the program
        raise Fenced(self.name)

    async def _renew(self, tenure: Tenure) -> None:
        """Until the lease is another's."""
        pause = RENEW
        while True:
            await self._nap(pause)
            asked = self._steady()
            try:
                kept = await self._store.transact(lambda uow: uow.apply(KeepLease(tenure.lease, self._ttl)))
            except (Busy, Full) as error:
                self._log.warning("lease_not_renewed", epoch=tenure.lease.epoch, error=str(error))
                pause = LOOK
                continue
            if not kept:
                return
            tenure.deadline, pause = asked + self._ttl - MARGIN, RENEW

    async def _expire(self, tenure: Tenure) -> None:
        """Until the deadline, however often it is moved; a renewal that hangs does not move it."""
        while (left := tenure.left) > 0:
            await self._nap(left)

    async def _free(self, lease: Lease) -> None:
        try:
            await asyncio.shield(self._store.transact(lambda uow: uow.apply(FreeLease(lease))))
        except (Busy, Full) as error:
            self._log.info("lease_not_freed", epoch=lease.epoch, error=str(error))


async def _begin(work: Work, tenure: Tenure) -> None:
    await work(tenure)


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    """Cancels tasks and waits until all have ended, even if it is cancelled itself meanwhile."""
    interrupted: asyncio.CancelledError | None = None
    for task in tasks:
        task.cancel()
    while running := {task for task in tasks if not task.done()}:
        try:
            await asyncio.wait(running)
        except asyncio.CancelledError as error:
            interrupted = error
    if interrupted is not None:
        raise interrupted
