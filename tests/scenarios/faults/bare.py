"""Somebody who talks to a homeserver in bare requests: faster than any client, and writing what none would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import quote

from tests.support.matrix_chat import Chat, Message
from tests.support.synapse import Credentials, Homeserver


class Bare:
    """An account in plain rooms. AssertionError when the homeserver refuses something."""

    def __init__(self, server: Homeserver, who: Credentials) -> None:
        self.id = who.user_id
        self._server, self._token = server, who.access_token
        self._transactions = count(1)

    async def asks(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Any request; `path` follows /_matrix/client/v3."""
        return await self._server.request(method, "/_matrix/client/v3" + path, body, token=self._token)

    async def opens(self, *invited: str, direct: bool = True, version: str = "12") -> str:
        """A new room, with everybody invited."""
        wanted = {
            "preset": "trusted_private_chat" if direct else "private_chat",
            "is_direct": direct,
            "invite": list(invited),
            "room_version": version,
        }
        return str((await self.asks("POST", "/createRoom", wanted))["room_id"])

    async def sends(self, room: str, content: Mapping[str, Any], kind: str = "m.room.message") -> str:
        """Any event; its id."""
        path = f"/rooms/{quote(room, safe='')}/send/{quote(kind, safe='')}/t{next(self._transactions)}"
        return str((await self.asks("PUT", path, content))["event_id"])

    async def says(self, room: str, text: str, **more: Any) -> str:
        return await self.sends(room, {"msgtype": "m.text", "body": text, "m.mentions": {}, **more})

    async def reacts(self, room: str, message: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": message, "key": key}
        return await self.sends(room, {"m.relates_to": relation}, "m.reaction")

    async def redacts(self, room: str, event: str) -> None:
        path = f"/rooms/{quote(room, safe='')}/redact/{quote(event, safe='')}/t{next(self._transactions)}"
        await self.asks("PUT", path, {})

    async def invites(self, room: str, who: str) -> None:
        await self.asks("POST", f"/rooms/{quote(room, safe='')}/invite", {"user_id": who})

    async def joins(self, room: str) -> None:
        await self.asks("POST", f"/rooms/{quote(room, safe='')}/join", {})

    async def leaves(self, room: str) -> None:
        await self.asks("POST", f"/rooms/{quote(room, safe='')}/leave", {})

    async def timeline(self, room: str) -> list[dict[str, Any]]:
        """Everything that happened in a room, the oldest first."""
        found: list[dict[str, Any]] = []
        start = ""
        while True:
            path = f"/rooms/{quote(room, safe='')}/messages?dir=f&limit=500{start}"
            answer = await self.asks("GET", path)
            found += answer["chunk"]
            if not answer.get("end"):
                return found
            start = f"&from={answer['end']}"

    async def messages(self, room: str, of: str) -> list[Message]:
        """What the room shows of somebody's messages, as a client does."""
        chat = Chat(self.id, of)
        for event in await self.timeline(room):
            if event["sender"] == of:
                chat.take(event)
        return chat.messages()

    async def texts(self, room: str, of: str) -> list[str]:
        """The same as texts."""
        return [message.text for message in await self.messages(room, of)]

    async def members(self, room: str) -> dict[str, str]:
        """How everybody stands to a room."""
        answer = await self.asks("GET", f"/rooms/{quote(room, safe='')}/members")
        return {event["state_key"]: event["content"]["membership"] for event in answer["chunk"]}

    async def received(self, of: str) -> list[str]:
        """All texts from somebody in all rooms of this account, which takes every invite."""
        while True:
            # An identical first question would be answered from the memory of the homeserver.
            answer = await self.asks("GET", f"/sync?timeout={next(self._transactions)}")
            rooms = answer.get("rooms", {})
            if not rooms.get("invite"):
                found = [await self.texts(room, of) for room in rooms.get("join", {})]
                return [text for texts in found for text in texts]
            await asyncio.gather(*map(self.joins, rooms["invite"]))


async def until(condition: Callable[[], bool], within: float = 60) -> None:
    """Waits until something is so. TimeoutError when it does not become so in time."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)
