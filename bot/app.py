"""The parts of a running bot: started together, watched, and ended in order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

import structlog
from aiohttp.web import AbstractRouteDef

from bot.run.housekeeping import Housekeeping
from bot.run.leases import Tenant, Tenure, this_process
from bot.run.metrics import measure
from bot.run.roles import ProcessRole
from bot.run.schedule import Schedule
from bot.run.web import Readiness, Served
from bot.send.delivery import Sender
from bot.talk.announce import Announcer
from bot.talk.dispatch import Dispatcher
from bot.talk.house import House
from bot.talk.intake import StoredInbox
from core.chat.clock import Clock
from core.chat.messenger import Findable, Messenger, Reception
from core.leases import Fenced, FreeAll, TellFault
from core.parts import Figure, Owned
from core.people.bots import Bot, Introduce, Locate
from core.people.listing import HOLDERS
from core.retention import Keep
from core.switches import SWITCHES
from core.unit_of_work import Busy, Full, Store, Transactions, UnitOfWork

log = structlog.get_logger()

CHECK_EVERY = 60.0
"""Seconds between two looks at the health of a messenger."""
CHECK_AGAIN = 5.0
"""The same while it is not well."""
LOOK_AGAIN = 1.0
"""Seconds between two looks at what is known to be wrong, which cost nothing."""
RESTART_AFTER = 5.0
"""Seconds after which a part that failed is started again."""

Work = Callable[[], Awaitable[None]]


class App:
    """The parts of one process, by its `role`. `parts` are those that rooms bring."""

    def __init__(
        self,
        *,
        store: Store,
        house: House,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        readiness: Readiness | None = None,
        parts: Sequence[Owned] = (),
        role: ProcessRole = ProcessRole.ALL,
    ) -> None:
        self.store, self.house, self.messengers, self.role = store, house, messengers, role
        self.announcer = Announcer(store, house, messengers)
        self.dispatcher = Dispatcher(store, house, messengers, self.announcer, serves=self._served)
        self.senders = {name: Sender(store, house, messenger, clock) for name, messenger in messengers.items()}
        self.schedule = Schedule(store, house, clock)
        self.housekeeping = Housekeeping(store, clock, house.plugged(Keep))
        self.readiness = readiness or Readiness()
        self.received: Counter[str] = Counter()
        self.parts = {owned.part.name: owned for owned in parts}
        self._owner = this_process()
        self._tenants: dict[str, Tenant] = {}
        self._elsewhere: set[str] = set()  # accounts that another process receives and sends for
        self._here: dict[str, Transactions] = {}  # the parts that this process runs now
        self._reading: set[asyncio.Task[None]] = set()
        self._switching: set[asyncio.Task[None]] = set()
        store.woken(SWITCHES, self._switched)
        store.woken(HOLDERS, self.announcer.roles_changed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything runs inside this block. Leaving it ends reading first, then handling, then sending."""
        await self.introduce()
        self._elsewhere |= {name for name, one in self.messengers.items() if one.reception is Reception.TOGETHER}
        watching = self._watching()
        self.readiness.parts |= {name: "starting" for name in self.messengers if f"check:{name}" in watching}
        groups = [watching, self._receiving(), self._working(), self._sending()]
        running = [[self._task(name, part) for name, part in group.items()] for group in groups]
        try:
            yield
        finally:
            for task in self._reading:
                task.cancel()
            for tasks in running:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            await self.announcer.close()
            for messenger in self.messengers.values():
                await messenger.close()

    async def introduce(self) -> None:
        """Tells the ledger what it has to know of the messengers before anything is planned."""
        await self.store.transact(self._introduce)

    def routes(self) -> list[AbstractRouteDef]:
        """The routes of the adapters that have some and that this process serves."""
        served = [messenger for messenger in self.messengers.values() if self._serves(messenger.reception)]
        return [route for messenger in served if isinstance(messenger, Served) for route in messenger.routes()]

    async def measures(self) -> bytes:
        """The text of /metrics."""
        return await measure(self)

    def leases(self) -> list[str]:
        """The leases that some process has to hold, as things are set now."""
        alone = [f"listen:{name}" for name, one in self.messengers.items() if one.reception is Reception.ALONE]
        sending = [f"send:{name}" for name in self.messengers]
        owned = [owned.lease for owned in self.parts.values() if owned.lease is not None]
        return ["schedule", "housekeeping", *sending, *alone, *owned]

    def figures(self) -> list[Figure]:
        """What the parts measure that this process runs: nobody else knows how they are."""
        return [figure for name in self._here for figure in self.parts[name].part.figures()]

    def _switched(self) -> None:
        self.house.look_again()
        task = asyncio.create_task(self._list_anew())
        self._switching.add(task)
        task.add_done_callback(self._switching.discard)

    async def _list_anew(self) -> None:
        try:
            await self.store.transact(self.house.current)
        except (Busy, Full) as error:  # the next event looks again
            log.warning("commands_not_listed", reason=type(error).__name__)
        else:
            self.announcer.switched()

    def _introduce(self, uow: UnitOfWork) -> None:
        if not self.store.shared:
            uow.apply(FreeAll())  # whoever had them is not there any more: only one process can have this database
        self.house.current(uow)
        bots = (Bot(name, messenger.capabilities.writes_first) for name, messenger in self.messengers.items())
        uow.apply(Introduce(tuple(bots)))

    def _receiving(self) -> dict[str, Work]:
        """What comes in: from messengers that another process may send for, and the parts that rooms bring."""
        parts: dict[str, Work] = {}
        if not self.role.includes(ProcessRole.GATEWAY):
            return parts
        for name, messenger in self.messengers.items():
            if messenger.reception is Reception.ANYWHERE:
                parts[f"listen:{name}"] = partial(messenger.listen, self._inbox(name))
            elif messenger.reception is Reception.ALONE:
                parts[f"listen:{name}"] = self._alone(f"listen:{name}", partial(self._listen, name))
        for name, owned in self.parts.items():
            work = partial(self._run_part, name)
            parts[name] = partial(work, self.store) if owned.lease is None else self._alone(owned.lease, work)
        return parts

    def _working(self) -> dict[str, Work]:
        parts: dict[str, Work] = {}
        if any(self._serves(messenger.reception) for messenger in self.messengers.values()):
            parts["dispatch"] = self.dispatcher.run
        if self.role.includes(ProcessRole.SCHEDULER):
            parts["schedule"] = self._alone("schedule", self.schedule.run)
            parts["housekeeping"] = self._alone("housekeeping", self.housekeeping.run)
        return parts

    def _sending(self) -> dict[str, Work]:
        if not self.role.includes(ProcessRole.SENDER):
            return {}
        return {f"send:{name}": self._alone(f"send:{name}", partial(self._send, name)) for name in self.messengers}

    def _watching(self) -> dict[str, Work]:
        parts: dict[str, Work] = {
            f"check:{name}": partial(self._check, name)
            for name, messenger in self.messengers.items()
            if self._serves(messenger.reception) or self.role is ProcessRole.SENDER
        }
        if self.role.includes(ProcessRole.GATEWAY):
            parts["check:parts"] = self._watch_parts
        return parts

    def _serves(self, reception: Reception) -> bool:
        together = reception is Reception.TOGETHER
        return self.role.includes(ProcessRole.SENDER if together else ProcessRole.GATEWAY)

    def _served(self) -> tuple[str, ...]:
        """The accounts whose presses this process can acknowledge now."""
        return tuple(
            name
            for name, messenger in self.messengers.items()
            if self._serves(messenger.reception) and name not in self._elsewhere
        )

    def _alone(self, name: str, work: Callable[[Tenure], Awaitable[None]]) -> Work:
        """Work that only one of all processes does at a time."""
        tenant = self._tenants[name] = Tenant(self.store, name, self._owner)
        return partial(tenant.run, work)

    async def _listen(self, name: str, tenure: Tenure) -> None:
        await self.messengers[name].listen(self._inbox(name, tenure))

    def _inbox(self, name: str, tenure: Tenure | None = None) -> StoredInbox:
        return StoredInbox(tenure or self.store, name, received=self.received)

    async def _send(self, name: str, tenure: Tenure) -> None:
        if self.messengers[name].reception is not Reception.TOGETHER:
            await self.senders[name].run(tenure)
            return
        # Restarted apart from the sender, which outlives it at the end.
        reading = self._task(f"listen:{name}", partial(self._listen, name, tenure))
        self._reading.add(reading)
        await asyncio.sleep(0)  # from its first step on, the messenger says itself that it is starting
        self._elsewhere.discard(name)
        try:
            await self.senders[name].run(tenure)
        finally:
            self._elsewhere.add(name)
            self._reading.discard(reading)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _run_part(self, name: str, at: Transactions) -> None:
        run = self.parts[name].part.run
        if run is None:
            return
        self._here[name] = at
        try:
            await run(at)
        finally:
            del self._here[name]
            self.readiness.parts.pop(name, None)

    async def _watch_parts(self) -> None:
        """Keeps what is wrong with the parts that run here, for /readyz and, with their leases, for all processes."""
        told: dict[Transactions, str] = {}
        while self.parts:
            for name, at in list(self._here.items()):
                if self._here.get(name) is not at:
                    continue
                fault = self.readiness.parts[name] = self.parts[name].part.fault()
                if isinstance(at, Tenure) and told.get(at, "") != fault:
                    with suppress(Busy, Full, Fenced):  # the next look tells it
                        await at.transact(partial(_apply, TellFault(at.lease, fault)))
                        told[at] = fault
            told = {at: fault for at, fault in told.items() if at in self._here.values()}
            await asyncio.sleep(LOOK_AGAIN)

    def _task(self, name: str, work: Work) -> asyncio.Task[None]:
        return asyncio.create_task(self._guarded(name, work), name=name)

    async def _guarded(self, name: str, work: Work) -> None:
        """One part that fails is started again and does not take the others with it."""
        while True:
            try:
                await work()
            except Exception as error:
                log.exception("part_failed", part=name, error=type(error).__name__)
                self.readiness.parts[name] = f"failed: {type(error).__name__}"
                await asyncio.sleep(RESTART_AFTER)
                self.readiness.parts[name] = ""
            else:
                return

    async def _check(self, name: str) -> None:
        messenger, announced = self.messengers[name], False
        while True:
            if name in self._elsewhere:
                if self._tenants[f"send:{name}"].refused:
                    self.readiness.parts.pop(name, None)  # well where it is
                else:
                    self.readiness.parts[name] = "starting"
                await asyncio.sleep(LOOK_AGAIN)
                continue
            health = await messenger.check()
            self.readiness.parts[name] = "" if health.ok else str(health)
            if health.ok and not announced:
                await self._locate(messenger)
                self.announcer.begin(messenger)
                announced = True
            await _unless_changed(messenger, CHECK_EVERY if health.ok else CHECK_AGAIN)

    async def _locate(self, messenger: Messenger) -> None:
        if isinstance(messenger, Findable) and messenger.address:
            change = Locate(messenger.name, messenger.address)
            try:
                await self.store.transact(lambda uow: uow.apply(change))
            except (Busy, Full) as error:  # only invitations name it, and the next start tells it again
                log.warning("address_not_kept", messenger=messenger.name, reason=type(error).__name__)


def _apply(change: TellFault, uow: UnitOfWork) -> None:
    uow.apply(change)


async def _unless_changed(messenger: Messenger, seconds: float) -> None:
    """Waits, but no longer than until something goes wrong or right."""
    known = messenger.fault()
    while seconds > 0 and messenger.fault() == known:
        await asyncio.sleep(min(seconds, LOOK_AGAIN))
        seconds -= LOOK_AGAIN
