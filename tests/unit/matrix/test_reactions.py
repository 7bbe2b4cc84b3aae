"""Reactions under menus: what is wanted, in order, and never at the cost of messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.matrix.reactions import Reactions
from tests.unit.matrix.scripted import BOT, TOO_MANY, Scripted, scripted

ROOM, MENU = "!room", "$menu"
SEEDING = "PUT .*/send/m.reaction/"
REDACTING = "PUT .*/redact/"
RELATIONS = f"/_matrix/client/v1/rooms/{ROOM}/relations/{MENU}/m.annotation/m.reaction"


class Steady:
    """Seconds that pass when the test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as script:
        yield script


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
async def reactions(server: Scripted, steady: Steady) -> AsyncIterator[Reactions]:
    connection = server.connection()
    reactions = Reactions(connection, steady)
    yield reactions
    await reactions.close()
    await connection.close()


def seeded(server: Scripted) -> list[str]:
    return [asked.body["m.relates_to"]["key"] for asked in server.all(SEEDING)]


def redacted(server: Scripted) -> list[str]:
    return [asked.path.split("/")[-2] for asked in server.all(REDACTING)]


def annotation(event: str, sender: str, key: Any) -> dict[str, Any]:
    return {"event_id": event, "sender": sender, "content": {"m.relates_to": {"key": key}}}


async def test_a_menu_gets_its_signs_in_order(reactions: Reactions, server: Scripted) -> None:
    reactions.show(ROOM, MENU, ("1️⃣", "2️⃣", "↩️"), "5.1", new=True)
    await reactions.settled()
    assert seeded(server) == ["1️⃣", "2️⃣", "↩️"]
    relation = {"rel_type": "m.annotation", "event_id": MENU, "key": "1️⃣"}
    assert server.all(SEEDING)[0].body == {"m.relates_to": relation}


@pytest.mark.parametrize(
    ("after", "taken", "given"),
    [
        (("1️⃣", "2️⃣", "↩️"), [], []),
        (("1️⃣", "↩️"), ["2️⃣"], []),
        (("1️⃣", "2️⃣", "3️⃣", "↩️"), ["↩️"], ["3️⃣", "↩️"]),
        (("↩️",), ["1️⃣", "2️⃣"], []),
        ((), ["1️⃣", "2️⃣", "↩️"], []),
    ],
)
async def test_an_edited_menu_gets_what_it_lacks_after_what_it_keeps(
    reactions: Reactions, server: Scripted, after: tuple[str, ...], taken: list[str], given: list[str]
) -> None:
    before = ("1️⃣", "2️⃣", "↩️")
    reactions.show(ROOM, MENU, before, "5.1", new=True)
    await reactions.settled()
    reactions.show(ROOM, MENU, after, "5.2")
    await reactions.settled()
    assert seeded(server)[3:] == given
    assert redacted(server) == [f"$event{before.index(sign)}" for sign in taken]
    transactions = [asked.last for asked in server.all(SEEDING)]
    assert len({*transactions}) == len(transactions)


async def test_after_a_restart_the_server_is_asked_what_is_there(reactions: Reactions, server: Scripted) -> None:
    hostile: list[Any] = [5, {}, {"content": 3, "sender": BOT}, annotation("$x", BOT, 7)]
    mine = [annotation("$one", BOT, "1️⃣"), annotation("$two", BOT, "2️⃣")]
    server.known[RELATIONS] = {"chunk": [*hostile, annotation("$hers", "@anna:example.org", "3️⃣"), *mine]}
    reactions.show(ROOM, MENU, ("1️⃣",), "5.2")
    await reactions.settled()
    assert (redacted(server), seeded(server)) == (["$two"], [])


async def test_a_sign_that_is_there_already_is_no_failure(reactions: Reactions, server: Scripted) -> None:
    server.refuse(SEEDING, 400, {"errcode": "M_DUPLICATE_ANNOTATION"})
    server.known[RELATIONS] = {"chunk": [annotation("$one", BOT, "1️⃣"), annotation("$two", BOT, "2️⃣")]}
    reactions.show(ROOM, MENU, ("1️⃣", "2️⃣"), "5.1", new=True)
    await reactions.settled()
    reactions.show(ROOM, MENU, ("2️⃣",), "5.2")
    await reactions.settled()
    assert (seeded(server), redacted(server)) == (["1️⃣", "2️⃣"], ["$one"])


async def test_a_press_can_be_repeated(reactions: Reactions, server: Scripted) -> None:
    server.refuse(REDACTING, 403, {"errcode": "M_FORBIDDEN"})
    reactions.pressed(ROOM, MENU, "$guarded")
    reactions.pressed(ROOM, MENU, "$hers")
    await reactions.settled()
    assert redacted(server) == ["$guarded", "$hers"]
    assert server.all("GET") == []


async def test_a_newer_menu_overtakes_an_older_one(reactions: Reactions, server: Scripted) -> None:
    gate = server.hold(SEEDING)
    reactions.show(ROOM, MENU, ("1️⃣", "2️⃣"), "5.1", new=True)
    await server.until(SEEDING)
    reactions.show(ROOM, MENU, ("3️⃣", "4️⃣"), "5.2")
    reactions.pressed(ROOM, MENU, "$hers")
    reactions.show(ROOM, MENU, ("↩️",), "5.3")
    gate.set()
    await reactions.settled()
    assert seeded(server) == ["1️⃣", "↩️"]
    assert redacted(server) == ["$hers", "$event0"]


async def test_a_busy_server_is_left_to_the_messages(reactions: Reactions, server: Scripted, steady: Steady) -> None:
    server.refuse(SEEDING, 429, TOO_MANY, times=100)
    reactions.show(ROOM, MENU, ("1️⃣", "2️⃣"), "5.1", new=True)
    reactions.show(ROOM, "$other", ("1️⃣",), "6.1", new=True)
    await reactions.settled()
    assert len(seeded(server)) == 1
    pauses = []
    for turn in range(9):
        before = steady.now
        while len(seeded(server)) == turn + 1:
            steady.now += 1
            reactions.show(ROOM, MENU, ("1️⃣", "2️⃣"), "5.1")
            await reactions.settled()
        pauses.append(steady.now - before)
    assert pauses == [7, 14, 28, 56, 112, 224, 448, 600, 600]


async def test_messages_that_were_refused_stop_the_signs_too(
    reactions: Reactions, server: Scripted, steady: Steady
) -> None:
    reactions.pause(2.0)
    reactions.show(ROOM, MENU, ("1️⃣",), "5.1", new=True)
    await reactions.settled()
    assert seeded(server) == []
    steady.now += 5
    reactions.show(ROOM, MENU, ("1️⃣",), "5.1")
    await reactions.settled()
    assert seeded(server) == ["1️⃣"]
    assert server.all("GET") == []


async def test_a_sign_whose_fate_is_unknown_is_looked_up(
    reactions: Reactions, server: Scripted, steady: Steady
) -> None:
    server.lose(SEEDING, times=2)  # aiohttp itself tries a second time
    server.known[RELATIONS] = {"chunk": [annotation("$one", BOT, "1️⃣")]}
    reactions.show(ROOM, MENU, ("1️⃣", "2️⃣"), "5.1", new=True)
    await reactions.settled()
    steady.now += 5
    reactions.show(ROOM, MENU, ("1️⃣", "2️⃣"), "5.1")
    await reactions.settled()
    assert seeded(server)[2:] == ["2️⃣"]
