"""The sender: makes every copy in the ledger show what its message wants, within a messenger's limits.

It reads the work that is due, sends it with several requests in flight, and writes outcomes down in batches. What
was in flight when the process died is sent again: at least once (see docs/architecture.md for the window).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.house import House
from bot.outcomes import settled
from bot.pace import Pacer
from bot.render import Renderer
from core.chat.capabilities import Level
from core.chat.clock import Clock
from core.chat.messenger import (
    Gone,
    Later,
    Messenger,
    NotSent,
    Outcome,
    Refused,
    Sent,
    Uncertain,
)
from core.chat.pages import Page
from core.delivery import Settle, Settled, Wanted, WantedCopies
from core.unit_of_work import Busy, Full, Store, UnitOfWork

log = structlog.get_logger()

POLL = 0.25
"""Seconds between looks at the ledger when nothing woke the sender."""
GATHER = 0.02
"""Seconds for which outcomes and new work gather while requests are in flight: one transaction serves many."""
LAST_WAIT = 5.0
"""Seconds that requests in flight have when the bot ends."""
LONGEST_RETRY = 60.0
"""Seconds after which one copy is tried again at the latest."""
LONGEST_OUTAGE = 30.0
"""Seconds between two looks at the latest whether a messenger that was down is back."""


class Sender:
    """Sends for one bot account. Only one may run for an account."""

    def __init__(
        self,
        store: Store,
        house: House,
        messenger: Messenger,
        clock: Clock,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._messenger, self._clock, self._steady = store, messenger, clock, steady
        self._renderer = Renderer(house, messenger.capabilities)
        self._pacer = Pacer(messenger.capabilities.pace)
        self._woken = asyncio.Event()
        store.woken("deliveries", self._woken.set)
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._landed: list[Settled] = []
        self._down_for = 0.0
        self.name = messenger.name
        self.outcomes: Counter[str] = Counter()

    async def run(self) -> None:
        """Sends until cancelled; what is in flight is then finished and written down."""
        try:
            while True:
                self._woken.clear()
                wait = await self._round()
                try:
                    async with asyncio.timeout(wait):  # wait_for may swallow the cancellation in Python 3.11
                        await self._woken.wait()
                except TimeoutError:
                    continue
                if self._flying:
                    await asyncio.sleep(GATHER)
        finally:
            await self._finish()

    async def drain(self) -> int:
        """Sends all that may be sent now, and waits for its outcomes; how many requests that took."""
        before = self.outcomes.total()
        while True:
            sent = self.outcomes.total()
            await self._round()
            if self._flying:
                await asyncio.wait(self._flying.values())
            elif not self._landed and sent == self.outcomes.total():
                return sent - before

    async def _round(self) -> float:
        """Writes outcomes down and starts what may start; seconds until there may be more to do."""
        landed, busy = tuple(self._landed), frozenset(self._flying)
        try:
            copies = await self._store.transact(lambda uow: self._exchange(uow, landed, busy))
        except (Busy, Full) as error:
            log.warning("sender_waits", messenger=self.name, reason=type(error).__name__)
            return 1.0
        del self._landed[: len(landed)]
        return self._start(copies)

    def _exchange(self, uow: UnitOfWork, landed: tuple[Settled, ...], busy: frozenset[int]) -> tuple[Wanted, ...]:
        """One transaction: outcomes go in, work comes out."""
        if landed:
            uow.apply(Settle(landed))
        free = self._pacer.window - len(busy)
        if free <= 0 or self._pacer.held(self._steady()) > 0:
            return ()
        return uow.ask(WantedCopies(self.name, free, busy))

    def _start(self, copies: tuple[Wanted, ...]) -> float:
        wait = max(POLL, self._pacer.held(self._steady()))
        in_chat = {task.get_name() for task in self._flying.values()}
        for copy in copies:
            if copy.chat in in_chat:
                continue
            pause = self._pacer.wait(copy.chat, self._steady())
            if pause > 0:
                wait = min(wait, pause)
                continue
            in_chat.add(copy.chat)
            self._fly(copy)
        return wait

    def _fly(self, copy: Wanted) -> None:
        task = asyncio.create_task(self._deliver(copy), name=copy.chat)
        self._flying[copy.delivery_id] = task

    async def _deliver(self, copy: Wanted) -> None:
        try:
            outcome, page = await self._request(copy)
        except Exception as error:  # one copy that cannot be rendered must not stop the others
            log.error("delivery_failed", delivery=copy.delivery_id, error=type(error).__name__)
            outcome, page = Refused(type(error).__name__), None
        self.outcomes[type(outcome).__name__] += 1
        retry_at = self._clock.now() + timedelta(seconds=self._mind(copy, outcome))
        self._landed.append(settled(copy, outcome, page, retry_at))
        del self._flying[copy.delivery_id]
        self._woken.set()

    async def _request(self, copy: Wanted) -> tuple[Outcome, Page | None]:
        messenger, key = self._messenger, f"{copy.delivery_id}.{copy.revision}"
        if copy.receipt is None or copy.shown == 0:
            page = self._renderer.page(copy)
            return await messenger.send(copy.chat, page, key), page
        if copy.withdrawn and self._can_be_deleted(copy):
            outcome = await messenger.delete(copy.chat, copy.receipt)
            if not isinstance(outcome, Gone):
                return outcome, None
        page = self._renderer.page(copy)
        if messenger.capabilities.edits is Level.NONE:
            return await messenger.send(copy.chat, page, key), page
        return await messenger.edit(copy.chat, copy.receipt, page, key), page

    def _can_be_deleted(self, copy: Wanted) -> bool:
        limit = self._messenger.capabilities.delete_within
        return limit is None or copy.sent_at is None or self._clock.now() - copy.sent_at < limit

    def _mind(self, copy: Wanted, outcome: Outcome) -> float:
        """What an outcome means for the pace of everything else; seconds after which this copy may try again."""
        match outcome:
            case Later(seconds, everywhere):
                self._pacer.hold(None if everywhere else copy.chat, self._steady() + seconds)
                if everywhere:
                    self._pacer.refused()
                return seconds
            case NotSent():
                now = self._steady()
                if self._pacer.held(now) == 0:  # of many that fail at once only the first counts
                    self._down_for = min(LONGEST_OUTAGE, max(1.0, self._down_for * 2))
                    self._pacer.hold(None, now + self._down_for)
                return max(self._down_for, _patience(copy))
            case Uncertain():
                return _patience(copy)
            case Sent():
                self._pacer.arrived()
            case Refused(reason):
                log.error("delivery_refused", delivery=copy.delivery_id, messenger=copy.messenger, reason=reason)
        self._down_for = 0.0
        return 0.0

    async def _finish(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying.values(), timeout=LAST_WAIT)
        landed = tuple(self._landed)
        if landed:
            await self._store.transact(lambda uow: uow.apply(Settle(landed)))


def _patience(copy: Wanted) -> float:
    """Seconds to wait after a failure of this copy: the longer the more often it failed."""
    return min(LONGEST_RETRY, 2.0 ** min(copy.attempts, 10))
