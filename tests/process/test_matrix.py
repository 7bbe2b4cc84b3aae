"""A real process on a real homeserver: killed while people write, and signed out while it was away."""

from __future__ import annotations

import asyncio
import random
from uuid import uuid4

import pytest

from core.people.choices import LANGUAGE
from core.people.person import Account, Person
from core.settings import do_set
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.process.conftest import Install, employee
from tests.process.running import RunningBot
from tests.scenarios.faults.bare import Bare
from tests.support.botapi.server import BotApiServer
from tests.support.clock import MovableClock
from tests.support.synapse import Credentials, Homeserver

PEOPLE, EACH, KILLS = 5, 6, 3


class Colleagues:
    """The account of a bot, and people who write to it."""

    def __init__(self, bot: Credentials, people: list[Bare]) -> None:
        self.bot, self.people = bot, people
        self.rooms: list[str] = []

    @property
    def settings(self) -> dict[str, str]:
        """What the bot is told in its environment."""
        return {
            "MATRIX__USER_ID": self.bot.user_id,
            "MATRIX__ACCESS_TOKEN": self.bot.access_token,
            "MATRIX__DEVICE_ID": self.bot.device_id,
            "MATRIX__ENCRYPTED_ROOMS": "false",
            "MATRIX__REACTION_KEYS": "0",
        }

    def are_employed(self, bot: RunningBot) -> None:
        """The company knows them before the bot starts."""

        def work(uow: UnitOfWork) -> None:
            for place, who in enumerate(self.people):
                person = Person(last_name=f"Orlova {place}", first_name="Nina")
                uow.add(person)
                uow.flush()
                do_set(uow, person, LANGUAGE, "en")
                uow.add(Account(messenger="matrix", address=who.id, chat=who.id, person_id=person.id, language="en"))

        store = Database(f"sqlite:///{bot.database}", MovableClock())
        store.transact_now(work)
        store.close_now()

    async def open_rooms(self) -> None:
        """Each has a private room in which the bot has said hello."""
        self.rooms = [await who.opens(self.bot.user_id) for who in self.people]
        await self.have_answers(1)

    async def answers(self) -> list[list[str]]:
        """What the bot has said to each."""
        pairs = zip(self.people, self.rooms, strict=True)
        return list(await asyncio.gather(*(who.texts(room, self.bot.user_id) for who, room in pairs)))

    async def have_answers(self, each: int = 0, *, together: int = 0) -> None:
        """Waits until everybody has so many, or all together have."""
        async with asyncio.timeout(60):
            while True:
                numbers = [len(texts) for texts in await self.answers()]
                if min(numbers) >= each and sum(numbers) >= together:
                    return
                await asyncio.sleep(0.02)

    async def ask(self) -> None:
        """Everybody writes one message after the other."""

        async def asks(who: Bare, room: str) -> None:
            for number in range(EACH):
                await who.says(room, f"!who nobody{number}")

        await asyncio.gather(*(asks(who, room) for who, room in zip(self.people, self.rooms, strict=True)))


@pytest.fixture
async def colleagues(homeserver: Homeserver) -> Colleagues:
    test = uuid4().hex[:12]
    bot, *others = [await homeserver.register(f"{name}-{test}") for name in ("bot", *map(str, range(PEOPLE)))]
    return Colleagues(bot, [Bare(homeserver, who) for who in others])


async def test_every_message_is_answered_once_whenever_the_bot_is_killed(
    homeserver: Homeserver, colleagues: Colleagues, install: Install
) -> None:
    bot = install(None, MATRIX__HOMESERVER=homeserver.url, **colleagues.settings)
    colleagues.are_employed(bot)
    await bot.start()
    await colleagues.open_rooms()
    asking = asyncio.create_task(colleagues.ask())
    kills = sorted(random.sample(range(PEOPLE + 1, PEOPLE * (1 + EACH)), KILLS))
    for kill in kills:
        await colleagues.have_answers(together=kill)
        await bot.kill()
        await bot.start()
    await asking
    await colleagues.have_answers(1 + EACH)
    await bot.ready()
    assert await bot.terminate() == 0
    for greeting, *answers in await colleagues.answers():
        assert "Hello, Nina" in greeting
        asked = [text[text.index("nobody") :][:7] for text in answers]
        assert asked == [f"nobody{number}" for number in range(EACH)], f"killed after {kills}"


async def test_without_its_session_the_other_messenger_works_and_the_doctor_knows(
    homeserver: Homeserver, colleagues: Colleagues, server: BotApiServer, install: Install
) -> None:
    bot = install(server, MATRIX__HOMESERVER=homeserver.url, **colleagues.settings)
    await bot.start()
    await bot.ready()
    assert await bot.terminate() == 0
    await homeserver.request("POST", "/_matrix/client/v3/logout", {}, token=colleagues.bot.access_token)
    await bot.start()
    await bot.answers("/readyz", lambda status, text: "ACCESS_TOKEN" in text, within=60)
    anna = employee(server)
    await anna.says("/nosuch")
    await anna.expect("I do not know this command")
    code, said = await bot.carries_out("doctor")
    assert code == 1
    (line,) = [line for line in said.splitlines() if line.startswith("✗ matrix:")]
    assert "KOLLEGA_MATRIX__ACCESS_TOKEN" in line
    assert await bot.terminate() == 0
