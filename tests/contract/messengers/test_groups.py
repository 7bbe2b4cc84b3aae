"""Chats of several people: who says what there, who comes and goes, and what becomes of the chat."""

from __future__ import annotations

from core.chat.capabilities import Level
from core.chat.events import Chosen, Event, Moved, Pressed
from core.chat.messenger import Relocated
from core.chat.screens import Button
from tests.contract.messengers.clients import Can, needs
from tests.contract.messengers.station import Correspondent, Group, Station
from tests.contract.messengers.test_menus import Pick


@needs(Can.GROUP)
async def test_a_group_is_told_from_a_private_chat(
    station: Station, team: Group, anna: Correspondent, boris: Correspondent
) -> None:
    said = await team.says(boris, "Hello all")
    assert (said.account, said.chat, said.private) == (boris.account, team.chat, False)
    assert station.capabilities.group(team.chat)
    assert not station.capabilities.group(anna.chat)


@needs(Can.GROUP)
async def test_all_see_what_is_sent_to_a_group(
    station: Station, team: Group, anna: Correspondent, boris: Correspondent
) -> None:
    await team.says(anna, "Hello all")
    receipt = await station.sends(team.chat, station.page("For <all> of you"))
    for who in (anna, boris):
        assert ("For <all> of you", receipt.ids[0]) in [(shown.text, shown.id) for shown in await team.looks(who)]
    answer = await team.says(boris, "Thanks", receipt.ids[0])
    assert answer.reply_to == receipt.ids[0]


@needs(Can.GROUP)
async def test_the_bot_hears_what_is_said_to_it(team: Group, boris: Correspondent) -> None:
    said = await team.calls(boris, "what is <new>?")
    assert said.text.endswith("what is <new>?")
    assert (said.account, said.chat, said.private) == (boris.account, team.chat, False)


@needs(Can.GROUP)
async def test_who_comes_and_goes_is_told(
    station: Station, team: Group, anna: Correspondent, gleb: Correspondent
) -> None:
    await team.says(anna, "Hello all")
    await team.joins(gleb)
    said = await team.says(gleb, "Me too")
    assert (said.account, said.chat) == (gleb.account, team.chat)
    await team.quits(gleb)
    receipt = await station.sends(team.chat, station.page("Without Gleb"))
    assert receipt.ids[0] in [shown.id for shown in await team.looks(anna)]


@needs(Can.GROUP)
async def test_of_a_menu_in_a_group_it_is_told_who_chose(
    station: Station, team: Group, anna: Correspondent, boris: Correspondent
) -> None:
    await team.says(anna, "Hello all")
    receipt = await station.sends(team.chat, station.menu("Which?", Button("Tea", Pick(1)), Button("Coffee", Pick(2))))
    if station.capabilities.buttons is Level.NONE:
        answer = await team.says(boris, "2", receipt.ids[0])
        assert (answer.text, answer.reply_to, answer.chat) == ("2", receipt.ids[0], team.chat)
        event: Event = await boris.heard(Chosen, team.chooses(boris, receipt, "2️⃣"))
    else:
        event = await boris.heard(Pressed, team.chooses(boris, receipt, "Coffee"))
    assert isinstance(event, Chosen | Pressed)
    assert (event.account, event.chat, event.private) == (boris.account, team.chat, False)
    assert event.message == receipt.ids[0]
    await station.messenger.acknowledge(event, "Coffee it is" if station.capabilities.toasts else None)


@needs(Can.GROUP)
async def test_a_group_that_has_moved_is_found_again(station: Station, team: Group, anna: Correspondent) -> None:
    await team.says(anna, "Hello all")
    old, told = team.chat, len(station.line.inbox.stored)
    new = await team.moves()
    await station.line.until(lambda: any(isinstance(event, Moved) for event in station.line.inbox.stored[told:]))
    (moved,) = (event for event in station.line.inbox.stored[told:] if isinstance(event, Moved))
    assert (moved.chat, moved.to) == (old, new)
    assert await station.messenger.send(old, station.page("Where?"), station.key()) == Relocated(new)
    await station.sends(new, station.page("There"))
    anna.forgives()
