"""The parts of a running bot: started together, watched, and ended in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiohttp.web import AbstractRouteDef

from bot.announce import Announcer
from bot.delivery import Sender
from bot.dispatch import Dispatcher
from bot.house import House
from bot.intake import StoredInbox
from bot.metrics import measure
from bot.schedule import Schedule
from bot.web import Readiness, Served
from core.calls.exchange import Exchange
from core.chat.clock import Clock
from core.chat.messenger import Messenger
from core.delivery import WriteFirst
from core.unit_of_work import Store

log = structlog.get_logger()

CHECK_EVERY = 60.0
"""Seconds between two looks at the health of a messenger."""
CHECK_AGAIN = 5.0
"""The same while it is not well."""
LOOK_AGAIN = 1.0
"""Seconds between two looks at what is known to be wrong, which cost nothing."""
RESTART_AFTER = 5.0
"""Seconds after which a part that failed is started again."""

Part = Callable[[], Awaitable[None]]


class App:
    """The parts of a running bot. `exchanges` are telephone exchanges and `parts` further tasks, both by name."""

    def __init__(
        self,
        *,
        store: Store,
        house: House,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        readiness: Readiness | None = None,
        exchanges: Mapping[str, Exchange] | None = None,
        parts: Mapping[str, Part] | None = None,
    ) -> None:
        self.store, self.house, self.messengers = store, house, messengers
        self.announcer = Announcer(house, messengers)
        self.dispatcher = Dispatcher(store, house, messengers, self.announcer)
        self.senders = [Sender(store, house, messenger, clock) for messenger in messengers.values()]
        self.schedule = Schedule(store, house, clock)
        self.readiness = readiness or Readiness()
        self._exchanges, self._parts = dict(exchanges or {}), dict(parts or {})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything runs inside this block. Leaving it ends reading first, then handling, then sending."""
        await self.introduce()
        readers = [self._task(f"listen:{name}", self._listening(name)) for name in self.messengers]
        readers += [self._task(name, exchange.run) for name, exchange in self._exchanges.items()]
        readers += [self._task(name, part) for name, part in self._parts.items()]
        workers = [self._task("dispatch", self.dispatcher.run), self._task("schedule", self.schedule.run)]
        senders = [self._task(f"send:{sender.name}", sender.run) for sender in self.senders]
        checks = [self._task(f"check:{name}", self._checking(name)) for name in self.messengers]
        checks.append(self._task("check:exchanges", self._watch_exchanges))
        try:
            yield
        finally:
            for group in (checks, readers, workers, senders):
                for task in group:
                    task.cancel()
                await asyncio.gather(*group, return_exceptions=True)
            for messenger in self.messengers.values():
                await messenger.close()

    async def introduce(self) -> None:
        """Tells the ledger what it has to know of the messengers before anything is planned."""
        names = tuple(name for name, messenger in self.messengers.items() if messenger.capabilities.writes_first)
        await self.store.transact(lambda uow: uow.apply(WriteFirst(names)))

    def routes(self) -> list[AbstractRouteDef]:
        """The routes of the adapters that have some."""
        return [
            route
            for messenger in self.messengers.values()
            if isinstance(messenger, Served)
            for route in messenger.routes()
        ]

    async def measures(self) -> bytes:
        """The text of /metrics."""
        return await measure(self.store, self.dispatcher, self.senders)

    async def _watch_exchanges(self) -> None:
        while self._exchanges:
            self.readiness.parts.update({name: exchange.fault() for name, exchange in self._exchanges.items()})
            await asyncio.sleep(LOOK_AGAIN)

    def _task(self, name: str, part: Part) -> asyncio.Task[None]:
        return asyncio.create_task(self._guarded(name, part), name=name)

    async def _guarded(self, name: str, part: Part) -> None:
        """One part that fails is started again and does not take the others with it."""
        while True:
            try:
                await part()
            except Exception as error:
                log.exception("part_failed", part=name, error=type(error).__name__)
                self.readiness.parts[name] = f"failed: {type(error).__name__}"
                await asyncio.sleep(RESTART_AFTER)
                self.readiness.parts[name] = ""
            else:
                return

    def _listening(self, name: str) -> Part:
        messenger, inbox = self.messengers[name], StoredInbox(self.store, name)
        return lambda: messenger.listen(inbox)

    def _checking(self, name: str) -> Part:
        messenger = self.messengers[name]

        async def check() -> None:
            announced = False
            while True:
                health = await messenger.check()
                self.readiness.parts[name] = "" if health.ok else f"{health.state}. {health.remedy}".strip()
                if health.ok and not announced:
                    await self.announcer.everybody(messenger)
                    announced = True
                await _unless_changed(messenger, CHECK_EVERY if health.ok else CHECK_AGAIN)

        return check


async def _unless_changed(messenger: Messenger, seconds: float) -> None:
    """Waits, but no longer than until something goes wrong or right."""
    known = messenger.fault()
    while seconds > 0 and messenger.fault() == known:
        await asyncio.sleep(min(seconds, LOOK_AGAIN))
        seconds -= LOOK_AGAIN
