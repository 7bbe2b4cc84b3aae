"""A broadcast against a bare loop of requests, 20 at once, to the same rooms: `python -m benchmarks.matrix.broadcast`.

Arguments: `[ROOMS] [PAIRS]`. The whole bot runs in this process on SQLite: a message to everybody is planned in the
ledger and sent by the sender; its time ends when all copies are written down as sent. Then the bot is stopped, and
the loop puts what the bot has just sent into the same rooms again. No client of a person is connected.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import patch

import structlog
from vodozemac import Account as DeviceKeys

from adapters.matrix.connection import part
from benchmarks.figures import median, row, sizes
from benchmarks.matrix.company import (
    AT_ONCE,
    a_homeserver_with,
    asked_of,
    each,
    employ,
    encrypt,
    environment,
    happened,
    hire,
    quiet,
    ready,
    signed_in,
)
from bot.app import App
from bot.build import build
from bot.run.settings import load
from bot.run.web import Readiness
from bot.talk.menu import OpenMenu
from core.campaigns.campaign import Terms
from core.chat.blocks import Paragraph
from core.chat.screens import Button, screen
from core.delivery import Priority, Progress, Send, ToAudience
from core.news.item import Content, Kind, campaign_of
from core.news.publishing import do_publish
from core.people.audience import Audience
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.support.notices import WORD
from tests.support.synapse.server import Credentials, Homeserver

USUAL, SHORT = (500, 3), (3, 1)
"""Rooms and pairs."""
EVERYBODY = Audience(everybody=True)
TEXT = "The canteen opens at eight from Monday on, and there is a second oven for those who bring their own lunch."
_LAST_SEED = "SELECT max(received_ts) FROM events WHERE type = 'm.reaction' AND stream_ordering > ?"
_SEEDED = (
    "SELECT count(*) FROM (SELECT 1 FROM events WHERE type = 'm.reaction' AND stream_ordering > ? "
    "GROUP BY room_id HAVING count(*) >= ?)"
)

Planned = Callable[[], int]
Plan = Callable[[UnitOfWork], Planned]
"""Has a message to everybody sent; what it gives knows the message's id once all has been carried out."""


class Rooms:
    """Everybody's private rooms, and a bot that can be started and stopped."""

    def __init__(
        self, homeserver: Homeserver, data: Path, folder: Path, bot: Credentials, people: dict[str, Credentials]
    ) -> None:
        """`data` is the homeserver's folder, `folder` the bot's; `people` are by room."""
        self._homeserver, self._data, self._folder, self._bot = homeserver, data, folder, bot
        self.people = people
        self.connection = signed_in(homeserver, bot)
        self._loops = 0

    @asynccontextmanager
    async def bot(self, reactions: int) -> AsyncIterator[App]:
        """The running bot, with so many reactions for a menu, when it is ready and the homeserver has settled."""
        own = {"MATRIX__REACTION_KEYS": str(reactions)}
        with patch.dict(os.environ, environment(self._folder, self._homeserver, self._bot, **own)):
            app = (await asyncio.to_thread(build, load(), Readiness()))()
        async with app.running():
            await ready(app.messengers["matrix"], next(iter(self.people.values())).user_id)
            await quiet(self._data)
            yield app
        await app.store.close()

    async def broadcast(self, plan: Plan) -> float:
        """Copies a second of a broadcast of the whole bot."""
        async with self.bot(0) as app:
            return len(self.people) / await _sent(app, plan)

    async def loop(self) -> float:
        """Requests a second of a bare loop that sends the latest message to all rooms again."""
        kind, content = await self._last(list(self.people)[-1])  # the first one is told the progress too
        self._loops += 1

        async def put(room: str) -> None:
            path = f"/_matrix/client/v3/rooms/{part(room)}/send/{kind}/loop{self._loops}"
            await self.connection.request("PUT", path, content)

        await quiet(self._data)
        began = time.perf_counter()
        await each(self.people, put)
        return len(self.people) / (time.perf_counter() - began)

    async def seeded(self, plan: Plan, number: int) -> tuple[float, float, int]:
        """Seconds until all copies are there, and until the last reaction; rooms with at least so many new ones."""
        async with self.bot(8) as app:
            before, began = happened(self._data), time.time()
            sent = await _sent(app, plan)
            await quiet(self._data)
            last = asked_of(self._data, _LAST_SEED, before) / 1000
            return sent, last - began, asked_of(self._data, _SEEDED, before, number)

    async def _last(self, room: str) -> tuple[str, dict[str, object]]:
        path = f"/_matrix/client/v3/rooms/{part(room)}/messages"
        answer = await self.connection.request("GET", path, query={"dir": "b", "limit": "20"})
        for event in answer["chunk"]:
            if event["type"] in ("m.room.message", "m.room.encrypted"):
                return event["type"], event["content"]
        raise LookupError(room)


