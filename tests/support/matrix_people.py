"""Somebody with a Matrix client of another make than the bot's: matrix-nio, with its own keys."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pytest
from nio import (
    AsyncClient,
    AsyncClientConfig,
    DownloadResponse,
    ErrorResponse,
    Response,
    RoomCreateResponse,
    SyncResponse,
)
from nio.api import RoomPreset
from nio.crypto import decrypt_attachment
from nio.event_builders import EnableEncryptionBuilder
from nio.store import SqliteMemoryStore
from PIL import Image, UnidentifiedImageError

from core.chat.events import Event, Left
from tests.support.line import Line
from tests.support.matrix_chat import Chat, Message, Option
from tests.support.people import Seen, TestPerson, as_seen
from tests.support.synapse import Credentials

_SYNC_FILTER = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {"timeline": {"limit": 100}, "ephemeral": {"types": []}, "account_data": {"types": []}},
}
_PATIENCE = 30.0
"""Seconds for the bot to come into a room."""


class Place(Protocol):
    """The homeserver with the bot, and how people open rooms there."""

    url: str
    bot: Credentials
    room_version: str
    encrypted: bool

    @property
    def choice_keys(self) -> int:
        """How many options of a menu have a reaction."""

    async def credentials(self, key: str) -> Credentials:
        """The account of somebody, made now if need be."""


class MatrixPerson(TestPerson):
    """Talks to the bot in a private room: the one it invited to, or one of the own making."""

    def __init__(self, key: str, line: Line, place: Place) -> None:
        super().__init__(key, line)
        self._place = place
        self._client: AsyncClient | None = None
        self._chat = Chat("", "")
        self._room: str | None = None
        self._presses = 0

    async def client(self) -> AsyncClient:
        """This person's client, signed in and synced."""
        if self._client is None:
            credentials = await self._place.credentials(self.key)
            config = AsyncClientConfig(
                encryption_enabled=self._place.encrypted, store=SqliteMemoryStore, max_timeouts=1, request_timeout=30
            )
            client = AsyncClient(self._place.url, credentials.user_id, store_path="memory", config=config)
            client.restore_login(credentials.user_id, credentials.device_id, credentials.access_token)
            self._client, self._chat = client, Chat(credentials.user_id, self._place.bot.user_id)
            await self._sync()
        return self._client

    @property
    def has_dm(self) -> bool:
        """Whether there is a private room with the bot."""
        return self._room is not None

    async def opens_dm(self) -> str:
        """The private room with the bot; made, and waited for the bot, when there is none."""
        client = await self.client()
        if self._room is None:
            made = await client.room_create(
                is_direct=True,
                preset=RoomPreset.trusted_private_chat,
                invite=[self._place.bot.user_id],
                room_version=self._place.room_version,
                initial_state=[EnableEncryptionBuilder().as_dict()] if self._place.encrypted else [],
            )
            assert isinstance(made, RoomCreateResponse), made
            self._room = made.room_id
            await self.meets_bot(made.room_id)
        return self._room

    async def meets_bot(self, room: str) -> None:
        """Waits until the bot is in a room."""
        async with asyncio.timeout(_PATIENCE):
            while not self._bot_is_in(room):
                await self._sync(wait=2000)

    async def says(self, text: str) -> None:
        # Common clients keep commands with a slash for themselves.
        command = f"!{text.removeprefix('/')}" if text.startswith("/") else text
        await self.sends({"msgtype": "m.text", "body": command, "m.mentions": {}})

    async def replies(self, text: str, *, to: str) -> None:
        message = next(message for message in reversed(self._chat.messages()) if to in message.text)
        relation = {"m.in_reply_to": {"event_id": message.id}}
        await self.sends({"msgtype": "m.text", "body": text, "m.mentions": {}, "m.relates_to": relation})

    async def presses(self, label: str, *, of: str | None = None) -> None:
        """Chooses an option in one of the ways that name its menu, another one each time: by its reaction where it has
        one, by its number in a reply."""
        menus = [message for message in self._chat.messages() if message.options()]
        for menu in reversed(menus):
            options = menu.options()
            for option in options:
                if label in as_seen(option.label) and (of is None or of in as_seen(menu.text)):
                    await self._chooses(menu, option, options)
                    return
        raise AssertionError(f"{self.key} sees no option {label!r}; the chat shows:\n{self.chat()}")

    async def attaches(self, name: str, content: bytes, mime: str, caption: str = "") -> None:
        kind = "m.image" if mime.startswith("image/") else "m.file"
        file = await self.uploads(name, content, mime)
        await self.sends({"msgtype": kind, "body": caption or name, "filename": name, **file})

    async def uploads(self, name: str, content: bytes, mime: str) -> dict[str, Any]:
        """Puts a file where others can fetch it; what a message says of it."""
        client = await self.client()
        kept, keys = await client.upload(
            io.BytesIO(content), mime, filename=name, encrypt=self._place.encrypted, filesize=len(content)
        )
        assert not isinstance(kept, ErrorResponse), kept
        file = {"file": {**keys, "url": kept.content_uri}} if keys else {"url": kept.content_uri}
        return {"info": {"mimetype": mime, "size": len(content), **_pixels(content)}, **file}

    async def downloads(self, content: Mapping[str, Any]) -> bytes:
        """The bytes of the file of a message."""
        client, keys = await self.client(), content.get("file")
        found = await client.download(mxc=keys["url"] if keys else content["url"])
        assert isinstance(found, DownloadResponse), found
        body: bytes = found.body
        if keys:
            body = decrypt_attachment(body, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
        return body

    async def shares_phone(self, phone: str) -> None:
        pytest.skip("Matrix has no contacts: nobody vouches for a number that is typed")

    async def leaves(self) -> None:
        client, room = await self.client(), await self.opens_dm()
        accepted(await client.room_leave(room))
        self._room = None
        account = client.user_id
        await self.line.hears(lambda event: isinstance(event, Left) and event.account == account)

    def messages(self) -> Sequence[Seen]:
        return [message.seen() for message in self.view.messages()]

    @property
    def view(self) -> Chat:
        """What the bot wrote, in all rooms."""
        return self._chat

    async def arrives(self) -> None:
        """What is sent before a device has given its keys cannot be read by it."""
        if self._place.encrypted:
            await self.client()

    async def refresh(self) -> None:
        """Everything that the bot sent is with the server by now: what a sync does not bring is not there."""
        await self.client()
        await self._sync()

    async def close(self) -> None:
        """Ends the client."""
        if self._client is not None:
            await self._client.close()

    async def _chooses(self, menu: Message, option: Option, options: Sequence[Option]) -> None:
        self._presses += 1
        keys = self._place.choice_keys - sum(bool(each.sign) for each in options)
        sign = option.sign or (f"{option.number}\ufe0f\u20e3" if 0 < (option.number or 0) <= min(keys, 9) else "")
        if sign and self._presses % 2:
            await self.reacts(menu.id, sign)
        else:
            reply = {"m.relates_to": {"m.in_reply_to": {"event_id": menu.id}}}
            said = str(option.number or option.label)
            await self.sends({"msgtype": "m.text", "body": said, "m.mentions": {}, **reply})

    async def reacts(self, message: str, sign: str) -> str:
        """A reaction; its id. As clients do, a reaction that still stands is taken back before it is given again."""
        client, room = await self.client(), await self.opens_dm()
        await self._sync()
        standing = self._chat.reaction(message, sign)
        if standing is not None:
            accepted(await client.room_redact(room, standing))
        return await self.sends(
            {"m.relates_to": {"rel_type": "m.annotation", "event_id": message, "key": sign}}, "m.reaction"
        )

    async def sends(self, content: dict[str, Any], kind: str = "m.room.message", *, room: str | None = None) -> str:
        """Any event, in the private room unless another is given; its id, once the bot has it."""
        client, room = await self.client(), room or await self.opens_dm()
        sent = await client.room_send(room, kind, content, ignore_unverified_devices=True)
        accepted(sent)
        event_id = str(sent.event_id)

        def is_it(event: Event) -> bool:
            return event.id == event_id

        await self.line.hears(is_it)
        return event_id

    async def _sync(self, wait: int = 0) -> None:
        """Takes in what is new, accepts the bot's invites and looks into their rooms."""
        client = self._client
        assert client is not None
        again = True
        while again:
            response = await client.sync(timeout=wait, sync_filter=_SYNC_FILTER)
            assert isinstance(response, SyncResponse), response
            if client.olm is not None:
                await self._keeps_keys(client)
            for room in response.rooms.join.values():
                for event in room.timeline.events:
                    self._chat.take(event.source)
            again = await self._accepts_invites(client)

    async def _accepts_invites(self, client: AsyncClient) -> bool:
        invited = [room for room in client.invited_rooms.values() if room.inviter == self._place.bot.user_id]
        for room in invited:
            accepted(await client.join(room.room_id))
            self._room = room.room_id
        return bool(invited)

    async def _keeps_keys(self, client: AsyncClient) -> None:
        if client.should_upload_keys:
            accepted(await client.keys_upload())
        if client.should_query_keys:
            accepted(await client.keys_query())

    def _bot_is_in(self, room_id: str) -> bool:
        assert self._client is not None
        room = self._client.rooms.get(room_id)
        inside = set(room.users) - set(room.invited_users) if room is not None else set()
        return self._place.bot.user_id in inside


def accepted(response: Response) -> None:
    """AssertionError when the homeserver refused something."""
    assert not isinstance(response, ErrorResponse), response


def _pixels(content: bytes) -> dict[str, int]:
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return {"w": picture.width, "h": picture.height}
    except UnidentifiedImageError:
        return {}
