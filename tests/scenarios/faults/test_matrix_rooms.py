"""People come to the private room, leave it, and move house with it: what is private goes only to whom it is for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core.chat.events import Joined, Left
from core.chat.screens import Screen, paragraph
from core.delivery import Priority, Send, ToPerson
from core.people.directory import AccountsOf
from tests.scenarios.faults.bare import Bare
from tests.scenarios.faults.installation import Installation, installed
from tests.support.notices import WORD
from tests.support.synapse import Homeserver


@pytest.fixture
async def world(homeserver: Homeserver, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(homeserver, sqlite_template, tmp_path, reaction_keys=2) as opened:
        yield opened


async def tells(world: Installation, key: str, text: str) -> None:
    """Something private to one of the cast, at once."""
    content = Screen(blocks=(paragraph(text),))
    send = Send(kind=WORD, content=content, to=ToPerson(world.ids[key]), priority=Priority.NOTICE)
    await world.store.transact(lambda uow: uow.apply(send))
    await world.settle()


async def unreachable(world: Installation, key: str) -> str | None:
    (account,) = await world.store.transact(lambda uow: uow.ask(AccountsOf(world.ids[key])))
    return account.unreachable


async def left(world: Installation, who: Bare, room: str) -> None:
    await who.leaves(room)
    await world.hears(lambda event: isinstance(event, Left) and event.account == who.id)


async def test_of_two_private_rooms_the_one_that_is_left_counts_no_more(world: Installation) -> None:
    who = await world.bare("employee")
    first, second = await world.greets(who), await who.opens(world.bot)
    await world.hears_of(await who.says(second, "!who nobody"))
    await tells(world, "employee", "to the second")
    assert "to the second" in await who.texts(second, world.bot)
    await who.leaves(second)
    await world.hears_of(await who.says(first, "!who nobody"))
    assert await unreachable(world, "employee") is None
    await tells(world, "employee", "to the first")
    assert "to the first" in await who.texts(first, world.bot)


async def test_nothing_private_is_said_where_a_third_person_reads_along(world: Installation) -> None:
    who, third = await world.bare("employee"), await world.bare("colleague")
    room = await world.greets(who)
    menu = (await who.messages(room, world.bot))[-1]
    await who.invites(room, third.id)
    await third.joins(room)
    await world.hears(lambda event: isinstance(event, Joined) and event.account == third.id)
    before = await who.texts(room, world.bot)
    await tells(world, "employee", "for her eyes only")
    # Neither of them has a menu in this room any more, whatever it shows.
    await third.reacts(room, menu.id, "1️⃣")
    await who.reacts(room, menu.id, "1️⃣")
    await who.says(room, "1")
    await world.hears_of(await who.says(room, "!me"))
    assert (await who.texts(room, world.bot))[len(before) :] == ["Please write to me in a private chat."]
    assert (await who.received(world.bot)).count("for her eyes only") == 1
    assert "for her eyes only" not in await third.received(world.bot)


async def test_the_room_is_private_again_when_the_third_has_gone(world: Installation) -> None:
    who, third = await world.bare("employee"), await world.bare("colleague")
    room = await world.greets(who)
    await who.invites(room, third.id)
    await third.joins(room)
    await world.hears(lambda event: isinstance(event, Joined) and event.account == third.id)
    await left(world, third, room)
    await world.hears_of(await who.says(room, "!who nobody"))
    assert "found nobody" in (await who.texts(room, world.bot))[-1]
    assert not await unreachable(world, "employee")


async def upgrades(world: Installation, who: Bare, room: str) -> str:
    """The new room, with the bot in it."""
    path = f"/rooms/{quote(room, safe='')}/upgrade"
    new = str((await who.asks("POST", path, {"new_version": "12"}))["replacement_room"])
    await who.invites(new, world.bot)
    await world.hears_of(await who.says(new, "!who nobody"))
    return new


async def test_a_private_conversation_goes_on_in_the_upgraded_room(world: Installation) -> None:
    who = await world.bare("employee")
    old = await who.opens(world.bot, version="11")
    await world.hears_of(await who.says(old, "!publish"), await who.says(old, "!menu"))
    said = len(await who.messages(old, world.bot))
    new = await upgrades(world, who, old)
    await tells(world, "employee", "in the new room")
    assert len(await who.messages(old, world.bot)) == said
    answer, told = await who.texts(new, world.bot)  # and no second greeting
    assert "found nobody" in answer
    assert told == "in the new room"


async def test_an_invite_that_was_not_taken_does_not_hold_up_the_greeting(world: Installation) -> None:
    await tells(world, "employee", "in the room of the bot")
    who = await world.bare("employee")
    room = await world.greets(who)
    assert "Anna" in (await who.texts(room, world.bot))[0]


async def mutes(who: Bare, room: str) -> None:
    """Lets nobody but herself write in a room."""
    path = f"/rooms/{quote(room, safe='')}/state/m.room.power_levels"
    await who.asks("PUT", path, {"users": {who.id: 100}, "events_default": 50})


async def test_where_the_bot_may_not_write_another_room_is_taken(world: Installation) -> None:
    who = await world.bare("employee")
    first, second = await world.greets(who), await who.opens(world.bot, direct=False, version="11")
    await world.hears_of(await who.says(second, "!who nobody"))
    await mutes(who, second)
    await tells(world, "employee", "in the other room")
    assert (await who.texts(first, world.bot))[-1] == "in the other room"
    assert await unreachable(world, "employee") is None
    await world.hears_of(await who.says(second, "!who nobody"))
    assert "found nobody" in (await who.texts(first, world.bot))[-1]


async def test_where_there_is_no_other_room_the_bot_opens_one(world: Installation) -> None:
    who = await world.bare("employee")
    only = await who.opens(world.bot, direct=False, version="11")
    await world.hears_of(await who.says(only, "!who nobody"))
    await mutes(who, only)
    await tells(world, "employee", "in a room of mine")
    assert await unreachable(world, "employee") is None
    assert "in a room of mine" in await who.received(world.bot)


async def test_who_throws_the_bot_out_is_not_followed(world: Installation) -> None:
    who = await world.bare("employee")
    only = await who.opens(world.bot, direct=False, version="11")
    await world.hears_of(await who.says(only, "!who nobody"))
    await who.asks("POST", f"/rooms/{quote(only, safe='')}/kick", {"user_id": world.bot})
    await tells(world, "employee", "not wanted")
    assert await unreachable(world, "employee") is not None
    assert "not wanted" not in await who.received(world.bot)


async def test_who_wants_to_verify_the_bot_is_told_how(world: Installation) -> None:
    who = await world.bare("employee")
    room = await world.greets(who)
    asked = {"msgtype": "m.key.verification.request", "body": "…", "to": world.bot, "from_device": "PHONE"}
    request = await who.sends(room, {**asked, "methods": ["m.sas.v1"]})
    await world.hears_of(request)
    assert "cannot compare emoji" in (await who.texts(room, world.bot))[-1]
    (cancel,) = (event for event in await who.timeline(room) if event["type"] == "m.key.verification.cancel")
    assert cancel["content"]["m.relates_to"] == {"rel_type": "m.reference", "event_id": request}
    assert cancel["content"]["code"] == "m.user"