async def _sent(app: App, plan: Plan) -> float:
    """Seconds until all copies of a message are written down as sent."""

    def begin(uow: UnitOfWork) -> int:
        planned = plan(uow)
        app.house.carry_out(uow)
        return planned()

    began = time.perf_counter()
    message = await app.store.transact(begin)
    while True:
        tally = await app.store.transact(lambda uow: uow.ask(Progress(message)))
        if not tally.waiting:
            assert tally.sent == tally.total, tally
            return time.perf_counter() - began
        await asyncio.sleep(0.02)


def page(uow: UnitOfWork) -> Planned:
    """A text and nothing else."""
    message = uow.apply(
        Send(kind=WORD, content=screen(None, TEXT), to=ToAudience(EVERYBODY), priority=Priority.BROADCAST)
    )
    return lambda: message


def menu(uow: UnitOfWork) -> Planned:
    """A text with eight options."""
    rows = tuple((Button(f"Option {number}", OpenMenu()),) for number in range(1, 9))
    shown = screen(None, TEXT, rows=rows)
    message = uow.apply(Send(kind=WORD, content=shown, to=ToAudience(EVERYBODY), priority=Priority.BROADCAST))
    return lambda: message


def news(author: int) -> Plan:
    """A news item, of which this person is told how far it has come."""

    def publish(uow: UnitOfWork) -> Planned:
        actor = uow.get(Person, author)
        assert actor is not None
        content = Content(kind=Kind.NEWS, title="Two ovens", body=(Paragraph((TEXT,)),))
        item = do_publish(uow, actor, content, EVERYBODY, Terms())

        def planned() -> int:
            campaign = campaign_of(uow, item)
            assert campaign is not None
            assert campaign.message_id is not None
            return campaign.message_id

        return planned

    return publish


async def publish_keys(homeserver: Homeserver, person: Credentials) -> None:
    """Gives a person's device keys with which the bot can begin a session, as any client does."""
    keys = DeviceKeys()
    keys.generate_one_time_keys(5)

    def signed(content: Mapping[str, object]) -> dict[str, object]:
        words = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        signature = {f"ed25519:{person.device_id}": keys.sign(words).to_base64()}
        return {**content, "signatures": {person.user_id: signature}}

    names = {"ed25519": keys.ed25519_key.to_base64(), "curve25519": keys.curve25519_key.to_base64()}
    device = {
        "user_id": person.user_id,
        "device_id": person.device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {f"{kind}:{person.device_id}": key for kind, key in names.items()},
    }
    once = {f"signed_curve25519:{name}": signed({"key": key.to_base64()}) for name, key in keys.one_time_keys.items()}
    client = signed_in(homeserver, person)
    await client.request(
        "POST", "/_matrix/client/v3/keys/upload", {"device_keys": signed(device), "one_time_keys": once}
    )
    await client.close()


async def _compare(name: str, rooms: Rooms, plan: Plan, pairs: int) -> None:
    """Measures pairs, and prints their medians."""
    ours, bare = [], []
    for _ in range(pairs):
        ours.append(await rooms.broadcast(plan))
        bare.append(await rooms.loop())
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    seen = (
        f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}): "
        f"{median(ours):.1f}/s, bare {median(bare):.1f}/s"
    )
    row(name, "0.8", seen)


async def measure(number: int, pairs: int, folder: Path) -> None:
    """Prints each figure when it is there."""
    async with a_homeserver_with() as (homeserver, data):
        bot = await homeserver.register("kollega")
        owner = signed_in(homeserver, bot)
        people = await hire(homeserver, owner, number, encrypted=lambda place: False)
        item = news(employ(folder, list(people.values())))
        rooms = Rooms(homeserver, data, folder, bot, people)
        await rooms.broadcast(page)  # not counted: the name and the picture of the bot go to all rooms first
        await _compare("plain, a page without choices", rooms, page, pairs)
        await _compare("plain, news, no reactions", rooms, item, pairs)
        for name, plan, seeds in (("news", item, 1), ("a menu of eight", menu, 8)):
            sent, seeded, whole = await rooms.seeded(plan, seeds)
            seen = f"all copies after {sent:.1f} s, all reactions after {seeded:.1f} s in {whole} rooms"
            row(f"plain, {name} with {seeds} reaction(s)", "", seen)
        await each(people.values(), lambda person: publish_keys(homeserver, person))
        await each(people, lambda room: encrypt(owner, room))
        row("encrypted, news, the very first", "", f"{await rooms.broadcast(item):.1f}/s")
        await _compare("encrypted, news, no reactions", rooms, item, pairs)
        await asyncio.gather(owner.close(), rooms.connection.close())


def main() -> None:
    number, pairs = sizes(USUAL, SHORT)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(f"{number} private rooms, {AT_ONCE} requests at once, medians of {pairs} pairs")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(number, pairs, Path(folder)))


if __name__ == "__main__":
    main()
