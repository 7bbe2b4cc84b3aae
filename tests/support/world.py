"""A whole Kollega in a test: real storage, real rooms, a real messenger adapter over a local wire, a movable clock.

The test steps it: after each thing that a person does, `settle` handles what arrived, fires what is due and sends
what is waiting, until nothing is left to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
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
from tests.support.cast import CAST, engage
from tests.support.clock import MovableClock
from tests.support.people import TestPerson


class Wire(Protocol):
    """One messenger with its people, as the harness drives it."""

    @property
    def messenger(self) -> Messenger:
        """The adapter under test."""

    @property
    def numbers(self) -> bool:
        """Whether accounts are numbers."""

    def person(self, key: str, number: int, world: World) -> TestPerson:
        """Somebody who uses this messenger."""

    async def close(self) -> None:
        """Ends the wire."""


class CountingInbox(StoredInbox):
    """The stored inbox, which tells when something has been stored."""

    def __init__(self, store: Store, messenger: str) -> None:
        super().__init__(store, messenger)
        self.stored = 0
        self.changed = asyncio.Condition()

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        await super().store(events, cursor)
        async with self.changed:
            self.stored += 1
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
            done += await self.sender.drain()
            if not done:
                break
        await self.app.dispatcher.acknowledged()
        for person in self.people.values():
            await person.refresh()

    async def after(self, act: Awaitable[object]) -> None:
        """Waits until what `act` makes the messenger deliver is stored, then settles."""
        before = self.inbox.stored
        await act
        async with self.inbox.changed:
            await asyncio.wait_for(self.inbox.changed.wait_for(lambda: self.inbox.stored > before), 10)
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
    world.ids = await store.transact(lambda uow: engage(uow, wire.messenger.name, numbers=wire.numbers))
    for member in CAST:
        world.people[member.key] = wire.person(member.key, member.number, world)
    try:
        yield world
    finally:
        await world.close()
