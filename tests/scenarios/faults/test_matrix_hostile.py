"""Members of a private room send what no honest client sends: the bot goes on, and answers what deserves an answer."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from core.chat.events import Unreadable
from tests.scenarios.faults.bare import Bare
from tests.scenarios.faults.installation import Installation, installed
from tests.support.synapse import Homeserver

MESSAGE, REACTION = "m.room.message", "m.reaction"
LARGEST = 60_000
"""Characters of a body that just fits into an event."""
WRONG: list[Any] = [None, True, -1, 2**53 - 1, "", "\x00", "😀" * 500, [], [[]], {}, {"": {}}, [None, {"a": []}]]


@pytest.fixture
async def world(homeserver: Homeserver, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(homeserver, sqlite_template, tmp_path, reaction_keys=2) as opened:
        yield opened


def deep(levels: int) -> Any:
    nested: Any = "bottom"
    for _ in range(levels):
        nested = {"m": [nested]}
    return nested


def silent(menu: str, foreign: str) -> list[tuple[str, dict[str, Any]]]:
    """What nobody expects an answer to. `menu` is a message of the bot, `foreign` nobody's."""
    edit = {"rel_type": "m.replace", "event_id": menu}
    new = {"msgtype": "m.text", "body": "1"}
    return [
        # Somebody puts words into the mouth of the bot.
        (MESSAGE, {"msgtype": "m.text", "body": "* 1", "m.new_content": new, "m.relates_to": edit}),
        (MESSAGE, {"msgtype": "m.text", "body": "* 1", "m.relates_to": {**edit, "event_id": foreign}}),
        *((MESSAGE, {"msgtype": "m.text", "body": "* 1", "m.new_content": one, "m.relates_to": edit}) for one in WRONG),
        (MESSAGE, {"msgtype": "m.notice", "body": "1"}),
        *((REACTION, {"m.relates_to": one}) for one in WRONG),
        *((REACTION, {"m.relates_to": {"rel_type": "m.annotation", "event_id": menu, "key": one}}) for one in WRONG),
        (REACTION, {"m.relates_to": {"rel_type": "m.annotation", "event_id": foreign, "key": "1️⃣"}}),
        (REACTION, {"m.relates_to": {"rel_type": "m.annotation", "event_id": menu, "key": "1️⃣" * 10_000}}),
        (REACTION, {"m.relates_to": {"rel_type": "m.annotation", "event_id": menu, "key": "👍"}}),
        (REACTION, {"m.relates_to": {"rel_type": "org.example.nonsense", "event_id": menu, "key": "1️⃣"}}),
        ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}),  # no state: it changes nothing
        ("m.room.tombstone", {"replacement_room": "!elsewhere"}),
        ("m.poll.response", {"m.relates_to": {"rel_type": "m.reference", "event_id": menu}}),
        ("org.example.unheard", deep(60)),
    ]


def talking(menu: str) -> list[tuple[str, dict[str, Any]]]:
    """What is a message after all, however strange."""
    html = {"format": "org.matrix.custom.html"}
    body = {"msgtype": "m.text", "body": "nobody"}
    return [
        (MESSAGE, {"msgtype": "m.text", "body": "x" * LARGEST}),
        (MESSAGE, {"msgtype": "org.example.kind", "body": "nobody"}),
        (MESSAGE, {**body, **html, "formatted_body": "<div>" * 10_000}),
        (MESSAGE, {**body, **html, "formatted_body": "<" * (LARGEST // 2)}),
        (MESSAGE, {**body, **html, "formatted_body": "<table><tr><td>" + "<a href='javascript:x'>" * 2000}),
        *((MESSAGE, {**body, **html, "formatted_body": one}) for one in WRONG[:3]),
        *((MESSAGE, {**body, "m.relates_to": one}) for one in WRONG),
        (MESSAGE, {**body, "m.relates_to": {"rel_type": "org.example.nonsense", "event_id": menu}}),
        (MESSAGE, {**body, "m.relates_to": {"rel_type": "m.thread", "event_id": "$nothing"}}),
        (MESSAGE, {**body, "m.relates_to": {"m.in_reply_to": {"event_id": "$nothing"}}}),
        (MESSAGE, {**body, "m.mentions": [], "deep": deep(60)}),
        *((MESSAGE, {"msgtype": "m.image", "body": "p.png", "url": one, "info": one}) for one in WRONG),
        *((MESSAGE, {"msgtype": "m.file", "body": "f", "file": one}) for one in WRONG),
        (MESSAGE, {"msgtype": "m.file", "body": "../../etc/passwd", "url": "mxc://localhost/nothing"}),
    ]


async def sends_what_goes(who: Bare, room: str, events: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """The ids of those events that the homeserver took."""
    taken = []
    for kind, content in events:
        with suppress(AssertionError):
            taken.append(await who.sends(room, content, kind))
    return taken


async def is_well(world: Installation, folder: Path) -> None:
    health = await world.messenger.check()
    assert health.ok, health
    with sqlite3.connect(folder / "kollega.db") as database:
        assert database.execute("SELECT error FROM events WHERE state <> 'handled'").fetchall() == []


async def test_what_needs_no_answer_gets_none(world: Installation, tmp_path: Path) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    own = await who.says(room, "!menu")
    await world.hears_of(own)
    before = await who.messages(room, world.bot)
    events = silent(before[-1].id, "$" + "x" * 43)
    taken = await sends_what_goes(who, room, events)
    assert len(taken) > len(events) / 2
    await who.redacts(room, own)
    for message in taken[:3]:
        await who.redacts(room, message)
    await world.hears_of(await who.says(room, "!who nobody"))
    after = await who.messages(room, world.bot)
    assert [message.seen() for message in after[:-1]] == [message.seen() for message in before]
    assert "found nobody" in after[-1].text
    await is_well(world, tmp_path)


async def test_what_was_never_encrypted_is_not_readable_and_that_is_said_once(
    world: Installation, tmp_path: Path
) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    before = len(await who.messages(room, world.bot))
    secrets = [{"algorithm": one, "ciphertext": one, "session_id": one, "sender_key": one} for one in WRONG]
    secrets.append({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "A" * LARGEST, "session_id": "x"})
    taken = await sends_what_goes(who, room, [("m.room.encrypted", one) for one in secrets])
    assert len(taken) > 1
    await world.hears(lambda event: isinstance(event, Unreadable) and event.message == taken[-1])
    await world.hears_of(await who.says(room, "!who nobody"))
    hint, answer = (await who.texts(room, world.bot))[before:]
    assert "read" in hint
    assert "found nobody" in answer
    await is_well(world, tmp_path)


async def test_strange_messages_are_answered_once_each(world: Installation, tmp_path: Path) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    before = len(await who.messages(room, world.bot))
    events = talking((await who.messages(room, world.bot))[-1].id)
    taken = await sends_what_goes(who, room, events)
    assert len(taken) > len(events) / 2
    await world.hears_of(await who.says(room, "!who nobody"))
    texts = (await who.texts(room, world.bot))[before:]
    assert len(texts) == len(taken) + 1
    answers = ("found no", "this file", "too long", "of this kind")
    assert [text for text in texts if not any(answer in text for answer in answers)] == []
    await is_well(world, tmp_path)
