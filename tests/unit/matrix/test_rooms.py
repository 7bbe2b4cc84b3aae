"""What is known of rooms survives a restart, and who may read along is never guessed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.matrix.connection import Connection, Refusal
from adapters.matrix.rooms import Room, Rooms
from tests.unit.matrix.scripted import BOT
from tests.unit.matrix.streaming import ANNA, BORIS, ROOM, Streaming, member, streaming


@pytest.fixture
async def server() -> AsyncIterator[Streaming]:
    async with streaming() as server:
        yield server


@pytest.fixture
async def connection(server: Streaming) -> AsyncIterator[Connection]:
    connection = server.connection()
    yield connection
    await connection.close()


def private(id: str, person: str = ANNA) -> Room:
    return Room(id=id, person=person, joined=2, name="Anna", encrypted=True)


async def test_the_room_that_was_used_last_is_the_persons_also_after_a_restart(
    connection: Connection, tmp_path: Path
) -> None:
    rooms = Rooms(connection, tmp_path)
    rooms.save(private("!a"), private("!b"), private("!c", BORIS))
    rooms.use(ANNA, "!a")
    rooms.use(ANNA, "!b")
    rooms.use(ANNA, "!c")
    assert rooms.private(ANNA) is rooms.get("!b")
    rooms.use(ANNA, "!a")
    rooms.close()
    again = Rooms(connection, tmp_path)
    assert again.private(ANNA) == replace(private("!a"), used=3)
    found = again.get("!a")
    assert found is not None
    again.save(replace(found, successor="!z"))
    assert again.private(ANNA) is again.get("!b")
    again.close()


async def test_only_two_are_private(connection: Connection, tmp_path: Path) -> None:
    rooms = Rooms(connection, tmp_path)
    rooms.save(private("!a"))
    for other in (
        replace(private("!a"), joined=3),
        replace(private("!a"), invited=1),
        replace(private("!a"), joined=1),
        replace(private("!a"), left=True),
    ):
        rooms.save(other)
        assert rooms.private(ANNA) is None
        assert rooms.had(ANNA)
    rooms.save(replace(private("!a"), person=None, joined=3))
    assert not rooms.had(ANNA)
    assert rooms.private(BORIS) is None
    rooms.close()


async def test_learning_forgets_what_is_gone_and_keeps_what_was_left(connection: Connection, tmp_path: Path) -> None:
    rooms = Rooms(connection, tmp_path)
    rooms.save(private("!a"), private("!gone"), replace(private("!left", BORIS), left=True))
    rooms.use(ANNA, "!gone")
    rooms.use(ANNA, "!a")
    rooms.replace([private("!a")])
    rooms.reached(BOT, "s1", ())
    rooms.close()
    again = Rooms(connection, tmp_path)
    assert again.get("!gone") is None
    assert again.had(BORIS)
    assert again.private(ANNA) == replace(private("!a"), used=2)
    assert again.at(BOT, "s1")
    assert not again.at(BOT, "s2")
    assert not again.at(ANNA, "s1")
    again.close()


async def test_members_are_asked_once_until_they_change(
    server: Streaming, connection: Connection, tmp_path: Path
) -> None:
    chunk = [
        member("1", BOT, "join"),
        member("2", ANNA, "invite"),
        member("3", BORIS, "ban"),
        {"state_key": 7, "content": {"membership": "join"}},
        {"state_key": "@x:y", "content": []},
        None,
    ]
    server.may("members", answer={"chunk": chunk})
    rooms = Rooms(connection, tmp_path)
    rooms.save(Room(id=ROOM, joined=5), private("!private"))
    assert list(await rooms.members("!private")) == [BOT, ANNA]
    assert server.all("members") == []
    for _ in range(2):
        assert list(await rooms.members(ROOM)) == [BOT, ANNA]
    assert len(server.all("members")) == 1
    rooms.forget_members(ROOM)
    server.refuse("members", 403, {"errcode": "M_FORBIDDEN"})
    with pytest.raises(Refusal):
        await rooms.members(ROOM)
    rooms.close()
