"""Several processes on one PostgreSQL: killed, stopped and ended, in the short form of `make soak`."""

from __future__ import annotations

import asyncio
import signal
import time

from aiohttp import ClientSession

from tests.process.conftest import FIRST, Install
from tests.process.running import RunningBot
from tests.process.site import (
    HEADERS,
    IN_FLIGHT,
    PEOPLE,
    TAKEN_OVER,
    WEBHOOK,
    Site,
    said,
    shared_url,
    site,
    until,
)
from tests.support.botapi.faults import Hang
from tests.support.botapi.server import BotApiServer

__all__ = ["shared_url", "site"]


async def test_senders_that_are_stopped_and_killed_are_succeeded_and_nothing_is_lost(site: Site) -> None:
    await site.pair()
    first = await site.leader(PEOPLE // 4)
    second = 1 - first
    site.bots[first].gets(signal.SIGSTOP)
    await until(lambda: bool(site.requests(second)), TAKEN_OVER, site.shown)
    before = len(site.requests(first))
    site.bots[first].gets(signal.SIGCONT)
    await site.bots[first].ready()
    await until(lambda: len(site.requests(second)) >= PEOPLE // 4, 20, site.shown)
    assert len(site.requests(first)) == before, "it has sent after another took over"
    await site.bots[second].kill()
    await until(lambda: len(site.requests(first)) > before, TAKEN_OVER, site.shown)
    await site.everybody_has_it()
    assert site.arrived().total() - PEOPLE <= 2 * IN_FLIGHT
    assert await site.bots[first].terminate() == 0


async def test_messages_through_several_gateways_are_answered_once_and_in_order(
    site: Site, server: BotApiServer
) -> None:
    people, each = 20, 5
    quick = {"TELEGRAM__PACE__OVERALL": "1000", "TELEGRAM__PACE__CHAT": "1000"}
    gateways = [await site.add("gateway", server, **WEBHOOK) for _ in range(2)]
    await site.add("sender", server, **WEBHOOK, **quick)
    await site.ready()

    async def says(session: ClientSession, place: int) -> None:
        for number in range(each):
            gateway = gateways[(place + number) % 2]
            update = said(place * each + number + 1, FIRST + place, f"/who nobody{number}")
            async with session.post(f"{gateway.url}/telegram", json=update, headers=HEADERS) as answer:
                assert answer.status == 200

    async with ClientSession() as session:
        await asyncio.gather(*(says(session, place) for place in range(people)))
    await until(lambda: len(server.journal.of("sendMessage")) >= people * each, 20, site.shown)
    for bot in site.bots:
        assert await bot.terminate() == 0
    for place in range(people):
        texts = [call.params["text"] for call in server.journal.of("sendMessage", FIRST + place)]
        assert [text[text.index("nobody") :][:7] for text in texts] == [f"nobody{number}" for number in range(each)]


async def test_what_is_in_flight_at_the_end_is_written_down(site: Site, server: BotApiServer) -> None:
    await site.add("sender", server)
    await site.ready()
    server.fails(Hang(), times=None, method="sendMessage")
    await site.broadcast()
    await until(lambda: len(site.requests(0)) >= IN_FLIGHT, 10, site.shown)
    began = time.monotonic()
    ending = asyncio.create_task(site.bots[0].terminate())
    while not ending.done():
        await asyncio.wait({ending}, timeout=0.5)
        await server.release()
    assert await ending == 0
    assert time.monotonic() - began < 10
    left = len(site.requests(0))
    assert site.states() == {"sent": left, "waiting": PEOPLE - left}
    assert set(site.owners().values()) == {""}


async def test_a_second_bot_on_one_sqlite_database_is_refused(server: BotApiServer, install: Install) -> None:
    first = install(server)
    await first.start()
    await first.ready(120)
    second = RunningBot(first.folder, server)
    await second.start()
    try:
        assert await second.ended() != 0
        assert len(second.log) == 1
        assert "another Kollega" in second.log[0]
    finally:
        await second.close()
    assert await first.terminate() == 0
