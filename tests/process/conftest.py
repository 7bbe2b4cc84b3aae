"""A Telegram and an installation of the bot for each test, with some people who are known to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from core.people.choices import LANGUAGE
from core.people.person import Account, Person
from core.settings import do_set
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.process.running import RunningBot, telegram
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.server import BotApiServer
from tests.support.clock import MovableClock

FIRST = 5001
"""The Telegram number of the first employee."""

Install = Callable[..., RunningBot]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with telegram() as opened:
        yield opened


@pytest.fixture
async def install(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Install]:
    """Makes an installation whose database has `people` employees, with Telegram accounts from FIRST on."""
    made: list[RunningBot] = []

    def make(server: BotApiServer | None, people: int = 1, **settings: str) -> RunningBot:
        bot = RunningBot(tmp_path, server, **settings)
        made.append(bot)
        bot.database.parent.mkdir()
        bot.database.write_bytes(sqlite_template.read_bytes())
        store = Database(f"sqlite:///{bot.database}", MovableClock())
        store.transact_now(lambda uow: employ(uow, people))
        store.close_now()
        return bot

    yield make
    for bot in made:
        await bot.close()


def employ(uow: UnitOfWork, number: int) -> None:
    """Adds so many employees."""
    for place in range(number):
        person = Person(last_name=f"Petrova {place}", first_name="Anna")
        uow.add(person)
        uow.flush()
        do_set(uow, person, LANGUAGE, "en")
        address = str(FIRST + place)
        uow.add(Account(messenger="telegram", address=address, chat=address, person_id=person.id, language="en"))


def employee(server: BotApiServer, place: int = 0) -> TelegramUser:
    """One of the employees at their telephone."""
    return server.user(id=FIRST + place, first_name="Anna", language_code="en")
