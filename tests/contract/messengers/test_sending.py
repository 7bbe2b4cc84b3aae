"""What is sent arrives once, in order, and where it cannot arrive that is said."""

from __future__ import annotations

import asyncio

from core.chat.events import Event, Joined, Left, Said
from core.chat.messenger import MenuCommand, Sent, Unreachable
from tests.contract.messengers.clients import Can, needs
from tests.contract.messengers.station import Correspondent, Station, arrived


async def test_the_same_key_sends_once(station: Station, anna: Correspondent, boris: Correspondent) -> None:
    key, page = station.key(), station.page("Once")
    receipts = [await station.sends(anna.chat, page, key) for _ in range(3)]
    assert receipts == [receipts[0]] * 3
    other = await station.sends(boris.chat, page, station.key())
    assert [shown.text for shown in await anna.looks()] == ["Once"]
    assert [shown.text for shown in await boris.sees(other)] == ["Once"]


async def test_a_chat_shows_what_came_in_the_order_in_which_it_was_sent(station: Station, anna: Correspondent) -> None:
    texts = [f"Number {number}" for number in range(12)]
    for text in texts:
        await station.sends(anna.chat, station.page(text))
    assert [shown.text for shown in await anna.looks()] == texts


async def test_many_chats_are_written_to_at_once(
    station: Station, anna: Correspondent, boris: Correspondent, gleb: Correspondent
) -> None:
    people = (anna, boris, gleb)
    sent = await asyncio.gather(
        *(station.messenger.send(who.chat, station.page(f"To {who.account}"), station.key()) for who in people)
    )
    for who, outcome in zip(people, sent, strict=True):
        assert [shown.text for shown in await who.sees(arrived(outcome))] == [f"To {who.account}"]
        assert len(await who.looks()) == 1


@needs(Can.LEAVE)
async def test_who_has_left_cannot_be_reached_until_they_come_back(station: Station, anna: Correspondent) -> None:
    await anna.says("Hello")
    left = await anna.heard(Left, anna.leaves())
    assert (left.chat, left.private) == (anna.chat, True)
    assert left.reason
    outcome = await station.messenger.send(anna.chat, station.page("While away"), station.key())
    assert isinstance(outcome, Unreachable), outcome
    told = len(station.line.inbox.stored)

    def back(event: Event) -> bool:
        return isinstance(event, Joined | Said) and event.account == anna.account

    await anna.returns()
    await station.line.until(lambda: any(back(event) for event in station.line.inbox.stored[told:]))
    await station.sends(anna.chat, station.page("Back again"))
    assert [shown.text for shown in await anna.looks()] == ["Back again"]
    anna.forgives()


@needs(Can.LEAVE)
async def test_nobody_cannot_be_reached(station: Station, anna: Correspondent) -> None:
    nobody = f"@nobody-{anna.account[1:]}" if anna.account.startswith("@") else "987654321"
    outcome = await station.messenger.send(nobody, station.page("Is there anybody?"), station.key())
    assert isinstance(outcome, Unreachable), outcome
    anna.forgives()


async def test_commands_are_listed_or_nothing_happens(station: Station, anna: Correspondent) -> None:
    commands = {"en": [MenuCommand("news", "Shows <the> news"), MenuCommand("me", "Your card")]}
    await station.messenger.announce(commands)
    await station.messenger.announce(commands, anna.chat)
    assert isinstance(await station.messenger.send(anna.chat, station.page("Still here"), station.key()), Sent)


async def test_the_connection_is_well(station: Station, anna: Correspondent) -> None:
    await anna.says("Hello")
    assert station.messenger.fault() is None
    health = await station.messenger.check()
    assert health.ok, health
    assert health.state
