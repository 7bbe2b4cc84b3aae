"""A bot that a homeserver's admin made an application service: no limits count for it, and it reads and encrypts."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from nio import RoomMessageText
from pydantic import SecretStr

import adapters.matrix
from adapters.matrix.registration import registration
from adapters.matrix.settings import Settings
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from core.chat.blocks import Paragraph
from core.chat.messenger import Sent
from core.chat.pages import Page, Part
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.synapse import a_homeserver
from tests.unit.matrix.secret import a_person
from tests.unit.matrix.test_media import Folder
from tests.unit.telegram.conftest import MemoryInbox, stop

BOT = "@kollega:localhost"
MORE_THAN_THE_LIMIT = 30
"""Messages: a server with its usual limits takes ten of an account at once, and one every five seconds."""


async def test_a_service_reads_encrypts_and_has_no_limits(tmp_path: Path) -> None:
    registered = registration(BOT)
    (token,) = re.findall(r'as_token: "(.*)"', registered)
    async with (
        a_homeserver(limits="default", service=registered) as server,
        a_person(server, tmp_path / "person") as person,
    ):
        around = Surroundings(
            files=Folder(tmp_path),
            data_dir=tmp_path,
            clock=MovableClock(),
            languages=Languages("en"),
            key_for=key_for,
        )
        settings = Settings(homeserver=server.url, user_id=BOT, access_token=SecretStr(token), reaction_keys=0)
        bot = adapters.matrix.create(settings, around)
        assert bot is not None
        inbox = MemoryInbox()
        listening = asyncio.create_task(bot.listen(inbox))
        rooms = set()
        for number in range(MORE_THAN_THE_LIMIT):
            page = Page(parts=(Part(blocks=(Paragraph((f"Message {number}",)),)),))
            outcome = await bot.send(person.id, page, f"{number}.1")
            assert isinstance(outcome, Sent), outcome
            rooms.add(outcome.receipt.note.split()[0])
        (room,) = rooms
        await person.client.join(room)
        heard = (await person.client.sync(timeout=0, full_state=True)).rooms.join[room].timeline.events
        texts = [event.body for event in heard if isinstance(event, RoomMessageText)]
        assert texts[-1] == f"Message {MORE_THAN_THE_LIMIT - 1}"
        health = await bot.check()
        assert health.ok
        assert "is verified" in health.state
        await stop(listening)
        await bot.close()
