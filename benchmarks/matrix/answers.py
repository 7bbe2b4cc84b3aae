"""From a person's message leaving to the bot's answer in her sync: `python -m benchmarks.matrix.answers`.

Arguments: `[MESSAGES] [UNCOUNTED]`, the second of those before.

A real `kollega run` on SQLite and a real Synapse, each a process of its own. The person asks for the main menu in a
plain room, in an encrypted one, and asks a bare echo loop, in turn: what the loop takes is the homeserver's own part.
After an answer she reads for a moment, in which the bot puts its reactions under the menu.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.matrix.connection import Connection, part
from adapters.matrix.encryption import Encryption
from benchmarks.figures import median, percentile, row, sizes
from benchmarks.matrix.company import a_homeserver_with, employ, enter, environment, private_room, signed_in, start
from benchmarks.processes import end
from tests.support.synapse.server import Credentials, Homeserver

USUAL, SHORT = (150, 5), (2, 1)
"""Messages, and those before them that are not counted."""
READS = 0.3, 0.6
"""Seconds between an answer and the next question."""
FIGURES = {"Kollega, plain room": 250, "Kollega, encrypted room": 400}
_FILTER = json.dumps(
    {
        "presence": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
        "room": {
            "timeline": {"types": ["m.room.message", "m.room.encrypted"], "limit": 100},
            "ephemeral": {"not_types": ["*"]},
            "account_data": {"not_types": ["*"]},
        },
    }
)


class Client:
    """A client of one account that waits in a sync all the time."""

    def __init__(self, connection: Connection, encryption: Encryption | None = None) -> None:
        self._connection, self._encryption = connection, encryption
        self._cursor = ""
        self._sent = 0

    async def begin(self) -> None:
        """Goes to the end of what has happened."""
        await self._sync(0)

    async def hears(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Rooms and contents of what others say from now on, also after it was decrypted; no edits."""
        while True:
            answer = await self._sync(30)
            for room, section in answer.get("rooms", {}).get("join", {}).items():
                for event in section["timeline"]["events"]:
                    content = self._clear(room, event)
                    if event["sender"] != self._connection.user and "m.new_content" not in content:
                        yield room, content

    async def says(self, room: str, content: Mapping[str, Any], other: str) -> float:
        """Sends a message to a room; when it left, by `time.perf_counter`."""
        kind = "m.room.message"
        if self._encryption is not None:
            kind, content = await self._encryption.encrypt(room, (self._connection.user, other), kind, content)
        self._sent += 1
        path = f"/_matrix/client/v3/rooms/{part(room)}/send/{kind}/{self._sent}"
        left = time.perf_counter()
        await self._connection.request("PUT", path, content)
        return left

    async def _sync(self, wait: int) -> dict[str, Any]:
        query = {"filter": _FILTER, "timeout": str(wait * 1000)} | ({"since": self._cursor} if self._cursor else {})
        answer = await self._connection.request("GET", "/_matrix/client/v3/sync", query=query)
        self._cursor = answer["next_batch"]
        if self._encryption is not None:
            self._encryption.take_in(answer)
        return answer

    def _clear(self, room: str, event: dict[str, Any]) -> dict[str, Any]:
        if event["type"] == "m.room.encrypted":
            assert self._encryption is not None
            event = self._encryption.decrypt(room, event) or {}
            assert event, "an answer without its key"
        content: dict[str, Any] = event["content"]
        return content


