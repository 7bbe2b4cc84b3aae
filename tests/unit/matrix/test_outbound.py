"""Messages on their way out: each once however often they are tried, edits in place, and menus with their signs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix import outbound as module
from adapters.matrix.outbound import Outbound
from adapters.matrix.rooms import Room, Rooms
from adapters.matrix.settings import Settings
from core.chat.blocks import Paragraph
from core.chat.files import Attachment, Draft, Media
from core.chat.messenger import Gone, Later, NotSent, Receipt, Refused, Relocated, Sent, Unreachable
from core.chat.pages import Choice, Page, Part
from tests.unit.matrix.scripted import TOO_MANY, Scripted, scripted
from tests.unit.matrix.test_media import Folder

ANNA, ROOM, GROUP = "@anna:example.org", "!hers", "!group"
SENDING = "PUT .*/send/m.room.message/"
REDACTING = "PUT .*/redact/"
FORBIDDEN = {"errcode": "M_FORBIDDEN"}


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as script:
        yield script


@pytest.fixture
async def rooms(server: Scripted, tmp_path: Path) -> AsyncIterator[Rooms]:
    connection = server.connection()
    rooms = Rooms(connection, tmp_path)
    rooms.save(Room(id=ROOM, person=ANNA, joined=2), Room(id=GROUP, joined=5))
    yield rooms
    rooms.close()
    await connection.close()


@pytest.fixture
def ready() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
async def outbound(server: Scripted, rooms: Rooms, files: Folder, ready: asyncio.Event) -> AsyncIterator[Outbound]:
    connection = server.connection()
    outbound = Outbound(connection, Settings(encrypted_rooms=False), rooms, None, files, ready)
    yield outbound
    await outbound.close()
    await connection.close()


def page(*texts: str, signs: tuple[str, ...] = (), place: str = "") -> Page:
    choices = tuple(Choice(f"Option {sign}", sign, sign) for sign in signs)
    return Page(parts=tuple(Part(blocks=(Paragraph((text,)),)) for text in texts), choices=choices, place=place)


def with_file(content: bytes, text: str) -> Page:
    draft = Draft("a.txt", "text/plain", content)
    return Page(parts=(Part(attachments=(draft,), blocks=(Paragraph((text,)),)),))


async def sent(outbound: Outbound, what: Page, key: str = "1.1", chat: str = ANNA) -> Receipt:
    outcome = await outbound.send(chat, what, key)
    assert isinstance(outcome, Sent), outcome
    return outcome.receipt


async def edited(outbound: Outbound, receipt: Receipt, what: Page, key: str = "1.2") -> Receipt:
    outcome = await outbound.edit(ANNA, receipt, what, key)
    assert isinstance(outcome, Sent), outcome
    return outcome.receipt


def bodies(server: Scripted) -> list[str]:
    return [asked.body["body"] for asked in server.all(SENDING)]


def redacted(server: Scripted) -> list[str]:
    return [asked.path.split("/")[-2] for asked in server.all(REDACTING)]


async def test_a_page_goes_out_in_order(outbound: Outbound, server: Scripted) -> None:
    receipt = await sent(outbound, page("one", "two"))
    assert bodies(server) == ["one", "two"]
    words = receipt.note.split()[1:]
    assert [asked.path for asked in server.all(SENDING)] == [
        f"/_matrix/client/v3/rooms/{ROOM}/send/m.room.message/k1.1.{place}.{word}" for place, word in enumerate(words)
    ]
    assert receipt.ids == ("$event0", "$event1")
    assert receipt.note.split()[0] == ROOM
    assert receipt.version == "$event1"


async def test_a_page_sent_in_part_is_sent_again_without_copies(outbound: Outbound, server: Scripted) -> None:
    server.refuse("/k1.1.1.t", 429, TOO_MANY)
    assert await outbound.send(ANNA, page("one", "two"), "1.1") == Later(7.0, everywhere=True)
    server.lose("/k1.1.1.t", times=2)
    assert isinstance(await outbound.send(ANNA, page("one", "two"), "1.1"), NotSent)
    receipt = await sent(outbound, page("one", "two"))
    assert receipt.ids == ("$event0", "$event1")
    assert len(server.taken) == 2


async def test_a_key_that_comes_again_for_another_text_sends_it(outbound: Outbound, server: Scripted) -> None:
    """As after a database was set back to yesterday's copy."""
    before = await sent(outbound, page("yesterday"))
    after = await sent(outbound, page("today"))
    assert before.ids != after.ids
    assert bodies(server) == ["yesterday", "today"]


