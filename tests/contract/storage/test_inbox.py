"""The inbox, the timers and the forms: kept once, taken once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from core.chat.codec import record
from core.chat.events import Event, Said
from core.drafts import DraftIn, DraftsOf, FormDraft
from core.inbox import CursorOf, EventFailed, PendingEvents, StoreEvents, TakeEvent, Visitor, WhoIs
from core.people.audience import Audience, CountAudience
from core.timers import CancelTimer, Due, DueTimers, NextTimer, SetTimer, TakeTimer, TimerFailed
from core.unit_of_work import DomainEvent, UnitOfWork
from storage.database import Database
from storage.tables.inbox import events
from storage.tables.timers import timers
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ
from tests.support.clock import START, MovableClock

MINUTE = timedelta(minutes=1)


@record
@dataclass(frozen=True, slots=True)
class Boiled(DomainEvent):
    """For the timers of these tests."""

    kettle: int


def said(number: int, text: str = "hello") -> Said:
    return Said(messenger="red", id=f"e{number}", at=START, account="1", chat="chat-1", text=text)


async def keep(store: Database, *received: Event, cursor: str | None = None, messenger: str = "red") -> int:
    return await store.transact(lambda uow: uow.apply(StoreEvents(messenger, received, cursor)))


async def pending(store: Database, limit: int = 10) -> list[tuple[str, int]]:
    return [(item.event.id, item.attempts) for item in await store.transact(lambda uow: uow.ask(PendingEvents(limit)))]


async def test_events_are_kept_once_and_in_order(store: Database) -> None:
    woken = asyncio.Event()
    store.woken("inbox", woken.set)
    assert await keep(store, said(2), said(1), cursor="7") == 2
    await asyncio.wait_for(woken.wait(), 5)
    assert await keep(store, said(1), said(3), cursor="8") == 1
    assert await keep(store, said(1), messenger="blue") == 1
    assert await pending(store) == [("e2", 0), ("e1", 0), ("e3", 0), ("e1", 0)]
    assert await pending(store, limit=1) == [("e2", 0)]


async def test_an_event_comes_back_as_it_was(store: Database) -> None:
    event = said(1, "Привет 🙂 \x00 \ud83d")
    await keep(store, event)
    (item,) = await store.transact(lambda uow: uow.ask(PendingEvents(10)))
    assert item.event == event


async def test_a_cursor_moves_with_its_events(store: Database) -> None:
    async def cursor() -> str | None:
        return await store.transact(lambda uow: uow.ask(CursorOf("red")))

    assert await cursor() is None
    await keep(store, said(1), cursor="7")
    await keep(store, said(2))
    assert await cursor() == "7"
    await keep(store, cursor="9")
    assert await cursor() == "9"


async def test_an_event_is_taken_once_and_forgotten(store: Database) -> None:
    await keep(store, said(1))
    (item,) = await store.transact(lambda uow: uow.ask(PendingEvents(10)))
    takes = await asyncio.gather(*(store.transact(lambda uow: uow.apply(TakeEvent(item.id))) for _ in range(4)))
    assert sorted(takes) == [False, False, False, True]
    assert await pending(store) == []
    assert await keep(store, said(1)) == 0

    def content(uow: UnitOfWork) -> object:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(events.c.event)).scalar_one()

    assert await store.transact(content) is None


async def test_an_event_whose_handling_failed_is_there_again(store: Database) -> None:
    await keep(store, said(1))
    (item,) = await store.transact(lambda uow: uow.ask(PendingEvents(10)))

    def handle(uow: UnitOfWork) -> None:
        assert uow.apply(TakeEvent(item.id))
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await store.transact(handle)
    await store.transact(lambda uow: uow.apply(EventFailed(item.id, "RuntimeError", for_good=False)))
    assert await pending(store) == [("e1", 1)]
    await store.transact(lambda uow: uow.apply(EventFailed(item.id, "RuntimeError", for_good=True)))
    assert await pending(store) == []


async def test_an_event_of_another_version_stops_nobody(store: Database) -> None:
    await keep(store, said(1), said(2))

    def spoil(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.session.execute(update(events).where(events.c.event_id == "e1").values(event={"_": "Telepathy"}))

    await store.transact(spoil)
    assert await pending(store) == [("e2", 0)]
    assert await pending(store, limit=1) == [("e2", 0)]


async def test_who_sent_an_event(store: Database) -> None:
    key = await employ(store, "Orlova", "red:1")

    async def visitor(messenger: str, address: str) -> Visitor:
        return await store.transact(lambda uow: uow.ask(WhoIs(messenger, address)))

    known = await visitor("red", "1")
    assert known.person is not None
    assert known.account is not None
    assert (known.person.id, known.account.chat) == (key, "chat-1")
    assert await visitor("blue", "1") == Visitor(None, None)


async def test_an_audience_is_counted(store: Database) -> None:
    await employ(store, "Orlova")
    await employ(store, "Retired", active=False)

    async def number(audience: Audience) -> int:
        return await store.transact(lambda uow: uow.ask(CountAudience(audience)))

    assert await number(Audience(everybody=True)) == 1
    assert await number(Audience()) == 0


async def set_timer(store: Database, key: str, at: datetime, kettle: int) -> None:
    await store.transact(lambda uow: uow.apply(SetTimer(key, at, Boiled(kettle))))


async def due(store: Database, limit: int = 10) -> list[Due]:
    return list(await store.transact(lambda uow: uow.ask(DueTimers(limit))))


async def next_timer(store: Database) -> datetime | None:
    return await store.transact(lambda uow: uow.ask(NextTimer()))


async def take(store: Database, timer: Due) -> bool:
    return await store.transact(lambda uow: uow.apply(TakeTimer(timer)))


async def test_a_timer_is_due_in_time_and_once(store: Database, clock: MovableClock) -> None:
    woken = asyncio.Event()
    store.woken("timers", woken.set)
    await set_timer(store, "a", clock.now() + MINUTE, 1)
    await asyncio.wait_for(woken.wait(), 5)
    await set_timer(store, "b", clock.now() + 2 * MINUTE, 2)
    await set_timer(store, "a", clock.now() + 3 * MINUTE, 3)
    await set_timer(store, "c", clock.now() + MINUTE, 4)
    await store.transact(lambda uow: uow.apply(CancelTimer("c")))
    assert await next_timer(store) == clock.now() + 2 * MINUTE
    assert await due(store) == []
    clock.move(3 * MINUTE)
    found = await due(store)
    assert [(timer.key, timer.event, timer.attempts) for timer in found] == [("b", Boiled(2), 0), ("a", Boiled(3), 0)]
    assert await due(store, limit=1) == found[:1]
    assert sorted(await asyncio.gather(*(take(store, found[0]) for _ in range(3)))) == [False, False, True]
    assert await due(store) == found[1:]


async def test_a_timer_that_was_set_anew_is_not_taken(store: Database, clock: MovableClock) -> None:
    await set_timer(store, "a", clock.now(), 1)
    (timer,) = await due(store)
    await set_timer(store, "a", clock.now() + MINUTE, 2)
    assert not await take(store, timer)
    assert await next_timer(store) == clock.now() + MINUTE


async def test_a_timer_whose_event_failed_is_due_again(store: Database, clock: MovableClock) -> None:
    await set_timer(store, "a", clock.now(), 1)
    (timer,) = await due(store)

    def fire(uow: UnitOfWork) -> None:
        uow.apply(TakeTimer(timer))
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await store.transact(fire)
    assert await due(store) == [timer]
    again = clock.now() + MINUTE
    await store.transact(lambda uow: uow.apply(TimerFailed(timer, "RuntimeError", again)))
    assert await due(store) == []
    clock.set(again)
    (timer,) = await due(store)
    assert timer.attempts == 1
    await store.transact(lambda uow: uow.apply(TimerFailed(timer, "RuntimeError", None)))
    assert await due(store) == []
    assert await next_timer(store) is None


async def test_a_timer_of_another_version_stops_nobody(store: Database, clock: MovableClock) -> None:
    await set_timer(store, "a", clock.now() - MINUTE, 1)

    def spoil(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.session.execute(update(timers).values(event={"_": "Telepathy"}))

    await store.transact(spoil)
    await set_timer(store, "b", clock.now(), 2)
    assert [timer.event for timer in await due(store)] == [Boiled(2)]
    assert [timer.event for timer in await due(store, limit=1)] == [Boiled(2)]

    def left(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(func.count()).select_from(timers)).scalar_one()

    assert await store.transact(left) == 2


async def test_a_form_is_found_by_its_chat_and_its_person(store: Database, clock: MovableClock) -> None:
    person = await employ(store, "Orlova")

    async def begin(chat: str) -> int:
        def make(uow: UnitOfWork) -> int:
            draft = FormDraft(
                messenger="red",
                chat=chat,
                account="1",
                person_id=person,
                form="publish",
                step="title",
                values={},
                started_at=uow.now,
                updated_at=uow.now,
            )
            uow.add(draft)
            uow.flush()
            return draft.id

        return await store.transact(make)

    first = await begin("c1")
    clock.move(MINUTE)
    second = await begin("c2")

    def fill(uow: UnitOfWork) -> None:
        draft = uow.ask(DraftIn("red", "c1", "1"))
        assert draft is not None
        draft.values["title"] = ["Picnic"]

    await store.transact(fill)
    found = await store.transact(lambda uow: uow.ask(DraftIn("red", "c1", "1")))
    assert found is not None
    assert (found.id, found.values) == (first, {"title": ["Picnic"]})
    assert await store.transact(lambda uow: uow.ask(DraftIn("red", "c1", "2"))) is None
    assert [draft.id for draft in await store.transact(lambda uow: uow.ask(DraftsOf(person)))] == [second, first]
