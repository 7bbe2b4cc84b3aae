"""Answers of a server one by one: faults, keys that are late, gaps, invites, and what is told of members."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nio.crypto.attachments import encrypt_attachment

from adapters.matrix.sync import words
from adapters.matrix.timing import Timing
from core.chat.events import Attached, Chosen, Event, Joined, Left, Read, Unreadable
from core.chat.files import Loss
from tests.unit.matrix.receiving import Receiver
from tests.unit.matrix.scripted import BOT, TOO_MANY
from tests.unit.matrix.streaming import (
    ANNA,
    BORIS,
    ROOM,
    Streaming,
    counted,
    event,
    invite,
    joined,
    member,
    streaming,
    text,
)


@pytest.fixture
async def server() -> AsyncIterator[Streaming]:
    async with streaming() as server:
        yield server


@pytest.fixture
async def bot(server: Streaming, tmp_path: Path) -> AsyncIterator[Receiver]:
    connection = server.connection()
    receiver = Receiver(connection, tmp_path)
    yield receiver
    await receiver.stop()
    await connection.close()


class Keys:
    """Encryption whose events say in clear text which key they need; keys come as `to_device` events."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.asked: list[str] = []

    def take_in(self, sync: Mapping[str, Any]) -> bool:
        new = {each["key"] for each in sync.get("to_device", {}).get("events", [])}
        self.known |= new
        return bool(new)

    def decrypt(self, room: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        content = event["content"]
        if content.get("key") not in self.known:
            return None
        return {**event, "type": "m.room.message", "content": {"msgtype": "m.text", "body": content["body"]}}

    async def ask_for_key(self, room: str, event: Mapping[str, Any]) -> None:
        self.asked.append(event["event_id"])

    async def catch_up(self) -> None:
        return


@pytest.fixture
def keys(bot: Receiver) -> Keys:
    keys = Keys()
    bot.encryption = keys  # type: ignore[assignment]
    bot.revive()
    return keys


def secret(id: str, key: str, body: str, sender: str = ANNA) -> dict[str, Any]:
    return event(id, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "key": key, "body": body}, sender)


async def test_a_message_whose_key_is_late_is_told_of_and_read_later(
    server: Streaming, bot: Receiver, keys: Keys
) -> None:
    await bot.start()
    server.happens(secret("1", "a", "one"), secret("2", "a", "two"), text("3", "plain"))
    await bot.hears("plain")
    (unreadable,) = await bot.gets(Unreadable)
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.account, unreadable.chat, unreadable.private, unreadable.message) == (ANNA, ANNA, True, "$2")
    assert keys.asked == ["$1", "$2"]
    await bot.restart()
    server.tell({"to_device": {"events": [{"key": "a"}]}})
    await bot.hears("plain", "one", "two")
    server.happens(secret("4", "a", "three"))
    await bot.hears("plain", "one", "two", "three")
    assert len(await bot.gets(Unreadable)) == 1
    assert keys.asked == ["$1", "$2"]


async def test_a_key_that_comes_in_time_leaves_nothing_to_tell(server: Streaming, bot: Receiver, keys: Keys) -> None:
    await bot.start()
    server.happens(secret("1", "a", "one"))
    server.tell({"to_device": {"events": [{"key": "a"}]}})
    await bot.hears("one")
    server.happens(secret("2", "b", "other", BORIS), summary=counted(3))
    (told,) = await bot.gets(Unreadable)
    assert (told.account, told.chat, told.private) == (BORIS, ROOM, False)


async def test_keys_are_waited_for_a_day(server: Streaming, bot: Receiver, keys: Keys) -> None:
    await bot.start()
    server.happens(secret("1", "a", "one"))
    await bot.gets(Unreadable)
    bot.clock.move(timedelta(hours=25))
    server.tell({"to_device": {"events": [{"key": "b"}]}})
    server.tell({"to_device": {"events": [{"key": "a"}]}})
    server.happens(text("2", "plain"))
    await bot.hears("plain")


