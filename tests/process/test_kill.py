"""kill -9 at any time: no message stays without its answer, and only what was under way is answered twice."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from tests.process.conftest import Install, employee
from tests.support.botapi.people import TelegramUser
from tests.support.botapi.server import BotApiServer

PEOPLE, EACH, KILLS = 20, 3, 2
WINDOW = timedelta(seconds=0.5)
"""A request that left longer ago than this has been written down, also on a slow machine."""


def answers(user: TelegramUser) -> int:
    """How many messages of the bot a person has got."""
    return sum(message.sender.is_bot for message in user.messages)


async def test_every_message_is_answered_whenever_the_bot_is_killed(server: BotApiServer, install: Install) -> None:
    bot = install(server, people=PEOPLE)
    people = [employee(server, place) for place in range(PEOPLE)]
    # How many answers there are at each kill.
    kills = sorted(random.sample(range(1, PEOPLE * EACH), KILLS))
    await bot.start()
    for number in range(EACH):
        for user in people:
            await user.says(f"/nosuch{number}")
    under_way = 0
    for kill in kills:
        await server.until(lambda kill=kill: sum(map(answers, people)) >= kill, within=60)  # type: ignore[misc]
        killed_at = datetime.now(UTC)
        await bot.kill()
        sends = server.journal.of("sendMessage")
        under_way += sum(call.at > killed_at - WINDOW for call in sends)
        await bot.start()
    await server.until(lambda: all(answers(user) >= EACH for user in people), within=60)
    await server.drained()
    await bot.ready()
    assert await bot.terminate() == 0
    twice = sum(map(answers, people)) - PEOPLE * EACH
    assert twice <= under_way, f"killed after {kills}: {twice} repeated, {under_way} under way"