async def test_a_file_is_uploaded_and_sent(outbound: Outbound, server: Scripted) -> None:
    receipt = await sent(outbound, with_file(b"hello", "Read this"))
    file, text = server.all(SENDING)
    assert (file.body["msgtype"], file.body["filename"], text.body["body"]) == ("m.file", "a.txt", "Read this")
    assert file.body["url"].startswith("mxc://")
    assert receipt.version == receipt.ids[1]


async def test_a_file_that_is_not_kept_any_more_is_refused(outbound: Outbound, server: Scripted) -> None:
    lost = Attachment(media=Media.PHOTO, name="a.png", mime="image/png", size=4, content="0" * 64)
    outcome = await outbound.send(ANNA, Page(parts=(Part(attachments=(lost,)),)), "1.1")
    assert isinstance(outcome, Refused)
    assert server.all("PUT|POST") == []


async def test_a_file_that_the_server_does_not_take_says_nothing_of_the_room(
    outbound: Outbound, server: Scripted
) -> None:
    server.refuse("upload", 403, FORBIDDEN)
    assert isinstance(await outbound.send(ANNA, with_file(b"hello", ""), "1.1"), Refused)
    server.refuse("upload", 429, TOO_MANY)
    assert await outbound.send(ANNA, with_file(b"hello", ""), "1.1") == Later(7.0, everywhere=True)


async def test_an_answer_goes_to_the_thread_of_the_question(outbound: Outbound, server: Scripted) -> None:
    receipt = await sent(outbound, page("here", place="thread:$root"), chat=GROUP)
    assert server.all(SENDING)[0].body["m.relates_to"]["event_id"] == "$root"
    await outbound.edit(GROUP, receipt, page("there", place="thread:$root"), "1.2")
    assert server.all(SENDING)[1].body["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$event0"}


