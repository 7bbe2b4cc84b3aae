"""The ledger: copies that are held by quiet hours, and copies that could not be sent."""

from __future__ import annotations

import pytest

from core.copies import CountLost, HeldFor, Lost, LostCopies, Release, Retry, Settled
from core.delivery import Cancel, DeliveryState, Pause, Priority, ToChat, ToPerson
from storage.database import Database
from tests.contract.storage.company import became, employ, sent, settle, states, work
from tests.contract.storage.ledger import (
    SECONDS,
    apply,
    ask,
    counters_are_right,
    plan,
    revise,
    said,
    tally,
    withdraw,
)
from tests.support.clock import MovableClock

__all__ = ["counters_are_right"]


@pytest.fixture
async def sleeper(store: Database) -> int:
    """A person."""
    return await employ(store, "Orlova", "red:1")


async def hold(store: Database) -> None:
    """Holds all that is due."""
    while due := await work(store):
        await settle(store, *(became(copy, DeliveryState.HELD) for copy in due))


async def test_what_is_held_waits_for_its_reader(store: Database, sleeper: int) -> None:
    first = await plan(store, "first", ToPerson(sleeper))
    await plan(store, "second", ToPerson(sleeper), Priority.BROADCAST)
    await hold(store)
    assert await states(store, first) == ["held"]
    assert ((await tally(store, first)).held, (await tally(store, first)).total) == (1, 1)
    held = await ask(store, HeldFor(sleeper))
    assert [(*said([copy]), copy.priority) for copy in held] == [
        ("first", Priority.NOTICE),
        ("second", Priority.BROADCAST),
    ]
    assert said(await ask(store, HeldFor(sleeper, 1))) == ["first"]
    assert await ask(store, HeldFor(sleeper + 1)) == ()
    assert await apply(store, Release(sleeper, held[1].delivery_id)) == 1
    assert await apply(store, Release(sleeper, held[1].delivery_id)) == 0
    (copy,) = await work(store)
    assert (copy.priority, copy.quiet, *said([copy])) == (Priority.REPLY, None, "second")
    assert await apply(store, Release(sleeper)) == 1
    assert said(await work(store)) == ["first"], "both are answers now, and a chat keeps its order"


async def test_what_is_held_holds_nobody_back(store: Database, sleeper: int) -> None:
    await plan(store, "held", ToPerson(sleeper))
    await hold(store)
    await plan(store, "urgent", ToPerson(sleeper))
    assert said(await work(store)) == ["urgent"]


async def test_what_is_held_is_revised_and_withdrawn(store: Database, sleeper: int) -> None:
    revised, withdrawn, paused = [await plan(store, text, ToPerson(sleeper)) for text in ("one", "gone", "paused")]
    await hold(store)
    await revise(store, revised, "two")
    await withdraw(store, withdrawn)
    await apply(store, Pause(paused, True))
    assert said(await ask(store, HeldFor(sleeper))) == ["two"]
    assert await states(store, withdrawn) == ["cancelled"]
    assert await apply(store, Release(sleeper)) == 2
    assert said(await work(store)) == ["two"]
    await settle(store, sent((await work(store))[0]))
    await apply(store, Pause(paused, False))
    assert said(await work(store)) == ["paused"]


async def test_what_was_shown_or_withdrawn_is_not_held(store: Database, sleeper: int) -> None:
    message_id = await plan(store, "one", ToPerson(sleeper))
    await settle(store, sent((await work(store))[0]))
    await revise(store, message_id, "two")
    await settle(store, became((await work(store))[0], DeliveryState.HELD))
    assert await states(store, message_id) == ["stale"]
    gone = await plan(store, "gone", ToChat("red", "chat-2"))
    copy = (await work(store))[1]
    await withdraw(store, gone)
    await settle(store, became(copy, DeliveryState.HELD))
    assert await states(store, gone) == ["cancelled"]


async def test_what_is_held_follows_its_chat(store: Database, sleeper: int) -> None:
    await plan(store, "held", ToPerson(sleeper))
    await hold(store)
    await plan(store, "next", ToPerson(sleeper))
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.WAITING, attempted=False, chat="new"))
    await apply(store, Release(sleeper))
    assert {(copy.chat, *said([copy])) for copy in await work(store)} == {("new", "held"), ("new", "next")}


async def test_what_failed_is_listed_and_tried_again(store: Database, sleeper: int, clock: MovableClock) -> None:
    first = await plan(store, "first", ToPerson(sleeper))
    second = await plan(store, "second", ToChat("red", "chat-2"))
    due = await work(store)
    await settle(store, became(due[1], DeliveryState.FAILED, reason="too long"))
    clock.move(SECONDS)
    await settle(store, became(due[0], DeliveryState.FAILED, reason="no"))
    lost = Lost(
        delivery_id=due[0].delivery_id,
        message_id=first,
        messenger="red",
        person_id=sleeper,
        reason="no",
        failed_at=clock.now(),
    )
    assert await ask(store, LostCopies(1)) == (lost,)
    (other,) = await ask(store, LostCopies(5, 1))
    assert (other.message_id, other.person_id, other.failed_at) == (second, None, clock.now() - SECONDS)
    assert await ask(store, CountLost()) == 2
    assert await apply(store, Retry(other.delivery_id)) == 1
    assert said(await work(store)) == ["second"]
    assert await apply(store, Retry()) == 1
    assert await ask(store, CountLost()) == 0
    assert [copy.attempts for copy in await work(store)] == [0, 0]
    assert await apply(store, Retry()) == 0


async def test_what_nobody_wants_any_more_is_not_tried_again(store: Database) -> None:
    cancelled, seen = await plan(store, "one"), await plan(store, "two", ToChat("red", "chat-2"))
    first, second = await work(store)
    await settle(store, sent(second))
    await withdraw(store, seen)
    (removal,) = [copy for copy in await work(store) if copy.withdrawn]
    await settle(store, *(became(copy, DeliveryState.FAILED, reason="no") for copy in (first, removal)))
    assert await ask(store, CountLost()) == 2
    await apply(store, Cancel(cancelled))
    assert await ask(store, CountLost()) == 1
    assert await apply(store, Retry()) == 1
    assert [copy.withdrawn for copy in await work(store)] == [True], "it is still to be taken back"
    unknown = Settled(delivery_id=12345, state=DeliveryState.FAILED)
    await settle(store, unknown)
    assert await apply(store, Retry(12345)) == 0
