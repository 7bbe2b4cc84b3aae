"""A database that is locked, or a disk that is full: nothing is lost, and it goes on when it can."""

from __future__ import annotations

import sqlite3

from tests.process.conftest import Install, employee
from tests.support.botapi.server import BotApiServer

UNKNOWN = "I do not know this command"


async def test_a_locked_database_is_waited_for(server: BotApiServer, install: Install) -> None:
    bot = install(server)
    await bot.start()
    await bot.ready()
    other = sqlite3.connect(bot.database)
    other.execute("BEGIN IMMEDIATE")
    anna = employee(server)
    await anna.says("/nosuch")
    await bot.says("telegram_not_receiving", "inbox_waits", "sender_waits", "lease_not_taken")
    other.rollback()
    other.close()
    await anna.expect(UNKNOWN, within=60)
    assert await bot.terminate() == 0
    assert sum(message.sender.is_bot for message in anna.messages) == 1


async def test_a_full_disk_loses_nothing(server: BotApiServer, install: Install) -> None:
    bot = install(server)
    await bot.start()
    await bot.ready()
    anna = employee(server)
    await anna.says("/nosuch")
    await anna.expect(UNKNOWN, within=60)
    bot.limit_files(1)
    await anna.says("/nosuch")
    await bot.says("telegram_not_receiving")
    assert any("free space" in line for line in bot.log)
    assert not any("Traceback" in line for line in bot.log), bot.shown()
    bot.limit_files(None)
    await anna.expect(UNKNOWN, within=60)
    assert await bot.terminate() == 0
    assert sum(message.sender.is_bot for message in anna.messages) == 2


async def test_a_start_on_a_full_disk_is_refused_in_one_line(server: BotApiServer, install: Install) -> None:
    bot = install(server)
    bot.database.unlink()
    await bot.start(file_size=1)
    assert await bot.ended() != 0
    assert len(bot.log) == 1, bot.shown()
    assert "disk" in bot.log[0]
    await bot.start()
    await bot.ready()
    assert await bot.terminate() == 0
