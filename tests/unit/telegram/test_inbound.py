"""Receiving by polling and by webhook: nothing is lost, whatever ends in between."""

import asyncio
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe
from aiohttp import ClientConnectorCertificateError, ClientSession, web
from aiohttp.client_reqrep import ConnectionKey
from pydantic import SecretStr
from structlog.testing import capture_logs

from adapters.telegram.faults import fault
from adapters.telegram.messenger import TelegramMessenger
from adapters.telegram.settings import Settings
from core.chat.adapter import Surroundings
from core.chat.blocks import Paragraph
from core.chat.events import Attached, Edited, Left, Pressed, Said, SharedContact
from core.chat.files import Loss
from core.chat.messenger import MenuCommand
from core.chat.pages import Key, Page, Part, Press
from core.chat.phrases import Phrase, phrase
from tests.support.botapi import PNG, BotApiServer, ResetBefore, ServerError, TelegramUser, Upload
from tests.unit.telegram.conftest import QUICK, TOKEN, Folder, MemoryInbox, stop

KEYS = Page(parts=(Part(blocks=(Paragraph(("a",)),), rows=((Key("Go", Press("x")),),)),))
Listen = Callable[[], "asyncio.Task[None]"]
SECRET = "hook_secret"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def test_everything_a_person_does_arrives(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    listen()
    said = await anna.says("hello")
    await inbox.holds(1)
    await messenger.send(str(anna.id), KEYS, "1")
    press = await anna.presses(anna.messages[-1], "Go")
    await anna.shares_contact()
    await anna.edits(said, "hello!")
    await anna.blocks()
    events = await inbox.holds(5)
    assert [type(event) for event in events] == [Said, Pressed, SharedContact, Edited, Left]
    pressed = events[1]
    assert isinstance(pressed, Pressed)
    await messenger.acknowledge(pressed, "Done " * 100)
    await messenger.acknowledge(pressed, "again")
    answer = await anna.expect_answer(press)
    assert answer.text.startswith("Done Done")
    await server.drained()
    assert not server.mistakes


async def test_a_late_answer_to_a_press_is_ignored(messenger: TelegramMessenger) -> None:
    press = Pressed(
        messenger="telegram", id="1", at=datetime.now(UTC), account="1", chat="1", data="x", message="1", press="old"
    )
    await messenger.acknowledge(press, None)


async def test_an_answer_to_a_press_is_tried_again(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    listen()
    await messenger.send(str(anna.id), KEYS, "1")
    press = await anna.presses(anna.messages[-1], "Go")
    (pressed,) = await inbox.holds(1)
    assert isinstance(pressed, Pressed)
    server.fails(ServerError(), times=1, method="answerCallbackQuery")
    server.fails(ResetBefore(), times=1, method="answerCallbackQuery")
    await messenger.acknowledge(pressed, "Done")
    assert press.answer is not None
    assert press.answer.text == "Done"


async def test_a_press_that_cannot_be_read_is_answered_all_the_same(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    listen()
    await messenger.send(str(anna.id), KEYS, "1")
    with patch("tests.support.botapi.world.press_json", lambda press, _: {"id": press.id, "from": "nobody"}):
        press = await anna.presses(anna.messages[-1], "Go")
    await anna.expect_answer(press)
    assert inbox.events == []


async def test_files_are_kept_before_their_event_is(
    server: BotApiServer, anna: TelegramUser, inbox: MemoryInbox, files: Folder, listen: Listen
) -> None:
    listen()
    await anna.sends_album([Upload(content=PNG + b"1", caption="look"), Upload(content=PNG + b"2")])
    await anna.sends_document(b"text", "a.txt", "text/plain")
    await anna.sends_voice(b"OggS1")
    events = await inbox.holds(4)
    contents = []
    for event in events:
        assert isinstance(event, Attached)
        contents.append(files.path(event.attachment.content).read_bytes())
    assert contents == [PNG + b"1", PNG + b"2", b"text", b"OggS1"]
    first, second = events[:2]
    assert isinstance(first, Attached)
    assert isinstance(second, Attached)
    assert first.album is not None
    assert first.album == second.album
    assert first.caption == "look"


async def test_a_file_that_cannot_be_kept_is_a_loss_and_not_a_lost_message(
    server: BotApiServer, anna: TelegramUser, inbox: MemoryInbox, files: Folder, listen: Listen
) -> None:
    listen()
    files.full = True
    await anna.sends_document(b"text", "a.txt")
    await inbox.holds(1)
    files.full = False
    server.fails(ServerError(), times=3, method="getFile")
    await anna.sends_document(b"text", "b.txt")
    await inbox.holds(2)
    server.fails(ServerError(), times=2, method="getFile")
    await anna.sends_document(b"text", "c.txt")
    losses = [event.attachment.loss for event in await inbox.holds(3) if isinstance(event, Attached)]
    assert losses == [Loss.DISK_FULL, Loss.NOT_FETCHED, None]


async def test_a_restart_at_any_point_loses_nothing_and_repeats_nothing(
    server: BotApiServer, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    for number in range(5):
        task = listen()
        await anna.says(str(number))
        await inbox.holds(number + 1)
        await stop(task)
    listen()
    await anna.says("last")
    events = await inbox.holds(6)
    assert [event.text for event in events if isinstance(event, Said)] == ["0", "1", "2", "3", "4", "last"]
    await server.drained()
    assert server.world.updates.pending == []


async def test_events_that_were_not_stored_come_again(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    inbox.broken = 3
    listen()
    await anna.says("kept")
    (event,) = await inbox.holds(1)
    assert isinstance(event, Said)
    await server.drained()
    assert (await messenger.check()).ok


async def test_failures_of_the_server_pass(
    server: BotApiServer, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    server.fails(ServerError(html=True), times=2, method="deleteWebhook")
    server.fails(ServerError(), times=2, method="getUpdates")
    listen()
    await anna.says("one")
    await inbox.holds(1)
    await server.stop()
    await server.start()
    await anna.says("two")
    assert len(await inbox.holds(2)) == 2


async def test_an_update_that_nobody_understands_does_not_hold_up_the_others(
    server: BotApiServer, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    server.world.updates.add("message", anna.id, {"message_id": "many", "chat": []})
    listen()
    with capture_logs() as logs:
        await anna.says("secret words")
        await inbox.holds(1)
        await server.drained()
    assert "telegram_update_unreadable" in [line["event"] for line in logs]
    assert "secret" not in str(logs)


async def test_a_second_poller_is_named(server: BotApiServer, listen: Listen) -> None:
    listen()
    await server.until(lambda: server.world.updates._poll is not None)
    with capture_logs() as logs:
        async with ClientSession() as other, other.get(f"{server.url}/bot{TOKEN}/getUpdates?timeout=0") as response:
            assert response.status == 200
        await server.until(lambda: len(server.journal.of("getUpdates")) >= 3)
        await server.until(lambda: server.world.updates._poll is not None)
    assert "Another program" in str(logs)


async def test_a_webhook_that_was_left_behind_is_removed(
    server: BotApiServer, anna: TelegramUser, inbox: MemoryInbox, listen: Listen
) -> None:
    async with ClientSession() as other:
        await other.get(f"{server.url}/bot{TOKEN}/setWebhook?url=https://old.example.org/hook")
    listen()
    await anna.says("one")
    await inbox.holds(1)
    assert "getUpdates" not in [call.method for call in server.mistakes]


async def test_a_revoked_token_is_a_state_and_no_secret_is_logged(
    server: BotApiServer,
    messenger: TelegramMessenger,
    anna: TelegramUser,
    inbox: MemoryInbox,
    listen: Listen,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        listen()
        await server.until(lambda: server.world.updates._poll is not None)
        await server.revoke_token()
        await server.until(lambda: len([call for call in server.requests if call.code == 401]) >= 2)
        health = await messenger.check()
        assert (health.ok, "token" in str(health)) == (False, True)
        server.restore_token()
        await anna.says("back")
        await inbox.holds(1)
    assert "@BotFather" in str(logs)
    assert TOKEN not in str(logs) + caplog.text


async def test_commands_are_listed_by_language_and_chat(
    server: BotApiServer, messenger: TelegramMessenger, anna: TelegramUser
) -> None:
    boris = server.user(id=502, first_name="B", language_code="de", started=True)
    english = [MenuCommand("news", "News"), MenuCommand("Bad Name", "x"), MenuCommand("empty", " ")]
    await messenger.announce({"en": english, "ru": [MenuCommand("news", "Новости")]})
    await messenger.announce({"en": [], "ru": [MenuCommand("publish", "x" * 300)]}, str(anna.id))
    assert boris.commands == [{"command": "news", "description": "Новости"}]
    assert [command["command"] for command in anna.commands] == ["publish"]
    await messenger.announce({"ru": []}, "@nobody")
    await messenger.announce({"ru": [MenuCommand("a", "b")]}, "999999")


@pytest.fixture
async def hooked(
    server: BotApiServer, surroundings: Surroundings, inbox: MemoryInbox
) -> AsyncIterator[tuple[TelegramMessenger, str]]:
    """A messenger behind a web server, not listening yet, and the address of its webhook."""
    entrance = socket.socket()
    entrance.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{entrance.getsockname()[1]}/telegram/hook"
    settings = Settings(
        token=SecretStr(TOKEN), api_server=server.url, webhook_url=url, webhook_secret=SecretStr(SECRET)
    )
    messenger = TelegramMessenger(settings, surroundings, QUICK)
    app = web.Application()
    app.add_routes(messenger.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.SockSite(runner, entrance).start()
    yield messenger, url
    await messenger.close()
    await runner.cleanup()


async def test_a_webhook_receives_and_a_failed_store_is_repeated(
    server: BotApiServer,
    hooked: tuple[TelegramMessenger, str],
    anna: TelegramUser,
    inbox: MemoryInbox,
) -> None:
    task = asyncio.create_task(hooked[0].listen(inbox))
    await server.until(lambda: server.world.webhook)
    inbox.broken = 2
    await anna.says("one")
    await anna.says("two")
    events = await inbox.holds(2)
    assert [event.text for event in events if isinstance(event, Said)] == ["one", "two"]
    await server.drained()
    assert server.world.webhook["secret"] == SECRET
    assert not server.mistakes
    await stop(task)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, "{}", 401),
        ({HEADER: "wrong"}, "{}", 401),
        ({HEADER: "тайна"}, "{}", 401),
        ({HEADER: SECRET}, "{", 400),
        ({HEADER: SECRET}, "[" * 100_000, 400),
        ({HEADER: SECRET}, json.dumps({"update_id": 1, "x": "y" * 2**20}), 413),
        ({HEADER: SECRET}, json.dumps({"nonsense": True}), 200),
    ],
)
async def test_a_webhook_lets_only_telegram_in(
    server: BotApiServer,
    hooked: tuple[TelegramMessenger, str],
    inbox: MemoryInbox,
    headers: dict[str, str],
    body: str,
    status: int,
) -> None:
    messenger, url = hooked
    task = asyncio.create_task(messenger.listen(inbox))
    await server.until(lambda: server.world.webhook)
    async with ClientSession() as session, session.post(url, headers=headers, data=BytesIO(body.encode())) as response:
        assert response.status == status
    assert inbox.events == []
    await stop(task)


@pytest.mark.parametrize(
    ("head", "status"),
    [(b"Content-Length: 100\r\n\r\n{", b"408"), (b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", b"400")],
    ids=["slow", "broken"],
)
async def test_a_body_that_does_not_come_is_waited_for_only_so_long(
    server: BotApiServer,
    hooked: tuple[TelegramMessenger, str],
    inbox: MemoryInbox,
    monkeypatch: pytest.MonkeyPatch,
    head: bytes,
    status: bytes,
) -> None:
    messenger, url = hooked
    monkeypatch.setattr(messenger._inbound, "_timing", replace(QUICK, body=0.05))
    task = asyncio.create_task(messenger.listen(inbox))
    await server.until(lambda: server.world.webhook)
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(f"POST {urlsplit(url).path} HTTP/1.1\r\nHost: a\r\n{HEADER}: {SECRET}\r\n".encode() + head)
    async with asyncio.timeout(30):
        assert status in await reader.readline()
    writer.close()
    await stop(task)
    assert inbox.events == []


async def test_a_webhook_to_which_telegram_does_not_get_through_is_named(
    server: BotApiServer, hooked: tuple[TelegramMessenger, str], anna: TelegramUser, inbox: MemoryInbox
) -> None:
    messenger, _ = hooked
    health = await messenger.examine()
    assert health is not None
    assert health.state == phrase("The webhook of this bot leads to {place}", place="—")
    task = asyncio.create_task(messenger.listen(inbox))
    await server.until(lambda: server.world.webhook)
    assert await messenger.examine() is None
    inbox.broken = 10**6
    await anna.says("one")
    await server.until(lambda: "last_error_message" in server.world.webhook)
    health = await messenger.examine()
    assert health is not None
    assert isinstance(health.state, Phrase)
    assert (await messenger.check()).ok, "readiness does not depend on calls that come only to who is ready"
    assert (health.ok, health.state.values["count"], "503" in str(health.state.values["reason"])) == (False, 1, True)
    inbox.broken = 0
    await inbox.holds(1)
    await stop(task)


def test_a_clock_that_is_wrong_is_named_where_certificates_are_refused() -> None:
    error = TelegramNetworkError(method=GetMe(), message="")
    key = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
    error.__cause__ = ClientConnectorCertificateError(key, ssl.SSLCertVerificationError("certificate is not yet valid"))
    remedy = fault(error).remedy
    assert isinstance(remedy, Phrase)
    assert "clock" in remedy.text


async def test_nobody_listens_yet(hooked: tuple[TelegramMessenger, str]) -> None:
    async with ClientSession() as session, session.post(hooked[1], headers={HEADER: SECRET}, data="{}") as response:
        assert response.status == 503