async def test_before_the_first_sync_nothing_is_sent(
    outbound: Outbound, server: Scripted, ready: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_READY_WITHIN", 0.01)
    ready.clear()
    assert isinstance(await outbound.send(ANNA, page("one"), "1.1"), NotSent)
    monkeypatch.undo()
    waiting = asyncio.create_task(outbound.send(ANNA, page("one"), "1.1"))
    ready.set()
    assert isinstance(await waiting, Sent)
    assert bodies(server) == ["one"]


# Whom it reaches


async def test_somebody_new_gets_a_room(outbound: Outbound, server: Scripted) -> None:
    receipt = await sent(outbound, page("Welcome"), chat="@new:example.org")
    assert receipt.note.split()[0] == "!made1"
    assert "m.room.encryption" not in str(server.all("createRoom")[0].body)


async def test_nothing_is_decided_while_the_server_is_asked_who_is_in_her_room(
    outbound: Outbound, rooms: Rooms
) -> None:
    rooms.keep(Room(id=ROOM, person=ANNA, joined=3))
    rooms.count(ROOM)
    sending = asyncio.create_task(outbound.send(ANNA, page("Hello"), "1.1"))
    await asyncio.sleep(0)
    rooms.keep(Room(id=ROOM, person=ANNA, joined=2))
    rooms.count_ended(ROOM)
    assert isinstance(await sending, Sent)


async def test_who_is_in_her_room_may_be_asked_for_long(
    outbound: Outbound, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_READY_WITHIN", 0.001)
    rooms.count(ROOM)
    assert isinstance(await outbound.send(ANNA, page("Hello"), "1.1"), Later)


async def test_somebody_who_left_is_not_called_back(outbound: Outbound, rooms: Rooms, server: Scripted) -> None:
    rooms.save(Room(id=ROOM, person=ANNA, joined=1))
    assert isinstance(await outbound.send(ANNA, page("Hello?"), "1.1"), Unreachable)
    assert server.all("PUT|POST") == []


async def test_new_rooms_wait_by_themselves(outbound: Outbound, server: Scripted) -> None:
    server.refuse("createRoom", 429, TOO_MANY)
    assert await outbound.send("@new:example.org", page("Welcome"), "1.1") == Later(7.0)
    assert isinstance(await outbound.send(ANNA, page("Hello"), "2.1"), Sent)


async def test_a_room_that_the_bot_is_not_in_is_unreachable(outbound: Outbound, rooms: Rooms, server: Scripted) -> None:
    server.refuse(SENDING, 403, FORBIDDEN)
    assert isinstance(await outbound.send(GROUP, page("Hello"), "1.1"), Unreachable)
    assert isinstance(await outbound.send("!unknown", page("Hello"), "2.1"), Unreachable)
    rooms.save(Room(id=GROUP, joined=4, left=True))
    assert isinstance(await outbound.send(GROUP, page("Hello"), "3.1"), Unreachable)
    assert len(server.all(SENDING)) == 1


async def test_a_room_that_moved_is_followed_once_the_bot_is_in_the_new_one(outbound: Outbound, rooms: Rooms) -> None:
    rooms.save(Room(id=GROUP, joined=5, successor="!next"))
    assert isinstance(await outbound.send(GROUP, page("Hello"), "1.1"), Sent)
    rooms.save(Room(id="!next", joined=2))
    assert await outbound.send(GROUP, page("Hello"), "2.1") == Relocated("!next")


async def test_nothing_goes_in_clear_into_an_encrypted_room(outbound: Outbound, rooms: Rooms, server: Scripted) -> None:
    rooms.save(Room(id=ROOM, person=ANNA, joined=2, encrypted=True))
    assert isinstance(await outbound.send(ANNA, page("a secret"), "1.1"), Refused)
    assert server.all("PUT") == []


# Edits


async def test_an_edit_replaces_what_changed_and_only_that(outbound: Outbound, server: Scripted) -> None:
    before = await sent(outbound, page("one", "two"))
    after = await edited(outbound, before, page("one", "2"))
    change = server.all(SENDING)[2].body
    assert change["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$event1"}
    assert change["m.new_content"]["body"] == "2"
    assert (after.ids, after.version) == (before.ids, "$event2")
    again = await edited(outbound, after, page("one", "2"), "1.3")
    assert again == after
    assert len(server.all(SENDING)) == 3


async def test_an_edit_that_is_repeated_gives_the_same_version(outbound: Outbound, server: Scripted) -> None:
    before = await sent(outbound, page("one"))
    server.lose("/e1.2.0.t", times=2)
    assert isinstance(await outbound.edit(ANNA, before, page("1"), "1.2"), NotSent)
    assert (await edited(outbound, before, page("1"))).version == "$event1"


async def test_an_edit_to_fewer_messages_takes_the_others_away(outbound: Outbound, server: Scripted) -> None:
    before = await sent(outbound, page("one", "two", "three"))
    after = await edited(outbound, before, page("one"))
    assert redacted(server) == ["$event1", "$event2"]
    assert (after.ids, after.version) == (("$event0",), "$event0")


async def test_an_edit_to_more_messages_sends_the_rest(outbound: Outbound, server: Scripted) -> None:
    before = await sent(outbound, page("one"))
    after = await edited(outbound, before, page("1", "two"))
    assert bodies(server) == ["one", "* 1", "two"]
    assert (after.ids, after.version) == (("$event0", "$event2"), "$event2")


async def test_a_changed_file_is_sent_anew_and_what_follows_it_too(outbound: Outbound, server: Scripted) -> None:
    before = await sent(outbound, with_file(b"old", "text"))
    assert (await edited(outbound, before, with_file(b"old", "new text"))).ids == before.ids
    after = await edited(outbound, before, with_file(b"new", "text"), "1.3")
    assert redacted(server) == list(before.ids)
    assert len(after.ids) == 2
    assert not {*before.ids} & {*after.ids}


async def test_an_edit_where_the_bot_may_not_write_any_more(outbound: Outbound, rooms: Rooms, server: Scripted) -> None:
    before = await sent(outbound, page("one"))
    server.refuse(SENDING, 403, FORBIDDEN)
    assert isinstance(await outbound.edit(ANNA, before, page("1"), "1.2"), Gone)
    rooms.save(Room(id=ROOM, person=ANNA, joined=1, left=True))
    assert isinstance(await outbound.edit(ANNA, before, page("1"), "1.3"), Gone)


async def test_a_deletion_redacts_everything(outbound: Outbound, server: Scripted) -> None:
    receipt = await sent(outbound, page("one", "two"))
    assert await outbound.delete(ANNA, receipt) == Sent(receipt)
    assert redacted(server) == ["$event0", "$event1"]
    server.refuse(REDACTING, 403, FORBIDDEN)
    assert isinstance(await outbound.delete(ANNA, receipt), Gone)


# Menus


def signs(server: Scripted) -> list[tuple[str, str]]:
    relations: list[dict[str, Any]] = [asked.body["m.relates_to"] for asked in server.all("/send/m.reaction/")]
    return [(relation["event_id"], relation["key"]) for relation in relations]


async def test_a_menu_gets_signs_and_loses_those_that_an_edit_does_not_have(
    outbound: Outbound, server: Scripted
) -> None:
    before = await sent(outbound, page("text", "menu", signs=("1️⃣", "2️⃣")))
    await outbound.reactions.settled()
    assert signs(server) == [("$event1", "1️⃣"), ("$event1", "2️⃣")]
    await edited(outbound, before, page("text", "Menu", signs=("1️⃣",)))
    await outbound.reactions.settled()
    assert redacted(server) == ["$event3"]
    assert len(signs(server)) == 2


async def test_when_the_menu_moves_so_do_its_signs(outbound: Outbound, server: Scripted) -> None:
    before = await sent(outbound, page("menu", signs=("1️⃣",)))
    await outbound.reactions.settled()
    after = await edited(outbound, before, page("text", "menu", signs=("1️⃣",)))
    await outbound.reactions.settled()
    assert redacted(server) == ["$event1"]
    assert signs(server) == [("$event0", "1️⃣"), (after.ids[1], "1️⃣")]


async def test_messages_do_not_wait_for_signs(outbound: Outbound, server: Scripted) -> None:
    gate = server.hold("/send/m.reaction/")
    await sent(outbound, page("menu", signs=("1️⃣", "2️⃣")))
    await server.until("/send/m.reaction/")
    await sent(outbound, page("An alert"), "2.1")
    assert bodies(server) == ["menu", "An alert"]
    assert len(signs(server)) == 1
    gate.set()
    await outbound.reactions.settled()


async def test_a_message_that_has_to_wait_stops_the_signs(outbound: Outbound, server: Scripted) -> None:
    server.refuse(SENDING, 429, TOO_MANY)
    await outbound.send(ANNA, page("one"), "1.1")
    await sent(outbound, page("menu", signs=("1️⃣",)), "2.1")
    await outbound.reactions.settled()
    assert signs(server) == []


async def test_an_edit_long_after_asks_only_where_there_may_be_signs(
    outbound: Outbound, server: Scripted, rooms: Rooms, ready: asyncio.Event, files: Folder
) -> None:
    with_signs = await sent(outbound, page("text", "menu", signs=("1️⃣",)))
    without = await sent(outbound, page("text", "news"), "2.1")
    await outbound.close()
    connection = server.connection()
    restarted = Outbound(connection, Settings(), rooms, None, files, ready)
    after = await edited(restarted, with_signs, page("Text", "Menu"))
    await edited(restarted, without, page("Text", "News"), "2.2")
    await edited(restarted, after, page("Text", "menu"), "1.3")
    await restarted.reactions.settled()
    assert [asked.path.split("/")[-3] for asked in server.all("GET .*/relations/")] == [with_signs.ids[1]]
    await restarted.close()
    await connection.close()
