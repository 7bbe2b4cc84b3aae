"""A real `kollega run` beside a telephone exchange: it tells of missed calls, and says what is wrong with the link."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from core.access import Roles
from core.people.person import Person
from core.people.roles import MANAGER
from storage.database import Database
from tests.process.conftest import Install, employee
from tests.process.running import RunningBot
from tests.replay.recordings import Scenario
from tests.support.ami_server import AmiServer
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.server import BotApiServer
from tests.support.clock import MovableClock

MISSED = Scenario("02-inbound-no-answer").parts[0]


@pytest.fixture
async def exchange() -> AsyncIterator[AmiServer]:
    async with AmiServer() as running:
        yield running


def beside(install: Install, server: BotApiServer | None, exchange: AmiServer, **settings: str) -> RunningBot:
    """An installation that listens to the exchange, with a manager who is known on Telegram."""
    own = {
        "ASTERISK__HOST": "127.0.0.1",
        "ASTERISK__PORT": str(exchange.port),
        "ASTERISK__SECRET": exchange.secret,
        "ASTERISK__TRUNKS": "line-msk,line-spb",
    }
    bot = install(server, **(own | settings))
    store = Database(f"sqlite:///{bot.database}", MovableClock())
    store.transact_now(lambda uow: setattr(uow.get(Person, 1), "roles", Roles.of(MANAGER)))
    store.close_now()
    return bot


def alerts(manager: TelegramUser) -> list[str]:
    return [message.text.text for message in manager.messages if "Missed call" in message.text.text]


def undecided(bot: RunningBot) -> int:
    """Calls that ended and whose grace is not over."""
    with closing(sqlite3.connect(bot.database)) as database:
        (count,) = database.execute("SELECT count(*) FROM timers WHERE key LIKE 'call:%'").fetchone()
    assert isinstance(count, int)
    return count


async def test_a_kill_between_the_hangup_and_the_grace_loses_no_alert(
    server: BotApiServer, install: Install, exchange: AmiServer
) -> None:
    bot = beside(install, server, exchange, ASTERISK__GRACE_SECONDS="2.5")
    manager = employee(server)
    await manager.starts()
    await bot.start()
    await bot.ready()
    await server.drained()
    await exchange.heard("CoreShowChannels")
    await exchange.replay(MISSED)
    async with asyncio.timeout(5):
        while not undecided(bot):
            await asyncio.sleep(0.02)
    await bot.kill()
    assert alerts(manager) == []
    await bot.start()
    await exchange.heard("CoreShowChannels", times=2, within=60)
    await exchange.replay(MISSED)
    await server.until(lambda: alerts(manager), within=60)
    await bot.ready()
    assert await bot.terminate() == 0
    assert len(alerts(manager)) == 1


async def test_a_wrong_secret_is_said_and_not_tried_again_at_once(
    server: BotApiServer, install: Install, exchange: AmiServer
) -> None:
    bot = beside(install, server, exchange, ASTERISK__SECRET="wrong-guess")
    await employee(server).starts()
    await bot.start()
    await bot.answers("/readyz", lambda status, text: status == 503 and "account was refused" in text)
    await bot.answers("/readyz", lambda status, text: "telegram" not in text)
    assert await bot.faults() == {
        "asterisk": "the account was refused: Authentication failed. "
        "Check KOLLEGA_ASTERISK__USERNAME and KOLLEGA_ASTERISK__SECRET, and manager.conf there."
    }
    assert [request["Action"] for request in exchange.actions].count("Login") == 1
    status, said = await bot.carries_out("doctor")
    assert status == 1
    assert f"✗ asterisk: 127.0.0.1:{exchange.port}: the account was refused: Authentication failed" in said
    assert await bot.terminate() == 0
    assert "wrong-guess" not in said + bot.shown()


async def test_an_exchange_may_come_up_later(server: BotApiServer, install: Install, exchange: AmiServer) -> None:
    await exchange.stop()
    bot = beside(install, server, exchange, ASTERISK__GRACE_SECONDS="0.1")
    manager = employee(server)
    await manager.starts()
    await bot.start()
    await bot.answers("/readyz", lambda status, text: status == 503 and "lost: " in text)
    await exchange.start()
    await exchange.heard("CoreShowChannels", within=60)
    await bot.ready()
    await exchange.replay(MISSED)
    await server.until(lambda: alerts(manager), within=60)
    assert await bot.terminate() == 0
    assert len(alerts(manager)) == 1
