"""What could not be carried out is kept, shown and tried again; what was carried out is forgotten in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from operator import methodcaller

from core.chat.codec import record
from core.chat.events import Said
from core.inbox import (
    ClaimEvents,
    CountFailedEvents,
    EventFailed,
    FailedEvent,
    FailedEvents,
    Pending,
    RetryEvent,
    StoreEvents,
)
from core.retention import Forget
from core.timers import CountFailedTimers, DueTimers, FailedTimers, RetryTimer, SetTimer, TimerFailed
from core.unit_of_work import DomainEvent
from storage.database import Database
from tests.support.clock import START, MovableClock

DAY = timedelta(days=1)


@record
@dataclass(frozen=True, slots=True)
class Baked(DomainEvent):
    """For the timers of these tests."""

    loaf: int


def said(number: int) -> Said:
    return Said(messenger="red", id=f"e{number}", at=START, account="1", chat="chat-1", text=f"word {number}")


async def keep(store: Database, *numbers: int) -> None:
    received = tuple(said(number) for number in numbers)
    await store.transact(lambda uow: uow.apply(StoreEvents("red", received, None)))


async def claim(store: Database) -> tuple[Pending, ...]:
    return await store.transact(lambda uow: uow.apply(ClaimEvents(50)))


async def lay_aside(store: Database, *numbers: int) -> None:
    """Stores events, which get the ids from 1, and lays them aside."""
    await keep(store, *numbers)
    for number in numbers:
        assert await store.transact(methodcaller("apply", EventFailed(number, "ZeroDivisionError", for_good=True)))


async def failed(store: Database, limit: int = 10, offset: int = 0) -> list[FailedEvent]:
    return list(await store.transact(lambda uow: uow.ask(FailedEvents(limit, offset))))


async def test_failed_events_are_shown_the_latest_first(store: Database) -> None:
    await lay_aside(store, 1, 2, 3)
    assert [item.id for item in await failed(store)] == [3, 2, 1]
    (item,) = await failed(store, limit=1, offset=1)
    assert item == FailedEvent(
        id=2, messenger="red", kind="Said", received_at=START, attempts=1, error="ZeroDivisionError"
    )
    assert await store.transact(lambda uow: uow.ask(CountFailedEvents())) == 3


async def test_a_failed_event_is_tried_again_as_it_was(store: Database) -> None:
    await lay_aside(store, 1, 2, 3)
    woken: list[str] = []
    store.woken("inbox", lambda: woken.append("inbox"))
    assert await store.transact(lambda uow: uow.apply(RetryEvent(2))) == 1
    assert await store.transact(lambda uow: uow.apply(RetryEvent(2))) == 0
    (item,) = await claim(store)
    assert (item.event, item.attempts) == (said(2), 0)
    assert await store.transact(lambda uow: uow.apply(RetryEvent())) == 2
    assert [item.event for item in await claim(store)] == [said(1), said(3)]
    assert await failed(store) == []
    assert woken == ["inbox", "inbox"]


async def test_handled_events_are_forgotten_in_time_the_oldest_first(store: Database, clock: MovableClock) -> None:
    await lay_aside(store, 1)
    await keep(store, 2, 3, 4)
    assert len(await claim(store)) == 3
    await keep(store, 5)
    clock.move(DAY)
    await keep(store, 6)
    await claim(store)
    await keep(store, 7)

    async def forget(most: int) -> int:
        return await store.transact(lambda uow: uow.apply(Forget("events", clock.now(), most)))

    assert await forget(3) == 3
    assert await forget(3) == 1
    assert await forget(3) == 0
    await keep(store, 6)
    assert [item.event for item in await claim(store)] == [said(7)], "what is younger is still known"
    await keep(store, 2)
    assert len(await claim(store)) == 1
    assert [item.id for item in await failed(store)] == [1]


async def test_failed_timers_are_shown_and_fired_again(store: Database, clock: MovableClock) -> None:
    for number, key in enumerate(("early", "late", "well")):
        moment = clock.now() - (3 - number) * DAY
        await store.transact(methodcaller("apply", SetTimer(key, moment, Baked(number))))
    due = await store.transact(lambda uow: uow.ask(DueTimers(10)))
    for timer in due[:2]:
        await store.transact(methodcaller("apply", TimerFailed(timer, "KeyError", None)))
    shown = await store.transact(lambda uow: uow.ask(FailedTimers(10)))
    assert [(item.key, item.kind, item.attempts, item.error) for item in shown] == [
        ("late", "Baked", 1, "KeyError"),
        ("early", "Baked", 1, "KeyError"),
    ]
    assert (await store.transact(lambda uow: uow.ask(FailedTimers(1, 1))))[0].at == clock.now() - 3 * DAY
    assert await store.transact(lambda uow: uow.ask(CountFailedTimers())) == 2
    assert await store.transact(lambda uow: uow.apply(RetryTimer("late"))) == 1
    assert await store.transact(lambda uow: uow.apply(RetryTimer("well"))) == 0
    assert await store.transact(lambda uow: uow.ask(CountFailedTimers())) == 1
    assert await store.transact(lambda uow: uow.apply(RetryTimer())) == 1
    assert await store.transact(lambda uow: uow.ask(DueTimers(10))) == due
