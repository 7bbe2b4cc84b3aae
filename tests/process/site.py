"""An installation of several processes on one PostgreSQL, each of whose requests can be told apart."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest

from core.chat.screens import screen
from core.delivery import Priority, Send, ToAudience
from core.people.audience import Audience
from storage.database import Database
from tests.process.conftest import FIRST, employ
from tests.process.running import RunningBot, telegram
from tests.support.botapi.server import BotApiServer
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL
from tests.support.notices import WORD

__all__ = ["shared_url", "site"]

PEOPLE, IN_FLIGHT, A_SECOND = 300, 20, 60
SECRET = "of-the-webhook"
WEBHOOK = {"TELEGRAM__WEBHOOK_URL": "https://bot.example.org/telegram", "TELEGRAM__WEBHOOK_SECRET": SECRET}
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
TAKEN_OVER = 15.0
"""Seconds within which a standby must send."""
EVERYBODY = ToAudience(Audience(everybody=True))


class Site:
    """One installation of several processes on a PostgreSQL in which so many people are employed."""

    def __init__(self, url: str, folder: Path, stack: AsyncExitStack, people: int = PEOPLE) -> None:
        self.url, self.people, self._folder, self._stack = url, people, folder, stack
        self.bots: list[RunningBot] = []
        self.servers: list[BotApiServer] = []

    async def add(self, role: str, server: BotApiServer | None = None, **settings: str) -> RunningBot:
        """One more process; with a Telegram of its own, so that its requests are told apart, or a given one."""
        if server is None:
            server = await self._stack.enter_async_context(telegram())
        for place in range(self.people):
            server.user(id=FIRST + place, first_name="Anna", language_code="en", started=True)
        folder = self._folder / str(len(self.bots))
        folder.mkdir()
        own = {
            "DATA_DIR": str(self._folder / "var"),
            "DATABASE_URL": self.url,
            "SECRET_KEY": "the-same-on-each-process-of-this-test",
            "TELEGRAM__PACE__IN_FLIGHT": str(IN_FLIGHT),
            "TELEGRAM__PACE__OVERALL": str(A_SECOND),
        }
        bot = RunningBot(folder, server, role=role, **(own | settings))
        self.bots.append(bot)
        self.servers.append(server)
        await bot.start()
        return bot

    async def pair(self) -> None:
        """Two senders, both ready, and a broadcast to everybody."""
        await self.add("sender")
        await self.add("sender")
        await self.ready()
        await self.broadcast()

    async def ready(self) -> None:
        """Waits until all processes work; several that start at once are slow."""
        await asyncio.gather(*(bot.ready(120) for bot in self.bots))

    async def broadcast(self) -> None:
        """Plans a message to everybody."""
        content = screen(None, "The canteen opens at eight.")
        store = Database(self.url, MovableClock())
        await store.transact(
            lambda uow: uow.apply(Send(kind=WORD, content=content, to=EVERYBODY, priority=Priority.BROADCAST))
        )
        await store.close()

    def requests(self, place: int) -> list[int]:
        """The chats to which a process has sent, in order."""
        return [call.chat_id or 0 for call in self.servers[place].journal.of("sendMessage")]

    async def leader(self, sent: int) -> int:
        """Waits until so many messages have been sent; which process sends them."""
        await until(lambda: sum(len(self.requests(place)) for place in range(2)) >= sent, 20, self.shown)
        (leader,) = (place for place in range(2) if self.requests(place))
        return leader

    def arrived(self) -> Counter[int]:
        """How often each chat has got the message."""
        return Counter(chat for place in range(len(self.servers)) for chat in self.requests(place))

    async def everybody_has_it(self) -> None:
        """Waits until each person's message has arrived, and is written down."""
        await until(lambda: len(self.arrived()) == self.people, 20 + self.people / A_SECOND, self.shown)
        await until(lambda: self.states() == {"sent": self.people}, 5, self.shown)

    def states(self) -> dict[str, int]:
        """How many copies are in each state."""
        with psycopg.connect(self.url) as connection:
            return dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())

    def owners(self) -> dict[str, str]:
        """Who has each lease; empty for nobody."""
        with psycopg.connect(self.url) as connection:
            return dict(connection.execute("SELECT name, owner FROM leases").fetchall())

    def shown(self) -> str:
        """What the processes said."""
        return "\n\n".join(bot.shown() for bot in self.bots)


async def until(condition: Callable[[], bool], within: float, shown: Callable[[], str]) -> None:
    """Waits for something that happens in another process."""
    try:
        async with asyncio.timeout(within):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {within:.0f} s:\n{shown()}") from None


def said(number: int, person: int, text: str) -> dict[str, object]:
    """The update that a person's command is."""
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_800_000_000,
            "chat": {"id": person, "type": "private", "first_name": "Anna"},
            "from": {"id": person, "is_bot": False, "first_name": "Anna", "language_code": "en"},
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
        },
    }


@pytest.fixture
def shared_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A PostgreSQL with PEOPLE employees."""
    url = postgresql.create()
    store = Database(url, MovableClock())
    store.transact_now(lambda uow: employ(uow, PEOPLE))
    store.close_now()
    yield url
    postgresql.drop(url)


@pytest.fixture
async def site(shared_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        made = Site(shared_url, tmp_path, stack)
        try:
            yield made
        finally:
            for bot in made.bots:
                await bot.close()
