"""The way in of a bot on its own, and people who speak to it through a homeserver's plain interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from adapters.matrix.connection import Connection, part
from adapters.matrix.encryption import Encryption
from adapters.matrix.inbound import Inbound
from adapters.matrix.rooms import Rooms
from adapters.matrix.settings import Settings
from adapters.matrix.timing import Timing
from core.chat.events import Event, Said
from tests.support.clock import MovableClock
from tests.support.synapse import Homeserver
from tests.unit.telegram.conftest import Folder, MemoryInbox, stop

QUICK = Timing(poll=5.0, request=5.0, first_delay=0.001, longest_delay=0.002, patience=0.05, idle=0.0)


class Receiver:
    """A bot that only listens. Its files and its inbox outlive it."""

    def __init__(
        self,
        connection: Connection,
        folder: Path,
        *,
        settings: Settings | None = None,
        timing: Timing = QUICK,
        encryption: Encryption | None = None,
    ) -> None:
        self.connection, self.folder, self.timing, self.encryption = connection, folder, timing, encryption
        self.settings = settings or Settings()
        self.inbox, self.clock = MemoryInbox(), MovableClock()
        self.files = Folder(folder)
        self.heard: list[tuple[str, Event]] = []
        self.entered: list[tuple[str, str]] = []
        self._task: asyncio.Task[None] | None = None
        self.rooms = Rooms(connection, folder)
        self.inbound = self._made()

    def _made(self) -> Inbound:
        inbound = Inbound(
            self.connection, self.settings, self.rooms, self.encryption, self.files, self.clock, self.timing
        )
        inbound.heard = lambda room, event: self.heard.append((room, event))
        inbound.entered = lambda person, room: self.entered.append((person, room))
        return inbound

    async def start(self) -> None:
        """Listens, and is ready."""
        self.listen()
        async with asyncio.timeout(10):
            await self.inbound.ready.wait()

    def listen(self) -> None:
        """Listens, whether or not it ever gets ready."""
        self._task = asyncio.create_task(self.inbound.listen(self.inbox))

    async def stop(self) -> None:
        """Ends as a process does; what is in files stays."""
        if self._task is not None:
            await stop(self._task)
            self._task = None
        self.rooms.close()

    async def restart(self) -> None:
        """Starts anew from what is in files."""
        await self.stop()
        self.revive()
        await self.start()

    def revive(self) -> None:
        """Is there again, without listening yet."""
        self.rooms = Rooms(self.connection, self.folder)
        self.inbound = self._made()

    async def hears(self, *texts: str) -> list[Said]:
        """Waits until exactly these texts have been stored, in this order."""
        async with asyncio.timeout(10):
            while len(self.said()) < len(texts):
                await self.inbox.holds(len(self.inbox.events) + 1)
        assert [event.text for event in self.said()] == list(texts)
        return self.said()

    def said(self) -> list[Said]:
        """What was said so far."""
        return [event for event in self.inbox.events if isinstance(event, Said)]

    async def gets(self, kind: type[Event], number: int = 1) -> list[Event]:
        """Waits for so many events of a kind."""
        async with asyncio.timeout(10):
            while len(found := [event for event in self.inbox.events if isinstance(event, kind)]) < number:
                await self.inbox.holds(len(self.inbox.events) + 1)
        return found


class Member:
    """Somebody at a real homeserver."""

    _numbers = count()

    def __init__(self, connection: Connection) -> None:
        self.connection, self.id = connection, connection.user

    async def asks(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a request under /_matrix/client/v3."""
        return await self.connection.request(method, f"/_matrix/client/v3{path}", body)

    async def opens(self, *invited: str, **more: Any) -> str:
        """A new room with others."""
        body = {"preset": "private_chat", "invite": list(invited), **more}
        return str((await self.asks("POST", "/createRoom", body))["room_id"])

    async def says(self, room: str, text: str, **more: Any) -> str:
        """Sends a text; its event id."""
        return await self.sends(room, "m.room.message", {"msgtype": "m.text", "body": text, **more})

    async def sends(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """Sends an event; its id."""
        path = f"/rooms/{part(room)}/send/{kind}/{next(self._numbers)}"
        return str((await self.asks("PUT", path, content))["event_id"])

    async def edits(self, room: str, message: str, text: str) -> str:
        """Changes an own message; the id of the edit."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": message}
        return await self.says(room, f"* {text}", **{"m.new_content": new, "m.relates_to": relation})

    async def reacts(self, room: str, message: str, sign: str) -> str:
        """Reacts to a message; the id of the reaction."""
        relation = {"rel_type": "m.annotation", "event_id": message, "key": sign}
        return await self.sends(room, "m.reaction", {"m.relates_to": relation})

    async def does(self, room: str, what: str, **body: Any) -> None:
        """Joins, leaves, invites, kicks …"""
        await self.asks("POST", f"/rooms/{part(room)}/{what}", body)

    async def reads(self, room: str, event: str) -> None:
        """Has seen everything up to an event."""
        await self.asks("POST", f"/rooms/{part(room)}/receipt/m.read/{part(event)}", {})

    async def members(self, room: str) -> dict[str, str]:
        """Who is what in a room."""
        chunk = (await self.asks("GET", f"/rooms/{part(room)}/members"))["chunk"]
        return {event["state_key"]: event["content"]["membership"] for event in chunk}

    async def name_in(self, room: str) -> str:
        """The own display name in a room."""
        path = f"/rooms/{part(room)}/state/m.room.member/{part(self.id)}"
        return str((await self.asks("GET", path))["displayname"])

    async def sees_member(self, room: str, user: str, membership: str) -> None:
        """Waits until somebody is something in a room."""
        async with asyncio.timeout(10):
            while (await self.members(room)).get(user) != membership:
                await asyncio.sleep(0.02)


_numbers = count()


@asynccontextmanager
async def member(homeserver: Homeserver, name: str, device: str = "") -> AsyncIterator[Member]:
    """A new account, with a display name."""
    credentials = await homeserver.register(f"{name}-{next(_numbers)}-{id(homeserver):x}")
    connection = Connection(homeserver.url)
    connection.user, connection.device = credentials.user_id, credentials.device_id
    connection.token = credentials.access_token
    try:
        somebody = Member(connection)
        await somebody.asks("PUT", f"/profile/{part(somebody.id)}/displayname", {"displayname": name.title()})
        yield somebody
    finally:
        await connection.close()
