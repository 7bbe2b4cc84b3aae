"""Messages on their way out to a real homeserver: what the person's client finds there."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.matrix.connection import Connection, part
from adapters.matrix.outbound import Outbound
from adapters.matrix.rooms import Rooms
from adapters.matrix.settings import Settings
from core.chat.files import Attachment, Draft, Media
from core.chat.messenger import Gone, Later, Receipt, Sent, Unreachable
from core.chat.pages import Page, Part
from tests.support.synapse import Credentials, Homeserver, a_homeserver
from tests.unit.matrix.test_media import Folder, drawing
from tests.unit.matrix.test_outbound import edited, page, sent

_NAMES = count()


class Stage:
    """A bot and a person on a homeserver. `outbound` can be made anew, as after a restart."""

    def __init__(self, server: Homeserver, bot: Credentials, anna: Credentials, folder: Path) -> None:
        self.url, self.anna, self.files = server.url, anna.user_id, Folder(folder)
        self.connection = signed_in(server, bot)
        self.hers = signed_in(server, anna)
        self.rooms = Rooms(self.connection, folder)
        self.outbound = self.made()

    def made(self) -> Outbound:
        ready = asyncio.Event()
        ready.set()
        return Outbound(self.connection, Settings(encrypted_rooms=False), self.rooms, None, self.files, ready)

    async def close(self) -> None:
        await self.outbound.close()
        self.rooms.close()
        await self.connection.close()
        await self.hers.close()

    async def joins(self, receipt: Receipt) -> str:
        """She accepts the invitation; the room."""
        room = receipt.note.split()[0]
        await self.hers.request("POST", f"/_matrix/client/v3/join/{part(room)}", {})
        return room

    async def timeline(self, room: str) -> list[dict[str, Any]]:
        """What her client shows, without state, oldest first."""
        answer = await self.hers.request(
            "GET", f"/_matrix/client/v3/rooms/{part(room)}/messages", query={"dir": "f", "limit": "200"}
        )
        return [event for event in answer["chunk"] if "state_key" not in event]

    async def signs(self, room: str) -> list[str]:
        """The reactions that are there, oldest first."""
        events = [event for event in await self.timeline(room) if event["type"] == "m.reaction"]
        return [event["content"]["m.relates_to"]["key"] for event in events if event["content"]]

    async def texts(self, room: str) -> list[str]:
        """The messages as she reads them: edited ones in their newest form, redacted ones not at all."""
        shown: dict[str, str] = {}
        for event in await self.timeline(room):
            content = event["content"]
            if event["type"] != "m.room.message" or not content:
                continue
            relation = content.get("m.relates_to", {})
            if relation.get("rel_type") == "m.replace":
                shown[relation["event_id"]] = content["m.new_content"]["body"]
            else:
                shown[event["event_id"]] = content["body"]
        return [*shown.values()]


def signed_in(server: Homeserver, who: Credentials) -> Connection:
    connection = Connection(server.url)
    connection.user, connection.device, connection.token = who.user_id, who.device_id, who.access_token
    return connection


@asynccontextmanager
async def staged(server: Homeserver, folder: Path) -> AsyncIterator[Stage]:
    number = next(_NAMES)
    bot, anna = await server.register(f"sending_bot_{number}"), await server.register(f"sending_anna_{number}")
    stage = Stage(server, bot, anna, folder)
    yield stage
    await stage.close()


@pytest.fixture
async def stage(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(homeserver, tmp_path) as made:
        yield made


async def test_a_page_arrives_in_order_and_once(stage: Stage) -> None:
    what = page(*(f"message {number}" for number in range(12)))
    first = await sent(stage.outbound, what, chat=stage.anna)
    await stage.outbound.close()
    stage.outbound = stage.made()
    assert await sent(stage.outbound, what, chat=stage.anna) == first
    room = await stage.joins(first)
    assert await stage.texts(room) == [f"message {number}" for number in range(12)]


async def test_an_edit_shows_what_is_wanted_now(stage: Stage) -> None:
    first = await sent(stage.outbound, page("one", "two", "three"), chat=stage.anna)
    room = await stage.joins(first)
    second = await edited(stage.outbound, first, page("one", "2"))
    assert await edited(stage.outbound, first, page("one", "2")) == second
    assert await stage.texts(room) == ["one", "2"]
    await edited(stage.outbound, second, page("one", "2", "new"), "1.3")
    assert await stage.texts(room) == ["one", "2", "new"]


async def test_what_is_deleted_is_gone(stage: Stage) -> None:
    receipt = await sent(stage.outbound, page("one", "two"), chat=stage.anna)
    room = await stage.joins(receipt)
    assert isinstance(await stage.outbound.delete(stage.anna, receipt), Sent)
    assert await stage.texts(room) == []
    await stage.connection.request("POST", f"/_matrix/client/v3/rooms/{part(room)}/leave", {})
    assert isinstance(await stage.outbound.delete(stage.anna, receipt), Sent)
    other = Receipt(("$unknown",), receipt.note)
    assert isinstance(await stage.outbound.delete(stage.anna, other), Gone)
    assert isinstance(await stage.outbound.edit(stage.anna, receipt, page("1", "2"), "1.9"), Gone)
    assert isinstance(await stage.outbound.send(stage.anna, page("1"), "2.1"), Unreachable)


async def test_a_menu_is_pressed_turned_and_pressed_again(stage: Stage) -> None:
    first = await sent(stage.outbound, page("menu", signs=("1️⃣", "2️⃣", "↩️")), chat=stage.anna)
    room = await stage.joins(first)
    await stage.outbound.reactions.settled()
    assert await stage.signs(room) == ["1️⃣", "2️⃣", "↩️"]
    path = f"/_matrix/client/v3/rooms/{part(room)}/send/m.reaction/"
    press = {"m.relates_to": {"rel_type": "m.annotation", "event_id": first.ids[0], "key": "2️⃣"}}
    hers = (await stage.hers.request("PUT", path + "a", press))["event_id"]
    stage.outbound.reactions.pressed(room, first.ids[0], hers)
    await stage.outbound.close()
    stage.outbound = stage.made()
    stage.outbound.reactions.pressed(room, first.ids[0], hers)
    await edited(stage.outbound, first, page("Menu", signs=("1️⃣", "2️⃣")))
    await stage.outbound.reactions.settled()
    assert await stage.signs(room) == ["1️⃣", "2️⃣"]
    await stage.hers.request("PUT", path + "b", press)


async def test_a_picture_arrives_with_its_small_copy(stage: Stage) -> None:
    content = drawing(1600, 800)
    photo = Attachment(
        media=Media.PHOTO, name="a.png", mime="image/png", size=len(content), content=stage.files.keep(content)
    )
    parts = (Part(attachments=(photo, Draft("a.txt", "text/plain", b"hello"))),)
    receipt = await sent(stage.outbound, Page(parts=parts), chat=stage.anna)
    picture, text = (event["content"] for event in await stage.timeline(await stage.joins(receipt)))
    assert (picture["msgtype"], picture["info"]["w"], text["msgtype"]) == ("m.image", 1600, "m.file")
    assert await downloaded(stage.hers, picture["url"]) == content
    small = Image.open(io.BytesIO(await downloaded(stage.hers, picture["info"]["thumbnail_url"])))
    assert small.size == (picture["info"]["thumbnail_info"]["w"], picture["info"]["thumbnail_info"]["h"]) == (800, 400)
    assert await downloaded(stage.hers, text["url"]) == b"hello"


async def test_nobody_is_told_from_somebody(stage: Stage) -> None:
    assert isinstance(await stage.outbound.send("@nobody:localhost", page("?"), "1.1"), Unreachable)
    assert isinstance(await stage.outbound.send("@karl:unknown.example.com", page("?"), "2.1"), Unreachable)
    assert isinstance(await stage.outbound.send("@", page("?"), "3.1"), Unreachable)


async def test_the_rooms_made_are_listed_as_private(stage: Stage) -> None:
    room = await stage.joins(await sent(stage.outbound, page("Hello"), chat=stage.anna))
    await stage.outbound.direct.settled()
    path = f"/_matrix/client/v3/user/{part(stage.connection.user)}/account_data/m.direct"
    assert await stage.connection.request("GET", path) == {stage.anna: [room]}


async def test_with_the_limits_of_a_new_server_messages_come_before_signs(tmp_path: Path) -> None:
    async with a_homeserver(limits="default") as server, staged(server, tmp_path) as stage:
        receipt = await sent(stage.outbound, page("menu", signs=("1️⃣", "2️⃣", "3️⃣")), chat=stage.anna)
        await stage.outbound.reactions.settled()
        outcomes = [await stage.outbound.send(stage.anna, page(f"{n}", signs=("1️⃣",)), f"2.{n}") for n in range(10)]
        waits = [outcome.seconds for outcome in outcomes if isinstance(outcome, Later)]
        assert waits
        assert 0 < max(waits) <= 5
        assert [type(outcome) for outcome in outcomes[:3]] == [Sent, Sent, Sent]
        await stage.outbound.reactions.settled()
        room = await stage.joins(receipt)
        arrived = sum(isinstance(outcome, Sent) for outcome in outcomes)
        assert len(await stage.texts(room)) == 1 + arrived


async def downloaded(connection: Connection, mxc: str) -> bytes:
    return b"".join([chunk async for chunk in connection.download(mxc, 10**8)])
