"""Opening private rooms: one for each person, within the server's limits, listed as private ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.matrix.connection import Refusal
from adapters.matrix.direct import Direct
from adapters.matrix.rooms import Rooms
from tests.unit.matrix.scripted import BOT, TOO_MANY, Scripted, scripted

ANNA, BORIS = "@anna:example.org", "@boris:example.org"
LIST = f"/_matrix/client/v3/user/{BOT}/account_data/m.direct"


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
async def rooms(server: Scripted, tmp_path: Path) -> AsyncIterator[Rooms]:
    connection = server.connection()
    rooms = Rooms(connection, tmp_path)
    yield rooms
    rooms.close()
    await connection.close()


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
async def direct(server: Scripted, rooms: Rooms, steady: Steady) -> AsyncIterator[Direct]:
    connection = server.connection()
    direct = Direct(connection, rooms, encrypted=True, steady=steady)
    yield direct
    await direct.close()
    await connection.close()


async def test_a_room_for_two_that_stays_one(direct: Direct, rooms: Rooms, server: Scripted) -> None:
    room = await direct.open(ANNA)
    assert rooms.private(ANNA) is room
    assert (room.id, room.encrypted, room.private) == ("!made1", True, True)
    (asked,) = server.all("createRoom")
    assert asked.body["invite"] == [ANNA]
    assert asked.body["is_direct"] is True
    assert asked.body["preset"] == "private_chat"
    assert asked.body["power_level_content_override"] == {"invite": 50}
    state = {item["type"]: item["content"] for item in asked.body["initial_state"]}
    assert state == {
        "m.room.history_visibility": {"history_visibility": "invited"},
        "m.room.encryption": {"algorithm": "m.megolm.v1.aes-sha2"},
    }


async def test_two_messages_at_once_open_one_room(direct: Direct, server: Scripted) -> None:
    first, second = await asyncio.gather(direct.open(ANNA), direct.open(ANNA))
    assert first is second
    assert (await direct.open(ANNA)).id == first.id
    assert len(server.all("createRoom")) == 1


async def test_rooms_are_listed_beside_those_that_were(direct: Direct, server: Scripted) -> None:
    server.known[LIST] = {ANNA: ["!old"], "@vera:example.org": "nonsense"}
    await direct.open(ANNA)
    await direct.settled()
    await direct.open(BORIS)
    direct.enlist("@vera:example.org", "!hers")
    await direct.settled()
    assert server.known[LIST] == {ANNA: ["!old", "!made1"], BORIS: ["!made2"], "@vera:example.org": ["!hers"]}
    assert len(server.all(f"GET {LIST}")) == 1


async def test_a_list_that_could_not_be_read_is_not_overwritten(direct: Direct, server: Scripted) -> None:
    server.known[LIST] = {BORIS: ["!old"]}
    server.refuse(f"GET {LIST}", 502)
    assert (await direct.open(ANNA)).id == "!made1"
    await direct.settled()
    assert server.known[LIST] == {BORIS: ["!old"]}
    direct.enlist(BORIS, "!new")
    await direct.settled()
    assert server.known[LIST] == {BORIS: ["!old", "!new"], ANNA: ["!made1"]}


async def test_while_the_server_refuses_rooms_it_is_not_asked(direct: Direct, server: Scripted, steady: Steady) -> None:
    server.refuse("createRoom", 429, TOO_MANY)
    with pytest.raises(Refusal) as first:
        await direct.open(ANNA)
    steady.now += 3
    with pytest.raises(Refusal) as second:
        await direct.open(BORIS)
    assert (first.value.seconds, second.value.seconds) == (7.0, 4.0)
    assert len(server.all("createRoom")) == 1
    steady.now += 4
    assert (await direct.open(BORIS)).person == BORIS


async def test_nobody_gets_no_room(direct: Direct, server: Scripted) -> None:
    server.refuse("profile", 404, {"errcode": "M_UNKNOWN"})
    server.known["/_matrix/client/v3/keys/query"] = {"device_keys": {"@nobody:example.org": {}}}
    with pytest.raises(Refusal, match="M_NOT_FOUND"):
        await direct.open("@nobody:example.org")
    assert server.all("createRoom") == []


async def test_somebody_without_a_profile_gets_one(direct: Direct, server: Scripted) -> None:
    server.refuse("profile", 404, {"errcode": "M_NOT_FOUND"})
    server.known["/_matrix/client/v3/keys/query"] = {"device_keys": {ANNA: {"PHONE": {}}}}
    assert (await direct.open(ANNA)).person == ANNA


async def test_a_person_of_another_server_or_with_a_hidden_profile_gets_one(direct: Direct, server: Scripted) -> None:
    server.refuse("profile", 403, {"errcode": "M_FORBIDDEN"})
    await direct.open(ANNA)
    await direct.open("@karl:example.com")
    assert len(server.all("profile")) == 1
    assert len(server.all("createRoom")) == 2
