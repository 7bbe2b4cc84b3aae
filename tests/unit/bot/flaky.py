"""A database that fails or keeps silent when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from core.unit_of_work import UnitOfWork
from storage.database import Database

T = TypeVar("T")


class Flaky:
    """A real store that fails with `fault`, or answers only when `open`; `asked` counts what came."""

    shared = True

    def __init__(self, store: Database) -> None:
        self.behind = store
        self.fault: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.asked = 0
        self.reached = asyncio.Condition()

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        async with self.reached:
            self.asked += 1
            self.reached.notify_all()
        if self.fault:
            raise self.fault
        result = await self.behind.transact(work)
        await self.open.wait()
        return result

    def woken(self, topic: str, call: Callable[[], None]) -> Callable[[], None]:
        return self.behind.woken(topic, call)

    async def close(self) -> None:
        await self.behind.close()

    async def reaches(self, asked: int) -> None:
        """Wait until so many transactions were asked for."""
        async with asyncio.timeout(5), self.reached:
            await self.reached.wait_for(lambda: self.asked >= asked)
