"""The dispatcher: every event once, in order, whatever becomes of its neighbours."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from operator import methodcaller
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.send.delivery import Sender
from bot.talk.announce import Announcer
from bot.talk.dispatch import ATTEMPTS, Dispatcher
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.request import Reply, Request, Toast
from bot.talk.router import Router
from core.access import ANYBODY
from core.chat.actions import Action, write_action
from core.chat.events import Event, Pressed, Said
from core.chat.phrases import Phrase
from core.inbox import ClaimEvents, FailedEvents, StoreEvents
from core.unit_of_work import Busy, Refused
from tests.unit.bot.conftest import Count, Explode, small_house
from tests.unit.bot.post import Post
from tests.unit.bot.scripted import ScriptedMessenger


class Desk:
    """Receives events for the scripted messenger, and shows what was answered."""

    def __init__(self, post: Post) -> None:
        self.post, self.red = post, post.red
        self.served: tuple[str, ...] | None = None
        self.dispatcher = self.dispatcher_in(small_house())
        self._last = 0

    def dispatcher_in(self, house: House) -> Dispatcher:
        messengers = {"red": self.red}
        announcer = Announcer(self.post.store, house, messengers)
        return Dispatcher(self.post.store, house, messengers, announcer, serves=lambda: self.served or ("red", "blue"))

    def said(self, account: str, text: str, **more: Any) -> Said:
        return Said(**{**self._origin(account), **more}, text=text)

    def pressed(self, account: str, action: Action, message: str = "m1") -> Pressed:
        origin = self._origin(account)
        return Pressed(**origin, data=write_action(action), message=message, press=f"press-{origin['id']}")

    async def receives(self, *events: Event) -> None:
        for event in events:
            await self.post.store.transact(methodcaller("apply", StoreEvents(event.messenger, (event,), None)))

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
    heard, sorry, *later = desk.red.texts("chat-boris")[2:]
    assert desk.red.texts("chat-boris")[:2] == ["heard Said"] * 2
    assert heard == "heard Said"
    assert "went wrong" in sorry
    assert later == ["heard Said"] * 2, "what came after it waited for it"


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
    assert await desk.post.store.transact(lambda uow: uow.apply(ClaimEvents(10))) == ()


async def test_a_crash_between_the_handling_and_the_sending_loses_no_answer(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "hello"))
    await desk.dispatcher.drain()
    again = Sender(desk.post.store, desk.post.house, desk.red, desk.post.clock)
    await again.drain()
    assert desk.red.texts() == ["heard Said"]


async def test_only_events_that_can_be_acknowledged_here_are_handled_here(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "hello", messenger="blue"), desk.said("anna", "hello"))
    desk.served = ("red",)
    await desk.handles()
    assert desk.red.texts() == ["heard Said"]
    left = await desk.post.store.transact(lambda uow: uow.apply(ClaimEvents(10)))
    assert [item.event.messenger for item in left] == ["blue"]


async def test_a_broken_event_is_laid_aside_after_its_attempts(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "/explode"), desk.said("boris", "hello"))
    with capture_logs() as logs:
        await desk.handles()
    (item,) = await desk.post.store.transact(lambda uow: uow.ask(FailedEvents(10)))
    assert (item.kind, item.error, item.attempts) == ("Said", "ZeroDivisionError", ATTEMPTS)
    failures = [line for line in logs if line["event"] == "event_failed"]
    assert [line["attempt"] for line in failures] == [1, 2, 3]
    assert {line["cause"] for line in failures} == {f"event:{item.id}"}
    assert "private words" not in str(logs)


async def test_what_was_handled_and_what_failed_is_counted(desk: Desk) -> None:
    await desk.receives(desk.said("anna", "hello"), desk.pressed("anna", Count(1)), desk.said("boris", "/explode"))
    with capture_logs() as logs:
        await desk.handles()
    assert desk.dispatcher.handled == {("red", "Said"): 2, ("red", "Pressed"): 1}
    assert desk.dispatcher.failures == {("red", "Said"): ATTEMPTS}
    assert desk.dispatcher.seconds.count == 3
    lines = [line for line in logs if line["event"] == "event_handled"]
    assert sorted(line["kind"] for line in lines) == ["Pressed", "Said", "Said"]
    assert {line["log_level"] for line in lines} == {"debug"}
    assert all(line["ms"] >= 0 for line in lines)


async def test_each_event_of_a_batch_is_the_cause_of_what_it_does(desk: Desk) -> None:
    causes: list[str] = []
    router = Router("curious")

    @router.hears(Event, right=ANYBODY, order=1)
    def note(request: Request, event: Event) -> Reply:
        causes.append(request.uow.cause)
        return None

    await desk.receives(desk.said("anna", "one"), desk.said("boris", "two"))
    await desk.dispatcher_in(House([router], Languages("en"))).drain()
    assert causes == ["event:1", "event:2"]


async def test_a_refusal_that_cannot_be_told_is_a_defect_like_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = Router("stern")

    @router.hears(Event, right=ANYBODY, order=1)
    def refuse(request: Request, event: Event) -> Reply:
        monkeypatch.setattr(request.house, "carry_out", None)
        raise Refused(Phrase("Not today."))

    await desk.receives(desk.said("anna", "one"))
    dispatcher = desk.dispatcher_in(House([router], Languages("en")))
    for _ in range(ATTEMPTS):
        assert await dispatcher.drain() == 1
    assert await dispatcher.drain() == 0
    (item,) = await desk.post.store.transact(lambda uow: uow.ask(FailedEvents(10)))
    assert item.error == "TypeError"


async def test_where_others_are_in_the_way_less_is_handled_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.receives(*(desk.said("anna", f"word {number}") for number in range(70)))
    transact = desk.post.store.transact

    async def locked(work: object) -> object:
        raise Busy("locked")

    assert await desk.dispatcher.drain() == 50
    for _ in range(2):
        monkeypatch.setattr(desk.post.store, "transact", locked)
        with pytest.raises(Busy):
            await desk.dispatcher.drain()
    monkeypatch.setattr(desk.post.store, "transact", transact)
    assert [await desk.dispatcher.drain() for _ in range(5)] == [3, 6, 11, 0, 0]


async def test_the_end_of_the_process_leaves_no_press_in_hand_without_an_answer(desk: Desk) -> None:
    begun, go_on = asyncio.Event(), threading.Event()
    loop, router = asyncio.get_running_loop(), Router("slow")

    @router.action(Count, right=ANYBODY)
    def count(request: Request, action: Count) -> Reply:
        loop.call_soon_threadsafe(begun.set)
        assert go_on.wait(30)
        return Toast(Phrase("Counted."))

    await desk.receives(desk.pressed("anna", Count(1)))
    running = asyncio.create_task(desk.dispatcher_in(House([router], Languages("en"))).run())
    await begun.wait()
    running.cancel()
    later = asyncio.create_task(desk.receives(desk.pressed("anna", Count(2))))
    go_on.set()
    await asyncio.wait((running, later))
    assert running.cancelled()
    assert desk.toasts() == ["Counted."], "that of the second press waits in the inbox"
    desk.dispatcher = desk.dispatcher_in(House([router], Languages("en")))
    await desk.handles()
    assert desk.toasts() == ["Counted."] * 2
