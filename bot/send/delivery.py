"""The sender: makes every copy in the ledger show what its message wants, within a messenger's limits.

It reads the work that is due, sends it with several requests in flight, and writes outcomes down in batches. What
was in flight when the process died is sent again: at least once (see docs/architecture.md for the window).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from bot.run.leases import Tenure
from bot.send.aside import Landing, laid_aside
from bot.send.carrier import Carrier
from bot.send.outcomes import patience, put_off, settled
from bot.send.pace import Pacer
from bot.send.toll import Toll
from bot.send.turns import URGENT, Ready, Turns
from bot.talk.house import House
from core.chat.clock import Clock
from core.chat.leaving import only_while
from core.chat.messenger import Messenger, NotSent, Uncertain
from core.copies import Settle, Settled, Wanted, WantedCopies
from core.delivery import Priority
from core.leases import Fenced
from core.timers import SetTimer
from core.unit_of_work import Busy, Full, Store, Transactions, UnitOfWork

log = structlog.get_logger()

POLL = 0.25
"""Seconds between looks at the ledger when nothing woke the sender."""
GATHER = 0.02
"""Seconds for which outcomes and new work gather while requests are in flight: one transaction serves many."""
STREAM = 0.1
"""Seconds after something urgent left for which the next one is no longer alone, and gathers like all else."""
AHEAD = 0.1
"""Seconds for which copies are read in advance, so that one can leave at once where another has arrived."""
LEAST = 20
"""Copies of a priority that are read at least: some of them may be held, or their chats have to wait."""
_UNWRITTEN = 2
"""Outcomes that may wait to be written, in windows of requests in flight."""
LAST_WAIT, LAST_WRITE = 4.0, 2.0
"""Seconds that requests in flight have when the bot ends, and then the transaction with their outcomes."""
TROUBLE = 1.0
"""Seconds until the database is tried again that was locked or full."""


class Sender:
    """Sends for one bot account. Only one may run for an account. For what it counts see `Carrier`."""

    def __init__(
        self,
        store: Store,
        house: House,
        messenger: Messenger,
        clock: Clock,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._house, self._clock, self._steady = store, house, clock, steady
        self._pacer = Pacer(messenger.capabilities.pace, messenger.capabilities.group)
        self._carrier = Carrier(house, messenger, clock, self._toll, self._pacer.owe)
        self._turns = Turns()
        self._woken, self._hurried = asyncio.Event(), asyncio.Event()
        store.woken("deliveries", self._woken.set)
        store.woken("alerts", self._hurry)
        self._at: Transactions = store
        self._ready = Ready()
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._chats: set[str] = set()
        self._landed: list[Landing] = []
        self._started, self._alone_after = 0, 0.0
        self._next = self._due = math.inf
        self._ending = False
        self.name = messenger.name
        self.sends, self.refusals, self.seconds = self._carrier.sends, self._carrier.refusals, self._carrier.seconds

    @property
    def outcomes(self) -> Counter[str]:
        """Requests by outcome."""
        return sum((Counter({outcome: number}) for (outcome, _), number in self.sends.items()), Counter())

    async def run(self, tenure: Tenure | None = None) -> None:
        """Sends until cancelled; what is in flight is then finished and written down.

        Raises `Fenced` when the tenure is over: nothing leaves any more, and only the new owner writes.
        """
        self._at, self._ending = tenure or self._store, False
        if tenure is not None:
            only_while(tenure.valid)
        try:
            while True:
                if tenure is not None and not tenure.valid():
                    raise Fenced(self.name)
                hurried = self._hurried.is_set() and not self._streaming()
                if not await self._round(hurried=hurried):
                    await asyncio.sleep(TROUBLE)
                if hurried:
                    self._alone_after = asyncio.get_running_loop().time() + STREAM
                await self._idle()
        finally:
            await self._finish()

    async def drain(self) -> int:
        """Sends all that may be sent now, and waits for its outcomes; how many requests that took."""
        before = self.sends.total()
        while True:
            sent = self.sends.total()
            await self._round()
            if self._flying:
                await asyncio.wait(self._flying.values())
            elif not self._landed and sent == self.sends.total():
                return sent - before

    def _hurry(self) -> None:
        self._hurried.set()
        self._woken.set()

    async def _idle(self) -> None:
        """Waits until there may be more to read or to write; meanwhile what is ready leaves as its time comes."""
        clock = asyncio.get_running_loop().time
        end = clock() + POLL
        while not self._woken.is_set():
            now = self._steady()
            wait = min(end - clock(), self._next, self._due - now, self._pacer.held(now) or math.inf)
            if wait <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):  # wait_for may swallow the cancellation in Python 3.11
                    await self._woken.wait()
                break
            self._let_go()
            if not self._ready.priorities():
                return
        if self._streaming():
            await asyncio.sleep(GATHER)
        elif self._flying:
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER):
                    await self._hurried.wait()

    def _streaming(self) -> bool:
        """Whether something urgent has just left: then what else is urgent gathers, and less urgent has its round."""
        return asyncio.get_running_loop().time() < self._alone_after

    async def _round(self, *, hurried: bool = False) -> bool:
        """Writes outcomes down, reads what is due and lets go what may leave; False when the database cannot now.

        In a hurry only what is urgent is read, and all else is left to the next round.
        """
        self._woken.clear()
        self._hurried.clear()
        if hurried:
            self._woken.set()
        landed = () if hurried else tuple(self._landed)
        busy = frozenset(self._flying).union(outcome.delivery_id for outcome, _ in self._landed[len(landed) :])
        query = WantedCopies(self.name, self._limit(), busy, broadcasts=not hurried)
        copies: tuple[Wanted, ...] = ()
        done = True
        if landed or query.limit:
            try:
                copies = await self._at.transact(lambda uow: self._exchange(uow, landed, query))
                del self._landed[: len(landed)]
            except (Busy, Full) as error:
                log.warning("sender_waits", messenger=self.name, reason=type(error).__name__)
                done = False
        unsettled = {outcome.delivery_id for outcome, _ in self._landed}
        left = [copy for copy in copies if copy.delivery_id not in self._flying and copy.delivery_id not in unsettled]
        self._ready.replace(left, broadcasts=query.broadcasts)
        self._let_go()
        return done

    def _limit(self) -> int:
        """How many copies of a priority are of use until the next round; see decision 41."""
        now = self._steady()
        if self._due <= now:
            self._due = math.inf
        free = self._pacer.free(self._on_the_way(), urgent=True)
        wanted, self._started = free + 2 * self._started, 0
        if not wanted or self._pacer.held(now) > 0:
            return 0
        return max(LEAST, min(wanted, self._pacer.within(AHEAD, now)))

    def _exchange(self, uow: UnitOfWork, landed: tuple[Landing, ...], query: WantedCopies) -> tuple[Wanted, ...]:
        """One transaction: outcomes go in, work comes out."""
        self._write(uow, landed)
        return uow.ask(query) if query.limit else ()

    def _write(self, uow: UnitOfWork, landed: tuple[Landing, ...]) -> None:
        if landed:
            uow.apply(Settle(tuple(outcome for outcome, _ in landed)))
        for timer in {timer.key: timer for _, timer in landed if timer is not None}.values():
            uow.apply(timer)

    def _on_the_way(self) -> int:
        """Requests in flight. What has landed is known to the messenger by its key and may wait to be written; when
        much of it does, the database is in trouble, and it counts as in flight still."""
        return len(self._flying) + max(0, len(self._landed) - _UNWRITTEN * self._pacer.window)

    def _waiting(self) -> list[Priority]:
        """The priorities of what is ready and has a place in flight."""
        flying = self._on_the_way()
        if self._pacer.free(flying, urgent=False):
            return self._ready.priorities()
        if self._pacer.free(flying, urgent=True):
            return [priority for priority in self._ready.priorities() if priority in URGENT]
        return []

    def _let_go(self) -> None:
        """Sends what may leave now."""
        self._next = math.inf
        while not self._ending and (waiting := self._waiting()):
            priority = self._turns.first(waiting)
            copy = self._ready.take(priority)
            now = self._steady()
            if copy.chat in self._chats or self._laid_aside(copy, now):
                continue
            # Who yields a turn yields its token too, or the last one would never be for anything else.
            urgent = priority in URGENT or min(waiting) < priority
            wait = self._pacer.wait(now, urgent=urgent)
            if wait > 0:
                self._ready.give_back(copy)
                self._next = wait
                return
            self._pacer.take(copy.chat, now, follows=copy.follows)
            self._turns.left(priority, waiting)
            self._started += 1
            self._chats.add(copy.chat)
            self._flying[copy.delivery_id] = asyncio.create_task(self._deliver(copy))

    def _laid_aside(self, copy: Wanted, now: float) -> bool:
        """Whether a copy cannot leave now for its own sake; then that is written down, and nobody reads it in vain."""
        landing = laid_aside(copy, self._house, self._clock.now())
        if landing is not None:
            self._land(*landing)
            return True
        wait = self._pacer.wait_in(copy.chat, now)
        if copy.follows:
            wait = max(wait, self._pacer.wait_to_follow(copy.chat, now))
        if wait > 0:
            self._due = min(now + wait, self._due if self._due > now else math.inf)
            self._land(put_off(copy, self._clock.now() + timedelta(seconds=wait)))
        return wait > 0

    def _toll(self, copy: Wanted) -> Toll:
        """How the requests of one copy get their turns."""
        urgent = copy.priority in URGENT
        return Toll(self._pacer, copy.chat, urgent=urgent, steady=self._steady)

    def _land(self, outcome: Settled, timer: SetTimer | None = None) -> None:
        self._landed.append((outcome, timer))
        self._woken.set()

    async def _deliver(self, copy: Wanted) -> None:
        try:
            outcome, page = await self._carrier.carry(copy)
        except Fenced:
            self._woken.set()
            return
        finally:
            del self._flying[copy.delivery_id]
            self._chats.discard(copy.chat)
        wait = self._pacer.learn(copy.chat, outcome, self._steady())
        if isinstance(outcome, NotSent | Uncertain):
            wait = max(wait, patience(copy))
        retry_at = self._clock.now() + timedelta(seconds=wait)
        self._land(settled(copy, outcome, page, retry_at))
        self._let_go()

    async def _finish(self) -> None:
        """Lets nothing more leave, waits for what is in flight and writes down what became of it."""
        self._ending = True
        self._ready.replace((), broadcasts=True)
        flying = set(self._flying.values())
        if flying:
            _, late = await asyncio.wait(flying, timeout=LAST_WAIT)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        landed = tuple(self._landed)
        self._landed.clear()
        if not landed:
            return
        try:
            async with asyncio.timeout(LAST_WRITE):
                await self._at.transact(lambda uow: self._write(uow, landed))
        except (Fenced, Busy, Full, TimeoutError) as error:
            # Whoever sends next sends these again: at least once.
            log.warning("outcomes_lost", messenger=self.name, number=len(landed), reason=type(error).__name__)
