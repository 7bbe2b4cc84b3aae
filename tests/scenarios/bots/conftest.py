"""The company with two bots in Telegram; each of its people knows the first one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.rooms import open_house
from bot.send.delivery import Sender
from bot.talk.house import House
from bot.talk.intake import StoredInbox
from bot.talk.language import Languages
from core.people.bots import Bot, Introduce, Locate
from core.unit_of_work import Store
from tests.scenarios.faults.installation import surroundings
from tests.support.cast import CAST, engage
from tests.support.clock import MovableClock
from tests.support.telegram_wire import TelegramPerson, TelegramWire
from tests.support.world import World

MAIN, SECOND = "telegram", "telegram.2"


class Side(World):
    """One of the two bots; what there is to do is done in both."""

    def __init__(self, bots: TwoBots, store: Store, wire: TelegramWire, clock: MovableClock, house: House) -> None:
        self.bots, self.telegram = bots, wire
        super().__init__(store, wire, clock, house)

    def _begin(self) -> None:
        messenger = self.wire.messenger
        self.connect(messenger, StoredInbox(self.store, messenger.name))
        tick = iter(range(0, 10**9, 100))
        self.sender = Sender(self.store, self.house, messenger, self.clock, steady=lambda: float(next(tick)))

    async def settle(self) -> None:
        await self.bots.settle()

    async def close(self) -> None:
        await self.hang_up()
        await self.wire.close()


class TwoBots:
    """The company, and its people as they talk to either bot."""

    def __init__(self, store: Store, wires: dict[str, TelegramWire], clock: MovableClock) -> None:
        house = open_house(Languages("en"))
        self.store = store
        self.sides = {name: Side(self, store, wire, clock, house) for name, wire in wires.items()}
        messengers = {name: wire.messenger for name, wire in wires.items()}
        self.app = App(store=store, house=house, messengers=messengers, clock=clock)

    async def settle(self) -> None:
        """Lets the bots do all that they have to do now."""
        while True:
            done = await self.app.dispatcher.drain() + await self.app.schedule.run_due()
            done += await self.app.housekeeping.step()
            for side in self.sides.values():
                done += await side.sender.drain()
            if not done:
                break
        await self.app.dispatcher.acknowledged()

    async def introduce(self, *names: str) -> None:
        """These bots are there from now on."""
        bots = tuple(Bot(name, writes_first=False) for name in names)
        await self.store.transact(lambda uow: uow.apply(Introduce(bots)))

    async def locate(self, name: str, address: str) -> None:
        """What the bot does when it has learnt its own address."""
        await self.store.transact(lambda uow: uow.apply(Locate(name, address)))

    def at(self, name: str, key: str) -> TelegramPerson:
        """One of the cast before one of the bots; nobody has started the second one."""
        side = self.sides[name]
        known = side.people.get(key)
        if known is None:
            number = next(member.number for member in CAST if member.key == key)
            user = side.telegram.server.user(
                id=number, first_name=key.title(), language_code="en", started=name == MAIN
            )
            known = side.people[key] = TelegramPerson(key, side, user)
        assert isinstance(known, TelegramPerson)
        return known

    async def close(self) -> None:
        """Ends everything."""
        for side in self.sides.values():
            await side.close()
        await self.store.close()


@pytest.fixture
async def bots(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[TwoBots]:
    clock = MovableClock()
    around, store = surroundings(sqlite_template, tmp_path, clock)
    tokens = {MAIN: "123456:scenario-token-of-nobody", SECOND: "234567:scenario-token-of-nobody"}
    wires = {name: await TelegramWire.open(around, clock, name, token) for name, token in tokens.items()}
    opened = TwoBots(store, wires, clock)
    await opened.introduce(MAIN, SECOND)
    await store.transact(lambda uow: engage(uow, MAIN, wires[MAIN].account))
    for member in CAST:
        opened.at(MAIN, member.key)
    try:
        yield opened
    finally:
        await opened.close()
