"""Menus in real rooms: pressed by somebody else, on what is not shown any more, and twice where once is enough."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.talk.intake import StoredInbox
from core.chat.events import Joined
from tests.scenarios.faults.bare import Bare
from tests.scenarios.faults.installation import Installation, installed
from tests.scenarios.news.writing import publishes
from tests.support.matrix_chat import Message
from tests.support.synapse import Homeserver
from tests.unit.bot.conftest import small_house

ONE, TWO, BACK = "1️⃣", "2️⃣", "↩️"


@pytest.fixture
async def world(homeserver: Homeserver, empty_database: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    """With rooms of the house that speak in groups too."""
    async with installed(homeserver, empty_database, tmp_path, reaction_keys=2, house=small_house()) as opened:
        yield opened


@pytest.fixture
async def company(homeserver: Homeserver, empty_database: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    """With all rooms of the house."""
    async with installed(homeserver, empty_database, tmp_path, reaction_keys=2) as opened:
        yield opened


async def group(world: Installation, who: Bare, other: Bare) -> str:
    """A room of three with the bot."""
    room = await who.opens(world.bot, other.id, direct=False)
    await other.joins(room)
    await world.hears(lambda event: isinstance(event, Joined) and event.account == other.id)
    return room


async def last(world: Installation, who: Bare, room: str) -> Message:
    return (await who.messages(room, world.bot))[-1]


async def test_in_a_group_a_menu_is_for_who_asked(world: Installation) -> None:
    who, other = await world.bare("employee"), await world.bare("colleague")
    room = await group(world, who, other)
    before = len(await who.messages(room, world.bot))
    await world.hears_of(await who.says(room, "!menu"))
    menu = await last(world, who, room)
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": menu.id}}}
    await world.hears_of(await other.reacts(room, menu.id, ONE), await other.says(room, "1", **reply))
    assert [text.split("\n")[0] for text in (await who.texts(room, world.bot))[before:]] == [
        "Menu",
        "This menu is for somebody else.",
    ]
    await world.hears_of(await who.says(room, "1"), await who.reacts(room, menu.id, ONE))
    assert (await who.texts(room, world.bot))[before].split("\n")[:2] == ["Count", "1"]


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
