"""A bot that a homeserver's admin made an application service: no limits count for it, and it reads and encrypts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
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
from tests.support.synapse import OwnHomeserver, a_homeserver
from tests.unit.matrix.secret import SecretPerson, a_person
from tests.unit.matrix.test_media import Folder
from tests.unit.telegram.conftest import MemoryInbox, stop

BOT = "@kollega:localhost"
MORE_THAN_THE_LIMIT = 30
"""Messages: a server with its usual limits takes ten of an account at once, and one every five seconds."""


_SECRET = "between-the-two-servers"
_SCOPE = "urn:matrix:client:api:* urn:matrix:client:device:PHONE"


async def test_a_service_reads_encrypts_and_has_no_limits(tmp_path: Path) -> None:
    registered = registration(BOT)
    async with (
        a_homeserver(limits="default", service=registered) as server,
        a_person(server, tmp_path / "person") as person,
    ):
        await sends_many(server, registered, person, tmp_path)


@pytest.mark.parametrize("delegated", [False, True])
async def test_a_service_makes_its_own_device(tmp_path: Path, delegated: bool) -> None:
    """Where the registration wants it (MSC4190), and where all accounts are kept by an authentication service."""
    registered = registration(BOT)
    if not delegated:
        registered += "io.element.msc4190: true\n"
        async with a_homeserver(service=registered) as server, a_person(server, tmp_path / "person") as person:
            await sends_many(server, registered, person, tmp_path)
        return
    async with an_authentication_service() as place:
        more = {
            "matrix_authentication_service": {"enabled": True, "endpoint": place, "secret": _SECRET},
            "password_config": {"enabled": False},
        }
        async with a_homeserver(service=registered, more=more) as server:
            login = await provided(server, "anna")
            async with a_person(server, tmp_path / "person", login) as person:
                await sends_many(server, registered, person, tmp_path)


@asynccontextmanager
async def an_authentication_service() -> AsyncIterator[str]:
    """What a homeserver asks of the service that keeps its accounts: whose token this is. The address."""

    async def introspect(request: web.Request) -> web.Response:
        name = (await request.post()).get("token")
        known = {"active": True, "username": name, "sub": name, "scope": _SCOPE, "expires_in": 300}
        return web.json_response(known)

    application = web.Application()
    application.router.add_post("/oauth2/introspect", introspect)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site_address(runner)
    finally:
        await runner.cleanup()


def site_address(runner: web.AppRunner) -> str:
    """Where a server listens."""
    host, port, *_ = runner.addresses[0]
    return f"http://{host}:{port}"


async def provided(server: OwnHomeserver, name: str) -> dict[str, Any]:
    """An account as the authentication service gives it to the homeserver, with one device."""
    for what, body in (("provision_user", {}), ("upsert_device", {"device_id": "PHONE"})):
        await server.request("POST", f"/_synapse/mas/{what}", {"localpart": name, **body}, token=_SECRET, made=True)
    return {"user_id": f"@{name}:{server.name}", "device_id": "PHONE", "access_token": name}


async def sends_many(server: OwnHomeserver, registered: str, person: SecretPerson, folder: Path) -> None:
    """The bot signs in as a service, and the person reads all that it sends."""
    (token,) = re.findall(r'as_token: "(.*)"', registered)
    around = Surroundings(
        files=Folder(folder),
        data_dir=folder,
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
    assert "is verified" in str(health)
    await stop(listening)
    await bot.close()
