"""A whole Kollega in a test: real storage, real rooms, a real messenger adapter over a local wire, a movable clock.

The test steps it: after each thing that a person does, `settle` handles what arrived, fires what is due and sends
what is waiting, until nothing is left to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol

from bot.app import App
from bot.delivery import Sender
from bot.house import House
from bot.intake import StoredInbox
from bot.language import Languages
from bot.rooms import open_house
from core.chat.events import Event
from core.chat.messenger import Messenger
from core.unit_of_work import Store
from tests.support.cast import CAST, Member, engage
from tests.support.clock import MovableClock
from tests.support.people import TestPerson

_PATIENCE = 30.0
"""Seconds for what takes a fraction of one on a machine that has nothing else to do."""


class Wire(Protocol):
    """One messenger with its people, as the harness drives it."""

    @property
    def messenger(self) -> Messenger:
        """The adapter under test."""

    def account(self, member: Member) -> str:
        """The account of one of the cast."""

    def person(self, key: str, number: int, world: World) -> TestPerson:
        """Somebody who uses this messenger."""

    async def close(self) -> None:
        """Ends the wire."""


class CountingInbox(StoredInbox):
    """The stored inbox, which tells when something has been stored."""

    def __init__(self, store: Store, messenger: str) -> None:
        super().__init__(store, messenger)
        self.stored: list[Event] = []
        self.calls = 0
        self.changed = asyncio.Condition()

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        await super().store(events, cursor)
        async with self.changed:
            self.calls += 1
            self.stored += events
            self.changed.notify_all()


class World:
    """The company of the scenarios on one messenger."""

    def __init__(self, store: Store, wire: Wire, clock: MovableClock, house: House) -> None:
        self.store, self.wire, self.clock, self.house = store, wire, clock, house
        self.people: dict[str, TestPerson] = {}
        self.ids: dict[str, int] = {}
        self._begin()

    def _begin(self) -> None:
        messenger = self.wire.messenger
        self.inbox = CountingInbox(self.store, messenger.name)
        self.app = App(store=self.store, house=self.house, messengers={messenger.name: messenger}, clock=self.clock)
        tick = iter(range(0, 10**9, 100))
        self.sender = Sender(self.store, self.house, messenger, self.clock, steady=lambda: float(next(tick)))
        self._listening = asyncio.create_task(messenger.listen(self.inbox))

    async def settle(self) -> None:
        """Lets the bot do all that it has to do now."""
        while True:
            done = await self.app.dispatcher.drain() + await self.app.schedule.run_due()
            done += await self.app.housekeeping.step()
            done += await self.sender.drain()
            if not done:
                break
        await self.app.dispatcher.acknowledged()
        await self.look()

    async def look(self) -> None:
        """Everybody looks at the chat."""
        await asyncio.gather(*(person.refresh() for person in self.people.values()))

    async def after(self, act: Awaitable[object]) -> None:
        """Waits until what `act` makes the messenger deliver is stored, then settles."""
        before = self.inbox.calls
        await act
        await self._until(lambda: self.inbox.calls > before)
        await self.settle()

    async def hears(self, what: Callable[[Event], bool]) -> None:
        """Waits until an event is stored, also if others come before it, then settles."""
        await self._until(lambda: any(what(event) for event in self.inbox.stored))
        await self.settle()

    async def passes(self, time: timedelta) -> None:
        """Moves the clock and lets happen what is due by then."""
        self.clock.move(time)
        await self.settle()

    async def restarts(self) -> None:
        """The bot ends and starts again on the same database."""
        await self._end()
        self._begin()
        await self.settle()

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE), self.inbox.changed:
            await self.inbox.changed.wait_for(condition)

    async def _end(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def close(self) -> None:
        """Ends everything."""
        await self._end()
        await self.wire.close()
        await self.store.close()


@asynccontextmanager
async def a_world(store: Store, wire: Wire, clock: MovableClock, house: House | None = None) -> AsyncIterator[World]:
    """A world with its cast, everybody known and able to be written to; with all rooms unless a house is given."""
    world = World(store, wire, clock, house or open_house(Languages("en")))
    world.ids = await store.transact(lambda uow: engage(uow, wire.messenger.name, wire.account))
    for member in CAST:
        world.people[member.key] = wire.person(member.key, member.number, world)
    await world.look()
    try:
        yield world
    finally:
        await world.close()
