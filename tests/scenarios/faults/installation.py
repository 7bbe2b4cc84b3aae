"""A bot on Matrix that can end at any point and start again in a new process, as far as it can tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from adapters.matrix.messenger import MatrixMessenger
from adapters.matrix.settings import Settings
from adapters.matrix.timing import Timing
from bot.rooms import open_house
from bot.talk.house import House
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from core.chat.clock import Clock
from core.chat.events import Event
from core.unit_of_work import Store
from storage.database import Database
from storage.files import FileStore
from tests.scenarios.faults.bare import Bare
from tests.support.cast import engage
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.matrix_people import MatrixPerson
from tests.support.matrix_wire import MatrixWire
from tests.support.synapse import Homeserver
from tests.support.world import World

QUICK = Timing(first_delay=0.05, longest_delay=0.5, patience=0.5)


class Installation(World):
    """The world of a test whose bot may end. Nobody has a client but who is given one."""

    def __init__(
        self, store: Store, wire: MatrixWire, clock: MovableClock, house: House, make: Callable[[], MatrixMessenger]
    ) -> None:
        self.matrix, self._make = wire, make
        wire.messenger = make()
        super().__init__(store, wire, clock, house)

    @property
    def bot(self) -> str:
        """The bot's account."""
        return self.matrix.bot.user_id

    @property
    def messenger(self) -> MatrixMessenger:
        """The adapter of now."""
        assert isinstance(self.matrix.messenger, MatrixMessenger)
        return self.matrix.messenger

    async def bare(self, key: str) -> Bare:
        """One of the cast, or somebody new, without a client."""
        return Bare(self.matrix.homeserver, await self.matrix.credentials(key))

    def with_client(self, key: str) -> MatrixPerson:
        """One of the cast with a client, which keeps keys too."""
        person = self.matrix.person(key, 0, self)
        self.people[key] = person
        return person

    async def greets(self, who: Bare) -> str:
        """A private room that somebody opened, with the bot in it and what it said at first."""
        known = {event.id for event in self.inbox.stored}
        room = await who.opens(self.bot)
        await self.hears(
            lambda event: event.account == who.id and event.id.startswith("start:") and event.id not in known
        )
        return room

    async def hears_of(self, *ids: str) -> None:
        """Waits until these events of rooms are stored, then settles."""
        wanted = set(ids)

        def all_there(event: Event) -> bool:
            wanted.discard(event.id)
            return not wanted

        await self.hears(all_there)

    async def stops(self) -> None:
        """The process ends between two things that it does."""
        await self.hang_up()
        await self.messenger.close()

    async def starts(self) -> None:
        """A new process, which has read what happened meanwhile."""
        self.matrix.messenger = self._make()
        self._begin()
        async with asyncio.timeout(60), self.inbox.changed:
            await self.inbox.changed.wait_for(lambda: self.inbox.calls > 0)
        await self.settle()

    async def dies(self) -> None:
        """The process ends wherever it just is; what it had not done yet it never does."""
        current = asyncio.current_task()
        await self.stops()
        flying = [task for task in asyncio.all_tasks() if task is not current and task.get_name().startswith("@")]
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)


@asynccontextmanager
async def installed(
    server: Homeserver,
    sqlite_template: Path,
    folder: Path,
    *,
    encrypted: bool = False,
    reaction_keys: int = 8,
    house: House | None = None,
) -> AsyncIterator[Installation]:
    """A bot of this test alone with the cast, of whom nobody has written yet."""
    clock = MovableClock()
    around, store = surroundings(sqlite_template, folder, clock)
    wire = await MatrixWire.open(around, server, encrypted=encrypted)
    await wire.messenger.close()
    settings = settings_of(wire).model_copy(update={"reaction_keys": reaction_keys})
    world = Installation(
        store, wire, clock, house or open_house(Languages("en")), lambda: MatrixMessenger(settings, around, QUICK)
    )
    world.ids = await store.transact(lambda uow: engage(uow, "matrix", wire.account))
    try:
        yield world
    finally:
        await world.close()


def settings_of(wire: MatrixWire, **others: object) -> Settings:
    """What the bot of a wire signs in with."""
    bot = wire.bot
    token = {"access_token": SecretStr(bot.access_token), "device_id": bot.device_id}
    password = {"password": SecretStr(bot.password)}
    return Settings.model_validate(
        {"homeserver": wire.url, "user_id": bot.user_id, **token, **password, "encrypted_rooms": wire.encrypted}
        | others
    )


def surroundings(sqlite_template: Path, folder: Path, clock: Clock) -> tuple[Surroundings, Database]:
    """What an adapter gets, and the database of a test."""
    path = folder / "kollega.db"
    path.write_bytes(sqlite_template.read_bytes())
    around = Surroundings(
        files=FileStore(folder), data_dir=folder, clock=clock, languages=Languages("en"), key_for=key_for
    )
    return around, Database(f"sqlite:///{path}", clock)
