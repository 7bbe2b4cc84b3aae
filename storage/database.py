"""The database behind the port: a whole transaction is one hop to a database thread."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.chat.clock import Clock
from core.unit_of_work import Busy, Full, UnitOfWork
from storage.engines import POOL, Fault, connect_alone, fault, open_engine
from storage.rooms import open_rooms
from storage.unit_of_work import SqlUnitOfWork

if TYPE_CHECKING:
    from storage.notices import Notices

T = TypeVar("T")
Subscriber = tuple[asyncio.AbstractEventLoop, Callable[[], None]]

ATTEMPTS = 20
"""How often work is run that conflicts with other transactions. Of two, one always wins, so few are ever needed."""


class Database:
    """The `Store` of core over SQLite or PostgreSQL. SQLite has one thread: one writer, and readers see it whole.

    For the metrics: `transactions` that ended, well or badly, the `seconds` they took in database threads, and the
    `reruns` of those that conflicted; all only grow.
    """

    def __init__(
        self, database_url: str, clock: Clock, *, patience: float = 5.0, given: Mapping[str, str] | None = None
    ) -> None:
        """`patience` is how many seconds a lock is waited for; `given` answers `core.options.Given`.

        Raises ValueError for a URL of anything else.
        """
        self._given = dict(given or {})
        open_rooms()
        self._clock = clock
        self._engine = open_engine(database_url, patience=patience)
        self.shared = self._engine.dialect.name != "sqlite"
        threads = POOL if self.shared else 1
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._waiting: dict[str, tuple[Subscriber, ...]] = {}
        self._memory: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()
        self._notices: Notices | None = None
        self.transactions, self.seconds, self.reruns = 0, 0.0, 0

    async def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in one transaction.

        Cancelling the caller cancels what has not begun; what has begun runs to its end, and its result is dropped.
        """
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, self._run, work)

    def transact_now(self, work: Callable[[UnitOfWork], T]) -> T:
        """The same for whoever has no event loop, such as a command of the CLI. Blocks."""
        return self._threads.submit(contextvars.copy_context().run, self._run, work).result()

    def woken(self, topic: str, call: Callable[[], None]) -> Callable[[], None]:
        """Calls `call` in the running loop after each commit that woke `topic`, also one of another process.

        The returned function ends it.
        """
        subscriber = (asyncio.get_running_loop(), call)
        with self._lock:
            self._waiting[topic] = (*self._waiting.get(topic, ()), subscriber)
        self._open_notices()
        return partial(self._forget, topic, subscriber)

    async def close(self) -> None:
        """Finishes what is running and ends the connections."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """The same without an event loop."""
        self._threads.shutdown()
        if self._notices is not None:
            self._notices.close()
        self._engine.dispose()

    def _run(self, work: Callable[[UnitOfWork], T]) -> T:
        begun, attempt = time.perf_counter(), 0
        try:
            for attempt in range(ATTEMPTS):
                try:
                    return self._once(work)
                except DBAPIError as error:
                    _decide(fault(error), attempt, error)
                time.sleep(0.001 * attempt)
            raise Busy("other transactions were always first")
        finally:
            with self._lock:
                self.transactions += 1
                self.seconds += time.perf_counter() - begun
                self.reruns += attempt

    def _once(self, work: Callable[[UnitOfWork], T]) -> T:
        with Session(self._engine, autoflush=False, expire_on_commit=False) as session:
            uow = SqlUnitOfWork(session, self._clock.now(), self._memory, self._given)
            result = work(uow)
            uow.finish()
            try:
                session.commit()
            except DBAPIError as error:
                if fault(error) is Fault.LOST:
                    # It may have been committed: to run it again could do everything twice.
                    raise Busy("the connection was lost during a commit") from error
                raise
        if uow.topics:
            self._wake(uow.topics)
            if notices := self._open_notices():
                notices.tell(uow.topics)
        return result

    def _wake(self, topics: Iterable[str] | None) -> None:
        """Forgets what is remembered for `topics`, or all, and calls those who wait for them."""
        for topic in tuple(self._memory) if topics is None else topics:
            self._memory.pop(topic, None)
        for topic in tuple(self._waiting) if topics is None else topics:
            for loop, call in self._waiting.get(topic, ()):
                with suppress(RuntimeError):  # the loop was closed
                    loop.call_soon_threadsafe(call)

    def _open_notices(self) -> Notices | None:
        if self.shared and self._notices is None:
            from storage.notices import Notices

            with self._lock:
                if self._notices is None:
                    self._notices = Notices(partial(connect_alone, self._engine), self._wake)
        return self._notices

    def _forget(self, topic: str, subscriber: Subscriber) -> None:
        with self._lock:
            self._waiting[topic] = tuple(other for other in self._waiting[topic] if other is not subscriber)


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