class Talk:
    """A person in a private room of her own making with somebody who answers."""

    def __init__(self, homeserver: Homeserver, person: Credentials, other: str, folder: Path | None = None) -> None:
        """The room is encrypted when there is a folder for the person's keys."""
        self._connection, self._person, self._other = signed_in(homeserver, person), person, other
        self._encryption: Encryption | None = None
        if folder is not None:
            self._encryption = Encryption(self._connection, folder, bytes(32), password=person.password)
        self._client = Client(self._connection, self._encryption)
        self._answers: asyncio.Queue[float] = asyncio.Queue()
        self.room = ""

    async def open(self) -> None:
        """Opens the room."""
        if self._encryption is not None:
            self._encryption.open()
            await self._encryption.start()
        self.room = await private_room(self._connection, self._other, encrypted=self._encryption is not None)
        await self._client.begin()

    async def listen(self) -> None:
        """Notes when answers arrive, until it is cancelled."""
        async for _ in self._client.hears():
            self._answers.put_nowait(time.perf_counter())

    async def greeted(self) -> None:
        """Waits for the first word of the other."""
        await asyncio.wait_for(self._answers.get(), 60)

    async def ask(self) -> float:
        """Milliseconds until the answer to a message."""
        content = {"msgtype": "m.text", "body": "!menu", "m.mentions": {}}
        left = await self._client.says(self.room, content, self._other)
        arrived = await asyncio.wait_for(self._answers.get(), 30)
        await asyncio.sleep(random.uniform(*READS))
        assert self._answers.empty(), "more than one answer"
        return (arrived - left) * 1000

    async def close(self) -> None:
        """Ends the client."""
        if self._encryption is not None:
            await self._encryption.close()
        await self._connection.close()


async def echo(client: Client, other: str) -> None:
    """Answers whatever somebody says, and does nothing else."""
    async for room, content in client.hears():
        await client.says(room, content, other)


@contextmanager
def running_bot(folder: Path, homeserver: Homeserver, bot: Credentials) -> Iterator[None]:
    """A `kollega run`."""
    process = start(("bot", "run"), environment(folder, homeserver, bot))
    try:
        yield
    finally:
        end(process)


async def measure(messages: int, uncounted: int, folder: Path) -> dict[str, list[float]]:
    """Milliseconds of each answer, by who gave it."""
    async with a_homeserver_with() as (homeserver, _):
        bot, other, *people = [await homeserver.register(name) for name in ("kollega", "echo", "p0", "p1", "p2")]
        employ(folder, people[1:])
        loop = signed_in(homeserver, other)
        talks = {
            "bare echo loop": Talk(homeserver, people[0], other.user_id),
            "Kollega, plain room": Talk(homeserver, people[1], bot.user_id),
            "Kollega, encrypted room": Talk(homeserver, people[2], bot.user_id, folder / "person"),
        }
        for talk in talks.values():
            await talk.open()
        bare = talks["bare echo loop"]
        await enter(loop, bare.room)
        client = Client(loop)
        await client.begin()
        tasks = [asyncio.create_task(talk.listen()) for talk in talks.values()]
        tasks.append(asyncio.create_task(echo(client, people[0].user_id)))
        try:
            with running_bot(folder, homeserver, bot):
                return await _asked(talks, messages, uncounted)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(loop.close(), *(talk.close() for talk in talks.values()))


async def _asked(talks: Mapping[str, Talk], messages: int, uncounted: int) -> dict[str, list[float]]:
    for name, talk in talks.items():
        if name != "bare echo loop":
            await talk.greeted()
    taken: dict[str, list[float]] = {name: [] for name in talks}
    for number in range(uncounted + messages):
        for name, talk in talks.items():
            delay = await talk.ask()
            if number >= uncounted:
                taken[name].append(delay)
    return taken


def main() -> None:
    messages, uncounted = sizes(USUAL, SHORT)
    with tempfile.TemporaryDirectory() as folder:
        taken = asyncio.run(measure(messages, uncounted, Path(folder)))
    print(f"{messages} messages each, in turn; milliseconds from the message leaving to the answer in the next sync")
    for name, delays in taken.items():
        asked = f"p95 under {FIGURES[name]} ms" if name in FIGURES else ""
        p95, worst = percentile(delays, 0.95), max(delays)
        row(name, asked, f"median {median(delays):.0f} ms, p95 {p95:.0f} ms, worst {worst:.0f} ms")


if __name__ == "__main__":
    main()
