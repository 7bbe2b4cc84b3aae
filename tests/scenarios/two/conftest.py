"""The company on two messengers at once: everybody is linked in Telegram and in the one without buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.rooms import open_house
from bot.talk.house import House
from bot.talk.language import Languages
from core.people.choices import PREFERRED
from core.people.person import Account, Person
from core.settings import do_set
from core.unit_of_work import Store, UnitOfWork
from tests.scenarios.faults.installation import surroundings
from tests.support.cast import CAST, engage
from tests.support.clock import MovableClock
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainWire
from tests.support.telegram_wire import TelegramWire
from tests.support.world import Wire, World


class Side(World):
    """One of the two messengers; what the bot has to do it does in both."""

    def __init__(self, both: Both, store: Store, wire: Wire, clock: MovableClock, house: House) -> None:
        self.both = both
        super().__init__(store, wire, clock, house)

    def _begin(self) -> None:
        self._connect()

    async def settle(self) -> None:
        await self.both.settle()

    async def close(self) -> None:
        await self.hang_up()
        await self.wire.close()


class Both:
    """The company, and its people as they sit before either messenger."""

    def __init__(self, store: Store, telegram: Wire, plain: Wire, clock: MovableClock) -> None:
        house = open_house(Languages("en"))
        self.store = store
        self.telegram, self.plain = (Side(self, store, wire, clock, house) for wire in (telegram, plain))
        messengers = {side.wire.messenger.name: side.wire.messenger for side in self.sides}
        self.app = App(store=store, house=house, messengers=messengers, clock=clock)
        self.ids: dict[str, int] = {}

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both messengers."""
        return self.telegram, self.plain

    def anna(self) -> tuple[TestPerson, TestPerson]:
        """An employee in Telegram and where there are no buttons."""
        return self._person("employee")

    def hr(self) -> tuple[TestPerson, TestPerson]:
        """The author of the news, in Telegram and where there are no buttons."""
        return self._person("hr")

    async def settle(self) -> None:
        """Lets the bot do all that it has to do now."""
        while True:
            done = await self.app.dispatcher.drain() + await self.app.schedule.run_due()
            done += await self.app.housekeeping.step()
            for side in self.sides:
                done += await side.sender.drain()
            if not done:
                break
        await self.app.dispatcher.acknowledged()
        for side in self.sides:
            await side.look()

    async def prefer(self, messenger: str) -> None:
        """Everybody wants to be written to there."""

        def work(uow: UnitOfWork) -> None:
            for person_id in self.ids.values():
                person = uow.get(Person, person_id)
                assert person is not None
                do_set(uow, person, PREFERRED, messenger)

        await self.store.transact(work)

    async def close(self) -> None:
        """Ends everything."""
        for side in self.sides:
            await side.close()
        await self.store.close()

    def engage(self, uow: UnitOfWork) -> None:
        """Everybody has both accounts."""
        self.ids = engage(uow, "telegram", self.telegram.wire.account)
        for member in CAST:
            address = self.plain.wire.account(member)
            uow.add(
                Account(
                    messenger="plain",
                    address=address,
                    person_id=self.ids[member.key],
                    chat=address,
                    name=member.first_name,
                    language="en",
                    linked_at=uow.now,
                )
            )

    def _person(self, key: str) -> tuple[TestPerson, TestPerson]:
        number = next(member.number for member in CAST if member.key == key)
        for side in self.sides:
            if key not in side.people:
                side.people[key] = side.wire.person(key, number, side)
        return self.telegram.people[key], self.plain.people[key]


@pytest.fixture
async def both(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Both]:
    clock = MovableClock()
    around, store = surroundings(sqlite_template, tmp_path, clock)
    telegram, plain = await TelegramWire.open(around, clock), PlainWire(around.files)
    opened = Both(store, telegram, plain, clock)
    await opened.app.introduce()
    await store.transact(opened.engage)
    for member in CAST:
        telegram.server.user(id=member.number, first_name=member.first_name, language_code="en", started=True)
    try:
        yield opened
    finally:
        await opened.close()
