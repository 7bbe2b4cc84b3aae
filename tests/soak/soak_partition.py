"""The network to PostgreSQL is cut and mended: for the sender, and for a gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import cycle
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from storage.database import Database
from tests.process.conftest import FIRST, employ
from tests.process.running import RunningBot, telegram
from tests.process.site import A_SECOND, HEADERS, IN_FLIGHT, TAKEN_OVER, WEBHOOK, Site, said, until
from tests.soak.cable import Cable
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL

CUT = 30.0
"""Seconds without the database."""
REPEAT = ClientTimeout(total=3)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def site(postgresql: PostgreSQL, tmp_path: Path, stack: AsyncExitStack) -> AsyncIterator[Site]:
    """So many people that a broadcast takes longer than the cut."""
    people = int(A_SECOND * (CUT + 20))
    url = postgresql.create()
    store = Database(url, MovableClock())
    store.transact_now(lambda uow: employ(uow, people))
    store.close_now()
    made = Site(url, tmp_path, stack, people)
    yield made
    for bot in made.bots:
        await bot.close()


async def cable(site: Site, stack: AsyncExitStack) -> Cable:
    made = Cable(site.url)
    await made.open()
    stack.push_async_callback(made.close)
    return made


async def test_a_sender_without_its_database_is_succeeded_and_fenced(site: Site, stack: AsyncExitStack) -> None:
    cables = [await cable(site, stack) for _ in range(2)]
    for line in cables:
        await site.add("sender", DATABASE_URL=line.url)
    await site.ready()
    await site.broadcast()
    leader = await site.leader(2 * A_SECOND)
    cables[leader].cut()
    await until(lambda: bool(site.requests(1 - leader)), TAKEN_OVER, site.shown)
    before = len(site.requests(leader))
    await asyncio.sleep(CUT)
    cables[leader].mend()
    await site.everybody_has_it()
    await site.bots[leader].ready()
    assert len(site.requests(leader)) == before
    assert site.arrived().total() - site.people <= IN_FLIGHT
    for bot in site.bots:
        assert await bot.terminate() == 0


async def test_a_gateway_without_its_database_takes_nothing_and_others_answer(
    site: Site, stack: AsyncExitStack
) -> None:
    people, each = 20, 30
    line = await cable(site, stack)
    server = await stack.enter_async_context(telegram())
    quick = {"TELEGRAM__PACE__OVERALL": "1000", "TELEGRAM__PACE__CHAT": "1000"}
    gateways = [
        await site.add("gateway", server, DATABASE_URL=line.url, **WEBHOOK),
        await site.add("gateway", server, **WEBHOOK),
    ]
    await site.add("sender", server, **WEBHOOK, **quick)
    await site.ready()
    async with ClientSession(timeout=REPEAT) as session:
        talks = [asyncio.create_task(_talk(session, gateways, place, each)) for place in range(people)]
        await until(lambda: len(server.journal.of("sendMessage")) >= people * each // 4, 30, site.shown)
        line.cut()
        began = time.monotonic()
        await asyncio.sleep(CUT)
        line.mend()
        await asyncio.gather(*talks)
    assert time.monotonic() - began > CUT
    await until(lambda: len(server.journal.of("sendMessage")) >= people * each, 60, site.shown)
    for bot in site.bots:
        assert await bot.terminate() == 0
    for place in range(people):
        texts = [str(call.params["text"]) for call in server.journal.of("sendMessage", FIRST + place)]
        answered = [text[text.index("nobody") :][:8] for text in texts]
        assert answered == [f"nobody{number:02}" for number in range(each)], answered


async def _talk(session: ClientSession, gateways: list[RunningBot], place: int, each: int) -> None:
    """One person's messages, each once the last one was taken; as Telegram does, whatever was not is repeated."""
    doors = cycle(gateways)
    for number in range(each):
        update = said(place * each + number + 1, FIRST + place, f"/who nobody{number:02}")
        while True:
            try:
                url = f"{next(doors).url}/telegram"
                async with session.post(url, json=update, headers=HEADERS) as answer:
                    if answer.status == 200:
                        break
            except (ClientError, TimeoutError):
                continue
