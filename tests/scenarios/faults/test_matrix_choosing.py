"""Menus in real rooms: pressed on what is not shown any more, and twice where once is enough."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.talk.intake import StoredInbox
from tests.scenarios.faults.bare import Bare
from tests.scenarios.faults.installation import Installation, installed
from tests.scenarios.news.writing import publishes
from tests.support.matrix_chat import Message
from tests.support.synapse import Homeserver

ONE, TWO, BACK = "1️⃣", "2️⃣", "↩️"


@pytest.fixture
async def company(homeserver: Homeserver, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(homeserver, sqlite_template, tmp_path, reaction_keys=2) as opened:
        yield opened


async def last(world: Installation, who: Bare, room: str) -> Message:
    return (await who.messages(room, world.bot))[-1]


async def test_a_reaction_to_what_is_not_shown_any_more_presses_nothing(
    company: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, original, go_on = company, StoredInbox.store, asyncio.Event()
    who = await world.bare("employee")
    room = await world.greets(who)
    menu = await last(world, who, room)
    reached = asyncio.Event()

    async def store(self: StoredInbox, *args: object) -> None:
        if args[0]:
            reached.set()
            await go_on.wait()
        await original(self, *args)  # type: ignore[arg-type]

    await world.hears_of(await who.reacts(room, menu.id, TWO))
    assert len((await last(world, who, room)).edits) == 1
    monkeypatch.setattr(StoredInbox, "store", store)
    # She turns a page and reacts to what stood there before; the bot hears of the reaction late.
    turned = await who.reacts(room, menu.id, ONE)
    await reached.wait()
    late = await who.reacts(room, menu.id, BACK)
    go_on.set()
    await world.hears_of(turned)
    await world.hears_of(late)
    shown, complaint = await who.messages(room, world.bot)
    assert shown.id == menu.id
    assert shown.text.startswith("HR\n1 colleague")
    assert complaint.text == "This menu has just changed. Please choose again."


async def test_a_step_that_cannot_be_undone_is_taken_once(company: Installation) -> None:
    world = company
    hr = world.with_client("hr")
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Withdraw")
    who, room = await world.bare("hr"), await hr.opens_dm()
    menu = next(one for one in reversed(await who.messages(room, world.bot)) if one.options())
    number = next(option.number for option in menu.options() if "ithdraw" in option.label)
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": menu.id}}}
    await world.hears_of(
        await who.reacts(room, menu.id, f"{number}\ufe0f\u20e3"),
        *[await who.says(room, str(number), **reply) for _ in range(2)],
    )
    texts = await who.texts(room, world.bot)
    assert sum("Withdrawn" in text for text in texts) == 1
    assert texts.count("This was already answered.") == 1
