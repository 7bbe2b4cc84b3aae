"""A bot account on the strict Bot API server, with a folder for files and an inbox in memory."""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.telegram.inbound import Timing
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import Settings
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from core.chat.events import Event
from core.chat.files import NoSpace, TooLarge
from tests.support.botapi import BotApiServer, TelegramUser
from tests.support.clock import MovableClock
from tests.support.keys import key_for

TOKEN = "424242:token-of-nobody"
QUICK = Timing(poll=5, request=5.0, first_delay=0.001, longest_delay=0.002)


class Folder:
    """Files by their hash in a folder; `full` stands for a full disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.full = folder, False

    async def save(self, chunks: AsyncIterable[bytes], limit: int) -> tuple[str, int]:
        content = bytearray()
        async for chunk in chunks:
            if self.full:
                raise NoSpace
            content += chunk
            if len(content) > limit:
                raise TooLarge
        return self.keep(bytes(content)), len(content)

    def keep(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        self.path(name).write_bytes(content)
        return name

    def path(self, content: str) -> Path:
        return self.folder / content


class MemoryInbox:
    """Keeps events as storage does: each id once; `broken` makes the next stores fail."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.position: str | None = None
        self.broken = 0
        self._changed = asyncio.Condition()

    async def cursor(self) -> str | None:
        return self.position

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        if self.broken:
            self.broken -= 1
            raise OSError("database is locked")
        known = {event.id for event in self.events}
        self.events += [event for event in events if event.id not in known]
        self.position = cursor or self.position
        async with self._changed:
            self._changed.notify_all()

    async def holds(self, number: int) -> list[Event]:
        """Waits until there are so many events."""
        async with self._changed, asyncio.timeout(5):
            await self._changed.wait_for(lambda: len(self.events) >= number)
        return self.events


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def inbox() -> MemoryInbox:
    return MemoryInbox()


@pytest.fixture
async def server(clock: MovableClock) -> AsyncIterator[BotApiServer]:
    server = BotApiServer(TOKEN, clock=clock, limits=None)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def surroundings(clock: MovableClock, files: Folder, tmp_path: Path) -> Surroundings:
    return Surroundings(files=files, data_dir=tmp_path, clock=clock, languages=Languages("ru"), key_for=key_for)


@pytest.fixture
async def messenger(server: BotApiServer, surroundings: Surroundings) -> AsyncIterator[TelegramMessenger]:
    settings = Settings(token=SecretStr(TOKEN), api_server=server.url)
    messenger = TelegramMessenger(settings, surroundings, QUICK)
    yield messenger
    await messenger.close()


@pytest.fixture
def anna(server: BotApiServer) -> TelegramUser:
    return server.user(id=501, first_name="Anna", last_name="Orlova", phone="79990000001", started=True)


@pytest.fixture
async def listen(messenger: TelegramMessenger, inbox: MemoryInbox) -> AsyncIterator[Callable[[], "asyncio.Task[None]"]]:
    """Starts to listen; what still listens at the end is cancelled."""
    tasks: list[asyncio.Task[None]] = []

    def start() -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(messenger.listen(inbox)))
        return tasks[-1]

    yield start
    await stop(*tasks)


async def stop(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
