"""The bot's life: it starts, answers, and ends when it is told to."""

from __future__ import annotations

import asyncio
import time

from aiohttp import ClientSession

from tests.process.conftest import Install, employee
from tests.support.botapi.faults import Hang
from tests.support.botapi.server import BotApiServer

UNKNOWN = "I do not know this command"


async def test_it_starts_answers_and_ends(server: BotApiServer, install: Install) -> None:
    bot = install(server)
    await bot.start()
    await bot.answers("/healthz", lambda status, text: status == 200)
    await bot.ready()
    anna = employee(server)
    await anna.says("/nosuch")
    await anna.expect(UNKNOWN)
    await server.drained()
    started = time.monotonic()
    assert await bot.terminate() == 0
    assert time.monotonic() - started < 10
    assert bot.log == [], bot.shown()


async def test_it_ends_in_time_while_a_request_hangs(server: BotApiServer, install: Install) -> None:
    bot = install(server)
    await bot.start()
    await bot.ready()
    server.fails(Hang(), method="sendMessage")
    await employee(server).says("/nosuch")
    await server.until(lambda: server.journal.of("sendMessage"))
    started = time.monotonic()
    assert await bot.terminate() == 0
    assert time.monotonic() - started < 10


async def test_it_ends_also_while_it_starts(server: BotApiServer, install: Install) -> None:
    bot = install(server)
    await bot.start()
    await bot.answers("/healthz", lambda status, text: status == 200)
    assert await bot.terminate() == 0


async def test_a_wrong_setting_is_one_line_and_no_start(server: BotApiServer, install: Install) -> None:
    bot = install(server, TELEGRAM__TOKN="x")
    await bot.start()
    assert await bot.ended() != 0
    assert bot.log == [
        "kollega: settings: KOLLEGA_TELEGRAM__TOKN: there is no such setting; did you mean KOLLEGA_TELEGRAM__TOKEN?"
    ]


async def test_without_a_messenger_it_says_what_to_set(server: BotApiServer, install: Install) -> None:
    bot = install(server, TELEGRAM__TOKEN="")
    await bot.start()
    assert await bot.ended() != 0
    assert "no messenger is set up" in bot.log[-1]
    assert "KOLLEGA_TELEGRAM__TOKEN" in bot.log[-1]


async def test_a_port_in_use_is_one_line_and_no_start(server: BotApiServer, install: Install) -> None:
    bot = install(server, WEB__PORT=server.url.rpartition(":")[2])
    await bot.start()
    assert await bot.ended() != 0
    assert len(bot.log) == 1
    assert "KOLLEGA_WEB__PORT" in bot.log[0]


async def test_a_web_chat_that_strangers_could_reach_is_refused(install: Install) -> None:
    bot = install(None, WEB__CHAT="yes", WEB__HOST="0.0.0.0")
    await bot.start()
    assert await bot.ended() != 0
    assert len(bot.log) == 1
    assert "127.0.0.1" in bot.log[0]


async def test_with_a_revoked_token_the_other_parts_live(server: BotApiServer, install: Install) -> None:
    await server.revoke_token()
    bot = install(server, WEB__CHAT="yes")
    await bot.start()
    await bot.answers("/readyz", lambda status, text: status == 503 and "KOLLEGA_TELEGRAM__TOKEN" in text)
    assert (await bot.faults()).keys() == {"telegram"}
    async with ClientSession(bot.url) as session:
        for path in ("/healthz", "/metrics", "/"):
            async with session.get(path) as answer:
                assert answer.status == 200, path
    assert await bot.terminate() == 0


async def test_telegram_may_come_up_later(server: BotApiServer, install: Install) -> None:
    await server.stop()
    bot = install(server)
    await bot.start()
    await bot.answers("/readyz", lambda status, text: "cannot be reached" in text)
    await server.start()
    anna = employee(server)
    await anna.says("/nosuch")
    await anna.expect(UNKNOWN, within=10)
    async with asyncio.timeout(10):
        await server.until(lambda: anna.commands, within=10)
    await bot.ready()
