"""The bot is killed between any two things that it does: each message is answered, and nobody sees anything twice."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix.messenger import MatrixMessenger
from adapters.matrix.outbound import Outbound
from adapters.matrix.rooms import Rooms
from bot.talk.dispatch import Dispatcher
from bot.talk.intake import StoredInbox
from core.chat.files import Attachment, Media
from core.chat.screens import Screen, paragraph
from core.delivery import Priority, Send, ToPerson
from storage.files import FileStore
from tests.scenarios.faults.installation import Installation, installed
from tests.support.notices import WORD
from tests.support.synapse import Homeserver

Ends = Callable[[type, str, bool], asyncio.Event]


@pytest.fixture
async def world(
    request: pytest.FixtureRequest, homeserver: Homeserver, sqlite_template: Path, tmp_path: Path
) -> AsyncIterator[Installation]:
    encrypted = getattr(request, "param", "plain") == "encrypted"
    async with installed(homeserver, sqlite_template, tmp_path, encrypted=encrypted, reaction_keys=2) as opened:
        yield opened


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Ends:
    """Has whoever calls a method go no further, before or after its work; the event is set when somebody does."""

    def end(cls: type, name: str, done: bool) -> asyncio.Event:
        original, reached, loop = getattr(cls, name), asyncio.Event(), asyncio.get_running_loop()

        async def ended(self: Any, *args: Any) -> None:
            if done:
                await original(self, *args)
            reached.set()
            await asyncio.Event().wait()

        def ended_at_once(self: Any, *args: Any) -> None:
            if done:
                original(self, *args)
            loop.call_soon_threadsafe(reached.set)
            raise asyncio.CancelledError

        monkeypatch.setattr(cls, name, ended if inspect.iscoroutinefunction(original) else ended_at_once)
        return reached

    return end


async def is_killed(world: Installation, reached: asyncio.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends when it gets there, and begins anew."""

    async def works() -> None:
        while True:
            await world.settle()
            await asyncio.sleep(0.01)

    working = asyncio.create_task(works())
    async with asyncio.timeout(60):
        await reached.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await world.dies()
    monkeypatch.undo()
    await world.starts()


async def a_file(folder: Path, number: int) -> Attachment:
    async def content() -> AsyncIterator[bytes]:
        yield f"plan {number}".encode()

    kept, size = await FileStore(folder).save(content(), 100)
    return Attachment(media=Media.DOCUMENT, name=f"plan{number}.txt", mime="text/plain", size=size, content=kept)


POINTS = {
    "received": (StoredInbox, "store", False),
    "stored": (StoredInbox, "store", True),
    "being handled": (Dispatcher, "_carry_out", False),
    "handled": (Dispatcher, "_carry_out", True),
    "committed": (Dispatcher, "_conclude", False),
    "being sent": (MatrixMessenger, "send", False),
    "sent": (MatrixMessenger, "send", True),
}


@pytest.mark.parametrize("point", POINTS)
async def test_each_message_is_answered_once(
    world: Installation, ends: Ends, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    reached = ends(*POINTS[point])
    await who.says(room, "!who nobody0")
    await who.says(room, "!who nobody1")
    await is_killed(world, reached, monkeypatch)
    await world.hears_of(await who.says(room, "!who nobody2"))
    texts = [text for text in await who.texts(room, world.bot) if "found nobody" in text]
    assert [f"nobody{number}" in text for number, text in enumerate(texts)] == [True] * 3


@pytest.mark.parametrize("greeted", [True, False])
async def test_what_is_known_of_rooms_is_older_than_the_cursor(
    world: Installation, monkeypatch: pytest.MonkeyPatch, greeted: bool
) -> None:
    """The events are stored, and then the process ends before it wrote down that an invite had been one.

    The next answer tells of the bot's own entry only where the bot has `greeted` before.
    """
    reached, room, original = asyncio.Event(), "", Rooms.reached

    def dies(self: Rooms, user: str, cursor: str, ids: Iterable[str]) -> None:
        if room not in (touched := list(ids)):
            original(self, user, cursor, touched)
            return
        reached.set()
        raise asyncio.CancelledError

    who = await world.bare("employee")
    await world.greets(await world.bare("colleague"))
    monkeypatch.setattr(Rooms, "reached", dies)
    room = await who.opens(world.bot)
    await who.says(room, "!who nobody0")
    if greeted:
        await is_killed(world, reached, monkeypatch)
        await world.hears_of(await who.says(room, "!who nobody1"))
    else:
        async with asyncio.timeout(60):
            await reached.wait()
        await world.dies()
        monkeypatch.undo()
        await who.says(room, "!who nobody1")
        await world.starts()
    texts = await who.texts(room, world.bot)
    assert [text.partition("!")[0] for text in texts if "Hello" in text] == ["Hello, Anna"]
    answers = [text for text in texts if "found nobody" in text]
    assert [f"nobody{number}" in text for number, text in enumerate(answers)] == [True] * 2


async def test_a_menu_turns_its_page_once(world: Installation, ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    menu = (await who.messages(room, world.bot))[-1]
    before = len(await who.messages(room, world.bot))
    reached = ends(MatrixMessenger, "edit", True)
    await who.reacts(room, menu.id, "1️⃣")
    await is_killed(world, reached, monkeypatch)
    messages = await who.messages(room, world.bot)
    assert len(messages) == before
    assert len(messages[-1].edits) == 1


@pytest.mark.parametrize("sent", [1, 2])
async def test_a_page_of_several_messages_is_completed(
    world: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    original, reached, done = Outbound._put, asyncio.Event(), 0

    async def put(self: Outbound, *args: Any) -> str:
        nonlocal done
        event = await original(self, *args)
        done += 1
        if done == sent:
            reached.set()
            await asyncio.Event().wait()
        return event

    monkeypatch.setattr(Outbound, "_put", put)
    content = Screen(
        blocks=(paragraph("The plans"),), attachments=(await a_file(tmp_path, 1), await a_file(tmp_path, 2))
    )
    await world.store.transact(
        lambda uow: uow.apply(
            Send(kind=WORD, content=content, to=ToPerson(world.ids["employee"]), priority=Priority.NOTICE)
        )
    )
    await is_killed(world, reached, monkeypatch)
    shown = [message.seen() for message in await who.messages(room, world.bot)]
    assert [seen.files for seen in shown if seen.files] == [("plan1.txt",), ("plan2.txt",)]
    assert sum("The plans" in seen.text for seen in shown) == 1


@pytest.mark.parametrize("world", ["encrypted"], indirect=True)
async def test_an_encrypted_answer_is_sent_once(
    world: Installation, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.with_client("employee")
    await person.says("!who nobody0")
    client, room = await person.client(), await person.opens_dm()
    reached = ends(MatrixMessenger, "send", True)
    content = {"msgtype": "m.text", "body": "!who nobody1", "m.mentions": {}}
    await client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
    await is_killed(world, reached, monkeypatch)
    await person.says("!who nobody2")
    answers = [seen.text for seen in person.messages() if "found nobody" in seen.text]
    assert [f"nobody{number}" in text for number, text in enumerate(answers)] == [True] * 3
