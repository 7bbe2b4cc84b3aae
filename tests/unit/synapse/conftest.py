"""A bot of a few lines on the homeserver, with somebody to talk to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from nio import AsyncClient, AsyncClientConfig, ErrorResponse, RoomSendResponse, SyncResponse
from nio.store import SqliteMemoryStore

from core.chat.events import Event, Left
from tests.support.matrix_people import MatrixPerson
from tests.support.synapse import Credentials, Homeserver
from tests.support.world import World

MENU = "Menu\n\n1. News\n2. People\n3. ↩️ Back\n\nAnswer with a number."


class ScriptedBot(World):
    """Does what the test says; `hears` is the world's, so that people can wait for it."""

    def __init__(self, server: Homeserver, bot: Credentials, *, encrypted: bool) -> None:
        self.url, self.bot, self.encrypted = server.url, bot, encrypted
        self.choice_keys = 8
        self.room_version = "11" if encrypted else "12"
        self.server = server
        self.events: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()
        config = AsyncClientConfig(encryption_enabled=encrypted, store=SqliteMemoryStore)
        self.client = AsyncClient(server.url, bot.user_id, config=config)
        self.client.restore_login(bot.user_id, bot.device_id, bot.access_token)

    async def credentials(self, key: str) -> Credentials:
        return await self.server.register(f"{key}-{uuid4().hex}")

    async def runs(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.looks(wait=5000)

    async def looks(self, wait: int = 0) -> None:
        """Takes in what is new, and goes where it is invited to."""
        response = await self.client.sync(timeout=wait)
        assert isinstance(response, SyncResponse)
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        for room in list(self.client.invited_rooms):
            await self.client.join(room)
        for joined in response.rooms.join.values():
            self.events += [event.source for event in joined.timeline.events]
        for left in response.rooms.leave.values():
            self.events += [event.source for event in left.timeline.events]
        async with self._changed:
            self._changed.notify_all()

    async def hears(self, what: Callable[[Event], bool]) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: any(what(_event(event)) for event in self.events))

    async def sends(self, content: dict[str, Any], kind: str = "m.room.message") -> str:
        """Into its only room; the event's id."""
        (room,) = self.client.rooms
        sent = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        assert isinstance(sent, RoomSendResponse)
        return str(sent.event_id)

    async def edits(self, message: str, text: str) -> str:
        """Another text for a message."""
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": message}
        return await self.sends(
            {"msgtype": "m.text", "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        )

    async def redacts(self, event: str) -> None:
        """Removes something."""
        (room,) = self.client.rooms
        assert not isinstance(await self.client.room_redact(room, event), ErrorResponse)


def _event(source: dict[str, Any]) -> Event:
    kind = Left if source["content"].get("membership") == "leave" else Event
    return kind(
        messenger="matrix", id=source["event_id"], at=datetime.now(UTC), account=source["sender"], chat=source["sender"]
    )


@pytest.fixture(params=[False, True], ids=["plain", "encrypted"])
async def bot(request: pytest.FixtureRequest, homeserver: Homeserver) -> AsyncIterator[ScriptedBot]:
    """A bot that has been online once."""
    bot = ScriptedBot(homeserver, await homeserver.register(f"bot-{uuid4().hex}"), encrypted=request.param)
    await bot.looks()
    running = asyncio.create_task(bot.runs())
    yield bot
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bot.client.close()


@pytest.fixture
async def anna(bot: ScriptedBot) -> AsyncIterator[MatrixPerson]:
    """Somebody who has not written yet."""
    person = MatrixPerson("anna", bot, bot)
    yield person
    await person.close()
