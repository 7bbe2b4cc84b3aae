"""kill -9 during broadcasts in Matrix: `python -m benchmarks.delivery.matrix_kills [ROOMS] [BROADCASTS] [KILLS]`.

A real Synapse and a real `kollega run` on SQLite, started again at once after each kill. What is in the rooms is read
from the homeserver's own database.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.delivery.stage import broadcast
from benchmarks.figures import row, sizes
from benchmarks.matrix.company import a_homeserver_with, employ, environment, hire, signed_in, start
from benchmarks.processes import Started
from tests.support.synapse.server import Credentials, Homeserver

USUAL, SHORT = (50, 20, 10), (3, 4, 1)
"""Rooms, broadcasts and kills."""
WITHIN = 300.0
_SAID = (
    "SELECT event_json.room_id, event_json.json FROM event_json JOIN events USING (event_id) "
    "WHERE events.type = 'm.room.message'"
)
_NUMBER = re.compile(r"~(\d+)~")


class Bot:
    """A `kollega run` that can be killed."""

    def __init__(self, folder: Path, homeserver: Homeserver, account: Credentials) -> None:
        own = {"MATRIX__ENCRYPTED_ROOMS": "false", "MATRIX__REACTION_KEYS": "0"}
        self._environment = environment(folder, homeserver, account, **own)
        self._process: Started | None = None

    def start(self) -> None:
        """Starts it, without waiting."""
        self._process = start(("bot", "run"), self._environment)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)


@contextmanager
def _running(bot: Bot) -> Iterator[None]:
    bot.start()
    try:
        yield
    finally:
        bot.kill()


def said(data: Path) -> Counter[tuple[str, int]]:
    """How often each room has got the broadcast of each number."""
    with closing(sqlite3.connect(f"file:{data / 'homeserver.db'}?mode=ro", uri=True)) as database:
        rows = database.execute(_SAID).fetchall()
    bodies = ((room, json.loads(event)["content"].get("body", "")) for room, event in rows)
    return Counter((room, int(found[1])) for room, body in bodies if (found := _NUMBER.search(body)))


async def measure(rooms: int, broadcasts: int, kills: int, folder: Path) -> tuple[int, int]:
    """How many messages were lost, and how many came twice."""
    async with a_homeserver_with() as (homeserver, data):
        account = await homeserver.register("kollega")
        connection = signed_in(homeserver, account)
        people = await hire(homeserver, connection, rooms, encrypted=lambda place: False)
        await connection.close()
        employ(folder, list(people.values()))
        for number in range(broadcasts):
            broadcast(f"sqlite:///{folder / 'kollega.db'}", number)
        bot = Bot(folder, homeserver, account)
        wanted = rooms * broadcasts
        with _running(bot):
            for place in sorted(random.sample(range(1, wanted), kills)):
                await _arrived(data, place)
                bot.kill()
                bot.start()
            await _arrived(data, wanted)
            found = said(data)
    return wanted - len(found), found.total() - len(found)


async def _arrived(data: Path, number: int) -> None:
    async with asyncio.timeout(WITHIN):
        while len(said(data)) < number:  # noqa: ASYNC110 - another process fills it
            await asyncio.sleep(0.05)


def main() -> None:
    rooms, broadcasts, kills = sizes(USUAL, SHORT)
    print(f"{kills} kill -9 during {rooms * broadcasts:,} deliveries in {rooms} Matrix rooms")
    with tempfile.TemporaryDirectory() as folder:
        lost, twice = asyncio.run(measure(rooms, broadcasts, kills, Path(folder)))
    row("SQLite, Matrix", "0 lost, 0 twice", f"{lost} lost, {twice} twice")


if __name__ == "__main__":
    main()
