"""Receiving from a real homeserver: all is heard once and in order, whatever happened while nobody listened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from nio import RoomCreateResponse

from adapters.matrix.connection import part
from adapters.matrix.settings import Settings
from core.chat.events import Chosen, Joined, Left, Moved, Read, Said, Unreadable
from tests.support.synapse import Homeserver
from tests.unit.matrix.receiving import Member, Receiver, member
from tests.unit.matrix.secret import a_bot, a_person, an_account, closed

__all__ = ["closed"]


@pytest.fixture
async def people(homeserver: Homeserver) -> AsyncIterator[dict[str, Member]]:
    async with AsyncExitStack() as stack:
        names = ("bot", "anna", "boris")
        yield {name: await stack.enter_async_context(member(homeserver, name)) for name in names}


@pytest.fixture
def kollega(people: dict[str, Member]) -> Member:
    return people["bot"]


@pytest.fixture
def anna(people: dict[str, Member]) -> Member:
    return people["anna"]


@pytest.fixture
def boris(people: dict[str, Member]) -> Member:
    return people["boris"]


@pytest.fixture
async def bot(kollega: Member, tmp_path: Path) -> AsyncIterator[Receiver]:
    receiver = Receiver(kollega.connection, tmp_path)
    yield receiver
    await receiver.stop()


@pytest.fixture
async def room(bot: Receiver, anna: Member, kollega: Member) -> str:
    """A private room of Anna with the bot, which listens."""
    await bot.start()
    room = await anna.opens(kollega.id, is_direct=True)
    await bot.hears("/start")
    return room


async def test_an_invite_is_a_start_and_what_follows_is_heard(
    bot: Receiver, anna: Member, kollega: Member, room: str
) -> None:
    await anna.says(room, "hello")
    start, hello = await bot.hears("/start", "hello")
    for event in (start, hello):
        assert (event.account, event.chat, event.private, event.name) == (anna.id, anna.id, True, "Anna")
    private = bot.rooms.private(anna.id)
    assert private is not None
    assert (private.id, private.name, private.joined, private.encrypted) == (room, "Anna", 2, False)
    assert bot.entered == [(anna.id, room)]
    assert [(where, event.id) for where, event in bot.heard] == [(room, start.id), (room, hello.id)]
    assert list(await bot.rooms.members(room)) == [kollega.id, anna.id]


async def test_rooms_from_before_the_first_start_are_known_but_not_answered(
    bot: Receiver, anna: Member, boris: Member, kollega: Member
) -> None:
    old = await anna.opens(kollega.id)
    await kollega.does(old, "join")
    await anna.says(old, "long ago")
    await boris.opens(kollega.id)
    await bot.start()
    assert bot.rooms.private(anna.id) is not None
    (start,) = await bot.hears("/start")
    assert start.account == boris.id
    await anna.says(old, "now")
    await bot.hears("/start", "now")


async def _says_all(who: Member, room: str, texts: list[str]) -> None:
    for text in texts:
        await who.says(room, text)


async def test_a_long_downtime_loses_nothing_and_repeats_nothing(
    bot: Receiver, anna: Member, boris: Member, kollega: Member, room: str
) -> None:
    await bot.stop()
    new = await boris.opens(kollega.id)
    await asyncio.gather(
        _says_all(anna, room, [str(number) for number in range(200)]),
        _says_all(boris, new, [f"b{number}" for number in range(130)]),
    )
    bot.revive()
    await bot.start()
    async with asyncio.timeout(30):
        while len(bot.said()) < 1 + 200 + 1 + 130:
            await bot.inbox.holds(len(bot.inbox.events) + 1)
    assert [event.text for event in bot.said() if event.account == anna.id] == ["/start", *map(str, range(200))]
    assert [event.text for event in bot.said() if event.account == boris.id] == [
        "/start",
        *(f"b{number}" for number in range(130)),
    ]
    await bot.restart()
    await anna.says(room, "last")
    assert (await bot.gets(Said, 333))[-1].id == bot.said()[-1].id
    assert bot.said()[-1].text == "last"


async def test_a_lost_file_of_rooms_is_learnt_again_and_a_lost_cursor_too(
    bot: Receiver, anna: Member, room: str, tmp_path: Path
) -> None:
    await bot.stop()
    for file in tmp_path.glob("rooms.db*"):
        file.unlink()
    await anna.says(room, "one")
    bot.revive()
    await bot.start()
    await bot.hears("/start", "one")
    assert bot.said()[-1].private
    await bot.stop()
    bot.inbox.position = None
    await anna.says(room, "missed")
    bot.revive()
    await bot.start()
    await anna.says(room, "two")
    await bot.hears("/start", "one", "two")


async def test_history_before_the_invite_is_not_answered(
    bot: Receiver, anna: Member, boris: Member, kollega: Member
) -> None:
    await bot.start()
    room = await anna.opens(boris.id)
    await boris.does(room, "join")
    for number in range(120):
        await anna.says(room, f"old {number}")
    await anna.does(room, "invite", user_id=kollega.id)
    await anna.says(room, "welcome")
    (welcome,) = await bot.hears("welcome")
    assert (welcome.chat, welcome.private, welcome.account) == (room, False, anna.id)
    assert bot.rooms.private(anna.id) is None


async def test_a_third_person_makes_a_private_room_a_group(
    bot: Receiver, anna: Member, boris: Member, kollega: Member, room: str
) -> None:
    await anna.does(room, "invite", user_id=boris.id)
    await anna.says(room, "we are three")
    said = (await bot.hears("/start", "we are three"))[-1]
    assert (said.chat, said.private) == (room, False)
    assert bot.rooms.private(anna.id) is None
    assert sorted(await bot.rooms.members(room)) == sorted([kollega.id, anna.id, boris.id])
    await boris.does(room, "join")
    await boris.says(room, "hi")
    await bot.hears("/start", "we are three", "hi")
    await boris.does(room, "leave")
    await anna.says(room, "alone again")
    assert (await bot.hears("/start", "we are three", "hi", "alone again"))[-1].private
    assert bot.rooms.private(anna.id) is not None


async def test_a_person_who_leaves_her_last_room_is_told(
    bot: Receiver, anna: Member, kollega: Member, room: str
) -> None:
    second = await anna.opens(kollega.id)
    await anna.sees_member(second, kollega.id, "join")
    await anna.says(second, "here")
    await bot.hears("/start", "here")
    assert bot.rooms.private(anna.id).id == second  # type: ignore[union-attr]
    await anna.does(second, "leave")
    await anna.says(room, "there")
    await bot.hears("/start", "here", "there")
    assert not [event for event in bot.inbox.events if isinstance(event, Left)]
    assert bot.rooms.private(anna.id).id == room  # type: ignore[union-attr]
    await anna.does(room, "leave", reason="off")
    (left,) = await bot.gets(Left)
    assert isinstance(left, Left)
    assert (left.account, left.chat, left.private, left.reason) == (anna.id, anna.id, True, "off")
    assert bot.rooms.private(anna.id) is None
    assert bot.rooms.had(anna.id)
    await anna.opens(kollega.id)
    await bot.hears("/start", "here", "there", "/start")


async def test_a_bot_that_is_sent_away_is_told_too(bot: Receiver, anna: Member, kollega: Member, room: str) -> None:
    await anna.says(room, "bye")
    await anna.does(room, "kick", user_id=kollega.id)
    (left,) = await bot.gets(Left)
    assert isinstance(left, Left)
    assert (left.account, left.private, left.reason) == (anna.id, True, "removed")
    assert [event.text for event in bot.said()] == ["/start", "bye"]
    await anna.does(room, "invite", user_id=kollega.id)
    await bot.hears("/start", "bye", "/start")
    assert bot.rooms.private(anna.id) is not None


async def test_strangers_of_other_servers_are_declined(kollega: Member, anna: Member, tmp_path: Path) -> None:
    bot = Receiver(kollega.connection, tmp_path, settings=Settings(servers=("elsewhere.example.org",)))
    await bot.start()
    room = await anna.opens(kollega.id)
    await anna.sees_member(room, kollega.id, "leave")
    await bot.stop()
    assert bot.inbox.events == []


async def test_an_invited_person_joins(bot: Receiver, anna: Member, kollega: Member) -> None:
    await bot.start()
    room = await kollega.opens(anna.id, is_direct=True)
    await kollega.says(room, "news")
    await anna.does(room, "join")
    (joined,) = await bot.gets(Joined)
    assert (joined.account, joined.chat, joined.private, joined.name) == (anna.id, anna.id, True, "Anna")
    await anna.does(room, "leave")
    await bot.gets(Left)
    assert bot.said() == []


async def test_a_new_name_is_learnt_and_nobody_has_joined(
    bot: Receiver, anna: Member, boris: Member, kollega: Member, room: str
) -> None:
    await anna.asks("PUT", f"/profile/{part(anna.id)}/displayname", {"displayname": "Anna P."})
    async with asyncio.timeout(10):
        while await anna.name_in(room) != "Anna P.":
            await asyncio.sleep(0.02)
    await anna.says(room, "renamed")
    assert (await bot.hears("/start", "renamed"))[-1].name == "Anna P."
    await anna.does(room, "invite", user_id=boris.id)
    await boris.does(room, "join")
    joined = await bot.gets(Joined)
    assert [(event.account, event.chat, event.private) for event in joined] == [(boris.id, room, False)]


async def test_what_a_reaction_saw_is_known(bot: Receiver, anna: Member, kollega: Member, room: str) -> None:
    menu = await kollega.says(room, "menu")
    await anna.reacts(room, menu, "1️⃣")
    await bot.gets(Chosen, 1)
    first = await kollega.edits(room, menu, "second")
    await anna.reacts(room, menu, "2️⃣")
    await bot.gets(Chosen, 2)
    await bot.stop()
    await anna.reacts(room, menu, "3️⃣")
    second = await kollega.edits(room, menu, "third")
    await anna.reacts(room, menu, "4️⃣")
    bot.revive()
    await bot.start()
    chosen = await bot.gets(Chosen, 4)
    assert [(event.message, event.version) for event in chosen if isinstance(event, Chosen)] == [
        (menu, menu),
        (menu, first),
        (menu, ""),
        (menu, second),
    ]


async def test_reading_is_told_by_the_last_message_that_was_seen(
    bot: Receiver, anna: Member, kollega: Member, room: str
) -> None:
    older = await kollega.says(room, "older")
    menu = await kollega.says(room, "menu")
    edit = await kollega.edits(room, older, "changed")
    await anna.says(room, "ok")
    await bot.hears("/start", "ok")
    await anna.reads(room, edit)
    (read,) = await bot.gets(Read)
    assert isinstance(read, Read)
    assert (read.account, read.chat, read.private, read.message) == (anna.id, anna.id, True, menu)


async def test_encrypted_messages_of_a_downtime_are_read(homeserver: Homeserver, tmp_path: Path, closed: None) -> None:
    secret = await a_bot(homeserver, await an_account(homeserver), tmp_path / "keys")
    bot = Receiver(secret.connection, tmp_path, encryption=secret.encryption)
    await bot.start()
    async with a_person(homeserver, tmp_path / "person") as person:
        encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
        made = await person.client.room_create(
            invite=[secret.connection.user],
            is_direct=True,
            initial_state=[{"type": "m.room.encryption", "state_key": "", "content": encryption}],
        )
        assert isinstance(made, RoomCreateResponse)
        await bot.hears("/start")
        await person.client.sync(timeout=0, full_state=True)
        await person.say(made.room_id, "hello")
        await bot.hears("/start", "hello")
        await bot.stop()
        for number in range(130):
            await person.say(made.room_id, str(number))
        bot.revive()
        await bot.start()
        await bot.hears("/start", "hello", *map(str, range(130)))
        private = bot.rooms.private(person.id)
        assert private is not None
        assert private.encrypted
        assert not [event for event in bot.inbox.events if isinstance(event, Unreadable)]
    await bot.stop()


async def test_a_group_moves_to_its_successor(bot: Receiver, anna: Member, boris: Member, kollega: Member) -> None:
    await bot.start()
    old = await anna.opens(kollega.id, boris.id, room_version="10")
    await anna.sees_member(old, kollega.id, "join")
    await boris.does(old, "join")
    await anna.says(old, "before")
    await bot.hears("before")
    new = str((await anna.asks("POST", f"/rooms/{old}/upgrade", {"new_version": "12"}))["replacement_room"])
    for each in (kollega.id, boris.id):
        await anna.does(new, "invite", user_id=each)
    await boris.does(new, "join")
    (moved,) = await bot.gets(Moved)
    assert isinstance(moved, Moved)
    assert (moved.chat, moved.to, moved.private) == (old, new, False)
    await anna.says(new, "after")
    assert (await bot.hears("before", "after"))[-1].chat == new


async def test_a_private_room_that_moves_stays_the_persons(
    bot: Receiver, anna: Member, kollega: Member, room: str
) -> None:
    new = str((await anna.asks("POST", f"/rooms/{room}/upgrade", {"new_version": "11"}))["replacement_room"])
    await anna.does(new, "invite", user_id=kollega.id)
    await anna.sees_member(new, kollega.id, "join")
    await anna.says(new, "after")
    after = (await bot.hears("/start", "after"))[-1]
    assert (after.chat, after.private) == (anna.id, True)
    private = bot.rooms.private(anna.id)
    assert private is not None
    assert private.id == new
    assert not [event for event in bot.inbox.events if isinstance(event, Moved)]