async def test_a_token_that_is_not_accepted_ends_receiving(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    server.refuse("/sync", 401, {"errcode": "M_UNKNOWN_TOKEN"}, times=99)
    server.happens(text("1", "one"))
    async with asyncio.timeout(5):
        while bot.inbound.fault is None:
            await asyncio.sleep(0.005)
    syncs = len(server.all("/sync"))
    server.known["/later"] = {}
    for _ in range(10):
        await bot.connection.request("GET", "/later")
    assert len(server.all("/sync")) == syncs
    assert "access token" in str(bot.inbound.fault)
    assert not bot.inbound.fault.ok


@pytest.mark.parametrize(("status", "says"), [(502, "cannot be reached"), (403, "refuses"), (429, "asks to wait")])
async def test_other_faults_pass(server: Streaming, bot: Receiver, status: int, says: str) -> None:
    states: list[str] = []
    server.refuse("/sync", status, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1}, times=3)
    store = bot.inbox.store

    async def storing(events: list[Event], cursor: str | None) -> None:
        states.append(str(bot.inbound.fault) if bot.inbound.fault is not None else "")
        await store(events, cursor)

    bot.inbox.store = storing  # type: ignore[method-assign,assignment]
    await bot.start()
    assert says in states[0]
    server.happens(text("1", "one"))
    await bot.hears("one")
    assert bot.inbound.fault is None


async def test_what_is_not_stored_is_taken_again_as_if_for_the_first_time(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    server.happens(text("1", "menu", BOT))
    server.happens(text("2", "one"))
    await bot.hears("one")
    bot.inbox.broken = 2
    edit = text("4", "* new", BOT, **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}})
    reaction = event("3", "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": "x"}})
    gone = member("5", ANNA, "leave", "join")
    server.happens(reaction, edit, gone, summary=counted(1))
    (left,) = await bot.gets(Left)
    (chosen,) = await bot.gets(Chosen)
    assert left.private
    assert isinstance(chosen, Chosen)
    assert (chosen.version, chosen.private) == ("$1", True)
    server.may("leave")
    server.may("forget")
    await server.until("forget")


async def test_an_invite_is_taken_again_until_the_server_lets_us_in(server: Streaming, bot: Receiver) -> None:
    server.first = {}
    await bot.start()
    server.refuse("/join", 429, {**TOO_MANY, "retry_after_ms": 1}, times=2)
    server.refuse("/join", 502, None, times=2)
    server.may("join")
    gate = server.hold("/join")
    server.tell(invite())
    await server.until("/join", 5)
    server.happens(text("1", "elsewhere", BORIS), room="!other", summary=counted(3))
    await bot.hears("elsewhere")
    await bot.restart()
    gate.set()
    await server.until("/join", 6)
    bot.inbox.broken = 1
    server.happens(
        text("2", "too early"),
        member("3", BOT, "invite", sender=ANNA),
        text("4", "hello"),
        member("5", BOT, "join", "invite"),
        summary=counted(2, 0, ANNA),
    )
    start = (await bot.hears("elsewhere", "/start", "hello"))[1]
    assert (start.id, start.account, start.chat) == ("start:$5", ANNA, ANNA)
    assert bot.entered == [(ANNA, ROOM)]
    server.happens(text("6", "more"))
    await bot.hears("elsewhere", "/start", "hello", "more")


async def test_an_invite_into_a_room_that_is_gone_is_given_up(server: Streaming, bot: Receiver) -> None:
    server.may("leave")
    server.may("forget")
    server.refuse("/join", 404, {"errcode": "M_UNKNOWN"})
    server.first = invite()
    await bot.start()
    await server.until("/forget")
    assert [asked.last for asked in server.all("POST")] == ["join", "leave", "forget"]


