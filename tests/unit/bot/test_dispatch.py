"""The dispatcher: every event once, in order, whatever becomes of its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.announce import Announcer
from bot.delivery import Sender
from bot.dispatch import Dispatcher
from core.chat.actions import Action, write_action
from core.chat.events import Event, Pressed, Said
from core.inbox import PendingEvents, StoreEvents
from core.unit_of_work import Busy
from tests.unit.bot.conftest import Count, Explode, small_house
from tests.unit.bot.post import Post
from tests.unit.bot.scripted import ScriptedMessenger


class Desk:
    """Receives events for the scripted messenger, and shows what was answered."""

    def __init__(self, post: Post) -> None:
        self.post, self.red = post, post.red
        house = small_house()
        messengers = {"red": post.red}
        self.dispatcher = Dispatcher(post.store, house, messengers, Announcer(house, messengers))
        self._last = 0

    def said(self, account: str, text: str, **more: Any) -> Said:
        return Said(**{**self._origin(account), **more}, text=text)

    def pressed(self, account: str, action: Action, message: str = "m1") -> Pressed:
        origin = self._origin(account)
        return Pressed(**origin, data=write_action(action), message=message, press=f"press-{origin['id']}")

    async def receives(self, *events: Event) -> None:
        change = StoreEvents("red", events, None)
        await self.post.store.transact(lambda uow: uow.apply(change))

    async def handles(self) -> None:
        while await self.dispatcher.drain():
            pass
        await self.dispatcher.acknowledged()
        await self.post.sender.drain()

    def toasts(self) -> list[str | None]:
        return [toast for _, toast in self.red.acknowledged]

    def _origin(self, account: str) -> dict[str, Any]:
        self._last += 1
        return {
            "messenger": "red",
            "id": f"e{self._last}",
            "at": self.post.clock.now(),
            "account": account,
            "chat": f"chat-{account}",
            "language": "en",
        }


@pytest.fixture
async def desk(post: Post) -> Desk:
    for name in ("anna", "boris"):
        await post.person(name)
    return Desk(post)


async def test_a_poisoned_event_in_a_batch_harms_nobody(desk: Desk) -> None:
    events: Sequence[Event] = [desk.said("anna" if n % 2 else "boris", f"word {n}") for n in range(10)]
    poison = desk.said("boris", "/explode")
    await desk.receives(*events[:5], poison, *events[5:])
    await desk.handles()
    assert desk.red.texts("chat-anna") == ["heard Said"] * 5
    assert desk.red.texts("chat-boris")[:5] == ["heard Said"] * 5
    assert "went wrong" in desk.red.texts("chat-boris")[5]
    assert len(desk.red.texts("chat-boris")) == 6


async def test_a_repeated_event_is_answered_once(desk: Desk) -> None:
    event = desk.said("anna", "hello")
    await desk.receives(event)
    await desk.receives(event)
    await desk.handles()
    await desk.receives(event)
    await desk.handles()
    assert desk.red.texts() == ["heard Said"]


async def test_two_events_of_one_person_keep_their_order(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "/order"), desk.said("anna", "Soup"))
    await desk.handles()
    first, second = desk.red.texts("chat-anna")
    assert "What?" in first
    assert "Which size?" in second


async def test_a_broken_button_answers_the_press_once_with_an_apology(desk: Desk) -> None:
    await desk.receives(desk.pressed("anna", Explode()))
    await desk.handles()
    assert len(desk.toasts()) == 1
    assert "went wrong" in (desk.toasts()[0] or "")


async def test_a_press_is_acknowledged_also_when_its_neighbour_breaks(desk: Desk) -> None:
    await desk.receives(desk.pressed("anna", Count(1)), desk.said("boris", "/explode"))
    await desk.handles()
    assert desk.toasts() == [None]
    assert "Count\n1" in desk.red.texts("chat-anna")


async def test_a_refused_event_in_a_batch_undoes_only_itself(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "/count"), desk.said("boris", "/refuse"), desk.said("anna", "hello"))
    await desk.handles()
    assert desk.red.texts("chat-anna") == ["Count\n0", "heard Said"]
    assert desk.red.texts("chat-boris") == ["Not today."]


async def test_a_locked_database_delays_and_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.receives(desk.said("anna", "hello"))
    transact = desk.post.store.transact

    async def locked(work: object) -> object:
        raise Busy("locked")

    monkeypatch.setattr(desk.post.store, "transact", locked)
    with pytest.raises(Busy):
        await desk.dispatcher.drain()
    monkeypatch.setattr(desk.post.store, "transact", transact)
    await desk.handles()
    assert desk.red.texts() == ["heard Said"]


async def test_events_of_a_messenger_that_was_turned_off_hold_up_nobody(desk: Desk) -> None:
    other = ScriptedMessenger("blue")
    await desk.receives(desk.said("anna", "old news", messenger="blue"), desk.said("anna", "hello"))
    await desk.handles()
    assert desk.red.texts() == ["heard Said"]
    assert other.asked == []
    assert await desk.post.store.transact(lambda uow: uow.ask(PendingEvents(10))) == ()


async def test_a_crash_between_the_handling_and_the_sending_loses_no_answer(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "hello"))
    await desk.dispatcher.drain()
    again = Sender(desk.post.store, desk.post.house, desk.red, desk.post.clock)
    await again.drain()
    assert desk.red.texts() == ["heard Said"]
