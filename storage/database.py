"""The database behind the port: a whole transaction is one hop to a database thread."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.chat.clock import Clock
from core.unit_of_work import Busy, Full, UnitOfWork
from storage.engines import POOL, Fault, fault, open_engine
from storage.rooms import open_rooms
from storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

ATTEMPTS = 20
"""How often work is run that conflicts with other transactions. Of two, one always wins, so few are ever needed."""


class Database:
    """The `Store` of core over SQLite or PostgreSQL. SQLite has one thread: one writer, and readers see it whole."""

    def __init__(self, database_url: str, clock: Clock, *, patience: float = 5.0) -> None:
        """`patience` is how many seconds a lock is waited for. Raises ValueError for a URL of anything else."""
        open_rooms()
        self._clock = clock
        self._engine = open_engine(database_url, patience=patience)
        threads = 1 if self._engine.dialect.name == "sqlite" else POOL
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._waiting: dict[str, list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]]] = {}

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in one transaction.

        Cancelling the caller cancels what has not begun; what has begun runs to its end, and its result is dropped.
        """
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, self._run, work)

    def transact_now(self, work: Callable[[UnitOfWork], T]) -> T:
        """The same for whoever has no event loop, such as a command of the CLI. Blocks."""
        return self._threads.submit(contextvars.copy_context().run, self._run, work).result()

    def woken(self, topic: str, call: Callable[[], None]) -> None:
        """Calls `call` in the running loop after each commit that woke `topic`."""
        self._waiting.setdefault(topic, []).append((asyncio.get_running_loop(), call))

    async def close(self) -> None:
        """Finishes what is running and ends the connections."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """The same without an event loop."""
        self._threads.shutdown()
        self._engine.dispose()

    def _run(self, work: Callable[[UnitOfWork], T]) -> T:
        for attempt in range(ATTEMPTS):
            try:
                return self._once(work)
            except DBAPIError as error:
                _decide(fault(error), attempt, error)
            time.sleep(0.001 * attempt)
        raise Busy("other transactions were always first")

    def _once(self, work: Callable[[UnitOfWork], T]) -> T:
        with Session(self._engine, autoflush=False, expire_on_commit=False) as session:
            uow = SqlUnitOfWork(session, self._clock.now())
            result = work(uow)
            session.flush()
            try:
                session.commit()
            except DBAPIError as error:
                if fault(error) is Fault.LOST:
                    # It may have been committed: to run it again could do everything twice.
                    raise Busy("the connection was lost during a commit") from error
                raise
        self._tell(uow.topics)
        return result

    def _tell(self, topics: set[str]) -> None:
        for topic in topics:
            for loop, call in self._waiting.get(topic, ()):
                if not loop.is_closed():
                    loop.call_soon_threadsafe(call)


def _decide(kind: Fault, attempt: int, error: DBAPIError) -> None:
    """Raises what an error means; returns when the work is to be run again."""
    match kind:
        case Fault.AGAIN:
            return
        case Fault.DUPLICATE if attempt == 0 and getattr(error.orig, "sqlstate", None):
            return  # two transactions made the same thing at once: the second run sees the first one's
        case Fault.LOST if attempt == 0:
            return  # the pool's connections died with the server that has since come back
        case Fault.LOCKED | Fault.LOST:
            raise Busy("the database is locked or cannot be reached") from error
        case Fault.FULL:
            raise Full("the disk is full") from error
    raise error