@pytest.mark.parametrize(
    "state", [None, [], [7], [{"type": "m.room.member", "state_key": BOT, "content": {"membership": "invite"}}]]
)
async def test_an_invite_from_nobody_is_declined(server: Streaming, bot: Receiver, state: object) -> None:
    server.may("leave")
    await bot.start()
    server.tell({"rooms": {"invite": {"!strange": {"invite_state": {"events": state}}}}})
    await server.until("leave")
    assert not server.all("join")


async def test_gaps_are_filled_and_one_that_cannot_be_does_not_stop_others(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    server.may("messages", answer={"chunk": [text("3", "three"), text("2", "two"), text("2", "two"), 7]})
    server.refuse("/messages", 429, {**TOO_MANY, "retry_after_ms": 1}, times=2)
    server.refuse("!closed/messages", 403, {"errcode": "M_FORBIDDEN"})
    answer = joined(text("4", "four"), limited=True, prev_batch="p")
    closed = joined(text("5", "closed", BORIS), room="!closed", limited=True, prev_batch="p", summary=counted(9))
    answer["rooms"]["join"].update(closed["rooms"]["join"])
    server.tell(answer)
    await bot.hears("two", "three", "four", "closed")


async def test_members_are_asked_for_where_the_server_does_not_count(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    chunk = [member("1", BOT, "join"), member("2", ANNA, "join"), member("3", BORIS, "invite", sender=ANNA)]
    server.may("members", answer={"chunk": chunk})
    server.happens(member("4", BORIS, "invite", sender=ANNA), text("5", "three of us"))
    assert not (await bot.hears("three of us"))[0].private
    assert bot.rooms.private(ANNA) is None
    server.may("members", answer={"chunk": chunk[:2]})
    server.happens(member("6", BORIS, "leave", "invite"), text("7", "two of us"))
    assert (await bot.hears("three of us", "two of us"))[1].private
    assert bot.rooms.private(ANNA) is not None
    server.refuse("members", 403, {"errcode": "M_FORBIDDEN"})
    server.happens(member("8", BORIS, "invite", sender=ANNA), text("9", "who knows"))
    assert not (await bot.hears("three of us", "two of us", "who knows"))[2].private
    await asyncio.wait_for(bot.rooms.counted(ANNA), 1)


async def test_while_members_are_asked_for_nobody_is_said_to_have_left(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    server.may("members", answer={"chunk": [member("2", BOT, "join"), member("3", ANNA, "join")]})
    answering = server.hold("members")
    server.happens(member("1", BORIS, "leave", "invite", sender=ANNA))
    await server.until("members")
    assert bot.rooms.private(ANNA) is None
    waiting = asyncio.create_task(bot.rooms.counted(ANNA))
    await asyncio.sleep(0)
    assert not waiting.done()
    answering.set()
    await asyncio.wait_for(waiting, 10)
    assert bot.rooms.private(ANNA) is not None


async def test_a_room_that_the_bot_is_just_making_is_not_empty(server: Streaming, bot: Receiver) -> None:
    server.first = {}
    await bot.start()
    server.may("leave")
    server.happens(member("1", BOT, "join"), room="!new", summary=counted(1))
    server.happens(member("2", ANNA, "invite", sender=BOT), room="!new", summary=counted(1, 1, ANNA))
    server.happens(member("3", ANNA, "join", "invite"), room="!new", summary=counted(2, 0, ANNA))
    (came,) = await bot.gets(Joined)
    assert (came.account, came.private) == (ANNA, True)
    assert not server.all("leave")
    server.happens(member("4", ANNA, "join", "join", displayname="Anna P."), text("5", "hi"), room="!new")
    assert (await bot.hears("hi"))[0].name == "Anna P."
    assert len(await bot.gets(Joined)) == 1


async def test_only_state_makes_a_room_encrypted(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    setting = event("1", "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    server.happens(setting, text("2", "one"))
    await bot.hears("one")
    assert not bot.rooms.get(ROOM).encrypted  # type: ignore[union-attr]
    server.happens({**setting, "state_key": ""}, text("3", "two"))
    await bot.hears("one", "two")
    await bot.restart()
    assert bot.rooms.get(ROOM).encrypted  # type: ignore[union-attr]


async def test_receipts_of_others_and_of_other_kinds_tell_nothing(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    content = {
        "$1": {"m.read": {BOT: {"ts": 5}, BORIS: {"ts": 5}}, "m.read.private": {ANNA: {"ts": 5}}},
        "$2": {"m.read": {ANNA: {"ts": 5, "thread_id": "main"}}},
        "$3": {"m.read": {ANNA: 5}},
    }
    server.happens(ephemeral={"events": [{"type": "m.receipt", "content": content}, {"type": "m.typing"}]})
    (read,) = await bot.gets(Read)
    assert isinstance(read, Read)
    assert (read.message, read.id) == ("$2", f"read:$2:{ANNA}")


async def test_files_are_fetched_before_their_event_is_stored(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    hidden, keys = encrypt_attachment(b"encrypted words")
    server.media |= {"plain": b"plain words", "hidden": hidden, "forged": hidden[:-1] + b"?"}

    def file(id: str, name: str, **where: Any) -> dict[str, Any]:
        return event(id, "m.room.message", {"msgtype": "m.file", "body": f"{name}.txt", **where})

    server.happens(
        file("1", "plain", url="mxc://example.org/plain"),
        file("2", "hidden", file={**keys, "url": "mxc://example.org/hidden"}),
        file("3", "forged", file={**keys, "url": "mxc://example.org/forged"}),
        file("4", "missing", url="mxc://example.org/missing"),
        text("5", "after"),
    )
    await bot.hears("after")
    files = [each.attachment for each in bot.inbox.events if isinstance(each, Attached)]
    assert [bot.files.path(file.content).read_bytes() for file in files[:2]] == [b"plain words", b"encrypted words"]
    assert [file.loss for file in files] == [None, None, Loss.NOT_FETCHED, Loss.NOT_FETCHED]


async def test_a_place_that_the_server_does_not_know_any_more_is_found_anew(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    await bot.stop()
    server.refuse("/sync", 400, {"errcode": "M_UNKNOWN_POS"})
    bot.revive()
    await bot.start()
    server.happens(text("1", "one"))
    await bot.hears("one")


async def test_another_account_begins_with_its_own_rooms(server: Streaming, bot: Receiver) -> None:
    await bot.start()
    assert bot.rooms.private(ANNA) is not None
    bot.connection.user = "@other:example.org"
    server.first = {}
    await bot.restart()
    assert bot.rooms.private(ANNA) is None


async def test_idle_answers_are_not_written(server: Streaming, tmp_path: Path) -> None:
    bot = Receiver(server.connection(), tmp_path, timing=Timing(poll=5, idle=3600))
    await bot.start()
    for _ in range(3):
        server.tell({})
    server.happens(text("1", "one"))
    await bot.hears("one")
    stored = bot.inbox.position
    server.tell({})
    await server.until("/sync", 8)
    assert stored == bot.inbox.position == "s4"
    await bot.restart()
    assert [asked.body.get("since") for asked in server.all("/sync")][8] == "s4"
    await bot.stop()
    await bot.connection.close()


async def test_a_broken_file_of_rooms_is_laid_aside(server: Streaming, bot: Receiver, tmp_path: Path) -> None:
    await bot.start()
    await bot.stop()
    for end in ("-wal", "-shm"):
        (tmp_path / f"rooms.db{end}").unlink(missing_ok=True)
    (tmp_path / "rooms.db").write_bytes(b"no database at all" * 100)
    bot.revive()
    await bot.start()
    assert bot.rooms.private(ANNA) is not None


def test_nothing_of_a_stream_is_taken_for_text_that_cannot_be_stored() -> None:
    assert [words(each) for each in ("a", "é", "\ud800", "a\0", 7, None)] == ["a", "é", "", "", "", ""]
    assert json.dumps("\ud800") == '"\\ud800"'
