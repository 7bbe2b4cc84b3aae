"""The bot was away for half an hour: everything that was written meanwhile is answered once, in its order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.matrix.sync import TIMELINE
from tests.scenarios.faults.bare import Bare
from tests.scenarios.faults.installation import Installation, installed
from tests.support.synapse import Homeserver

MANY = {"employee": TIMELINE + 20, "colleague": 40, "manager": 20}
"""Messages of each; one of them writes more than an answer of the server tells of a room."""
NEW = 4
"""Strangers who invite the bot, each of whom then writes `WORDS` messages."""
WORDS = 5


@pytest.fixture
async def world(homeserver: Homeserver, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(homeserver, sqlite_template, tmp_path, reaction_keys=0) as opened:
        yield opened


async def asks(who: Bare, room: str, number: int) -> None:
    for question in range(number):
        await who.says(room, f"!who nobody{question:03}")


async def invites(who: Bare, bot: str) -> str:
    """A room with a bot that is not there, and messages in it."""
    room = await who.opens(bot)
    for number in range(WORDS):
        await who.says(room, f"hello {number}")
    return room


async def answered(world: Installation, who: Bare, room: str, number: int) -> None:
    texts = [text for text in await who.texts(room, world.bot) if "found nobody" in text]
    assert [text[text.index("nobody") :][:9] for text in texts] == [
        f"nobody{question:03}" for question in range(number)
    ]


async def test_everything_is_answered_once_and_in_order(world: Installation) -> None:
    people = {key: await world.bare(key) for key in MANY}
    rooms = {key: await world.greets(who) for key, who in people.items()}
    strangers = [await world.bare(f"new{number}") for number in range(NEW)]
    await world.stops()
    opened = await asyncio.gather(
        *(invites(who, world.bot) for who in strangers),
        *(asks(who, rooms[key], MANY[key]) for key, who in people.items()),
    )
    world.clock.move(timedelta(minutes=30))
    await world.starts()
    for key, who in people.items():
        await answered(world, who, rooms[key], MANY[key])
    ids = {who.id for who in strangers}
    wanted = NEW * (WORDS + 1)  # an invite is a start
    await world.hears(lambda _: sum(event.account in ids for event in world.inbox.stored) == wanted)
    for who, room in zip(strangers, opened, strict=False):
        assert room is not None
        assert await who.members(room) == {who.id: "join", world.bot: "join"}
        texts = await who.texts(room, world.bot)
        assert len([text for text in texts if "do not know this account" in text]) >= 1
    stored = len(world.inbox.stored)
    await world.stops()
    await world.starts()
    assert world.inbox.stored == []
    assert stored == sum(MANY.values()) + wanted
    for key, who in people.items():
        await answered(world, who, rooms[key], MANY[key])
