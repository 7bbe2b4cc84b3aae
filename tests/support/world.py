"""A whole Kollega in a test: real storage, real rooms, a real messenger adapter over a local wire, a movable clock.

The test steps it: after each thing that a person does, `settle` handles what arrived, fires what is due and sends
what is waiting, until nothing is left to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, cast

from bot.app import App
from bot.rooms import open_house
from bot.send.delivery import Sender
from bot.talk.house import House
from bot.talk.intake import StoredInbox
from bot.talk.language import Languages
from core.chat.messenger import Messenger, Outcome, Receipt
from core.chat.pages import Page
from core.unit_of_work import Store
from storage.database import Database
from tests.support.cast import CAST, Member
from tests.support.clock import MovableClock
from tests.support.company import found
from tests.support.line import Line
from tests.support.people import TestPerson


class Wire(Protocol):
    """One messenger with its people, as the harness drives it."""

    @property
    def messenger(self) -> Messenger:
        """The adapter under test."""

    def account(self, member: Member) -> str:
        """The account of one of the cast."""

    def person(self, key: str, number: int, line: Line) -> TestPerson:
        """Somebody who uses this messenger."""

    async def close(self) -> None:
        """Ends the wire."""


class Noting:
    """A messenger that notes to whose chats something goes."""

    def __init__(self, messenger: Messenger, chats: set[str]) -> None:
        self._messenger, self._chats = messenger, chats

    def __getattr__(self, name: str) -> Any:
        return getattr(self._messenger, name)

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        self._chats.add(chat)
        return await self._messenger.send(chat, page, key)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        self._chats.add(chat)
        return await self._messenger.edit(chat, receipt, page, key)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        self._chats.add(chat)
        return await self._messenger.delete(chat, receipt)


class World(Line):
    """The company of the scenarios on one messenger."""

    def __init__(self, store: Store, wire: Wire, clock: MovableClock, house: House) -> None:
        super().__init__(clock)
        self.store, self.wire, self.house = store, wire, house
        self.people: dict[str, TestPerson] = {}
        """Those who take part: they look at what comes, which is what costs a messenger most."""
        self.ids: dict[str, int] = {}
        self._touched: set[str] = set()
        self._cast: dict[str, TestPerson] = {}
        self._accounts = {member.key: wire.account(member) for member in CAST}
        self._begin()

    def _begin(self) -> None:
        messenger = self.wire.messenger
        self.app = App(store=self.store, house=self.house, messengers={messenger.name: messenger}, clock=self.clock)
        self._connect()

    def _connect(self) -> None:
        messenger = self.wire.messenger
        self.connect(messenger, StoredInbox(self.store, messenger.name))
        self._seen = 0  # of what the inbox has stored
        tick = iter(range(0, 10**9, 100))
        noting = cast(Messenger, Noting(messenger, self._touched))
        self.sender = Sender(self.store, self.house, noting, self.clock, steady=lambda: float(next(tick)))

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

    def meet(self) -> None:
        """The cast can be written to, and can take part."""
        self._cast = {member.key: self.wire.person(member.key, member.number, self) for member in CAST}

    async def joins(self, key: str) -> TestPerson:
        """One of the cast takes part from now on."""
        person = self.people.setdefault(key, self._cast[key])
        await person.arrives()
        return person

    async def gathers(self) -> None:
        """All of the cast take part."""
        for key in self._cast:
            await self.joins(key)

    async def look(self) -> None:
        """Of those who take part all look at the chat who did something, or to whom something was sent, since they
        last looked. Where something went to somebody else, such as a group, all of them look."""
        touched = self._touched | {event.account for event in self.inbox.stored[self._seen :]}
        self._touched.clear()
        self._seen = len(self.inbox.stored)
        everybody = not touched <= set(self._accounts.values())
        await asyncio.gather(
            *(
                person.refresh()
                for key, person in self.people.items()
                if everybody or self._accounts.get(key) in touched
            )
        )

    async def passes(self, time: timedelta) -> None:
        """Moves the clock and lets happen what is due by then."""
        self.clock.move(time)
        await self.settle()

    async def restarts(self) -> None:
        """The bot ends and starts again on the same database."""
        await self.hang_up()
        await self.app.announcer.close()
        self._begin()
        await self.settle()

    async def close(self) -> None:
        """Ends everything."""
        await self.hang_up()
        await self.app.announcer.close()
        await self.wire.close()
        await self.store.close()


@asynccontextmanager
async def a_world(
    file: Path,
    template: Path,
    wire: Wire,
    clock: MovableClock,
    house: House | None = None,
    given: Mapping[str, str] | None = None,
) -> AsyncIterator[World]:
    """A world with its cast, everybody known and able to be written to; with all rooms unless a house is given.

    Its database will be the SQLite file `file`; `template` is a migrated, empty one. `given` is for `Database`.
    """
    ids = found(file, template, wire.messenger.name, wire.account)
    store = Database(f"sqlite:///{file}", clock, given=given)
    world = World(store, wire, clock, house or open_house(Languages("en")))
    world.ids = ids
    world.meet()
    try:
        yield world
    finally:
        await world.close()
