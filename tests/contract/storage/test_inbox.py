"""The inbox and the forms: kept once, taken once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.chat.events import Event, Said
from core.drafts import DraftIn, DraftsOf, FormDraft
from core.inbox import ClaimEvents, CursorOf, EventFailed, Pending, StoreEvents, Visitor, WhoIs
from core.people.audience import Audience, CountAudience
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.tables.inbox import events
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ
from tests.support.clock import START, MovableClock

MINUTE = timedelta(minutes=1)


def said(number: int, text: str = "hello") -> Said:
    return Said(messenger="red", id=f"e{number}", at=START, account="1", chat="chat-1", text=text)


async def keep(store: Database, *received: Event, cursor: str | None = None, messenger: str = "red") -> int:
    return await store.transact(lambda uow: uow.apply(StoreEvents(messenger, received, cursor)))


async def claim(store: Database, limit: int = 10, messengers: frozenset[str] | None = None) -> tuple[Pending, ...]:
    return await store.transact(lambda uow: uow.apply(ClaimEvents(limit, messengers)))


class Undone(Exception):
    """Ends a transaction that only looked."""


async def pending(store: Database, limit: int = 10, messengers: frozenset[str] | None = None) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []

    def look(uow: UnitOfWork) -> None:
        found[:] = [(item.event.id, item.attempts) for item in uow.apply(ClaimEvents(limit, messengers))]
        raise Undone

    with pytest.raises(Undone):
        await store.transact(look)
    return found


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
    (item,) = await claim(store)
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


async def test_only_events_of_the_wanted_messengers_are_claimed(store: Database) -> None:
    await keep(store, said(1), said(2))
    await keep(store, said(3), messenger="blue")
    assert await pending(store, messengers=frozenset({"blue", "green"})) == [("e3", 0)]
    assert await pending(store, messengers=frozenset()) == []
    assert await pending(store, messengers=frozenset({"red"}), limit=1) == [("e1", 0)]


async def test_an_event_is_claimed_once_and_forgotten(store: Database) -> None:
    await keep(store, said(1))
    claims = await asyncio.gather(*(claim(store) for _ in range(4)))
    assert sorted(len(found) for found in claims) == [0, 0, 0, 1]
    assert await pending(store) == []
    assert await keep(store, said(1)) == 0

    def content(uow: UnitOfWork) -> object:
        assert isinstance(uow, SqlUnitOfWork)
        return uow.session.execute(select(events.c.event)).scalar_one()

    assert await store.transact(content) is None


async def test_one_event_is_claimed_by_its_id(store: Database) -> None:
    await keep(store, said(1), said(2))
    first, second = await claim(store)

    def again(uow: UnitOfWork, key: int) -> int:
        return len(uow.apply(ClaimEvents(1, only=key)))

    assert await store.transact(lambda uow: again(uow, first.id)) == 0
    await keep(store, said(3))
    (third,) = await claim(store)
    assert third.id > second.id
    await keep(store, said(4), said(5))
    assert await store.transact(lambda uow: again(uow, third.id + 2)) == 1
    assert await pending(store) == [("e4", 0)]


async def test_an_event_whose_handling_failed_is_there_again(store: Database) -> None:
    await keep(store, said(1))
    claimed: list[int] = []

    def handle(uow: UnitOfWork) -> None:
        claimed[:] = [item.id for item in uow.apply(ClaimEvents(10))]
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await store.transact(handle)
    (key,) = claimed
    assert await store.transact(lambda uow: uow.apply(EventFailed(key, "RuntimeError", for_good=False)))
    assert await pending(store) == [("e1", 1)]
    assert await store.transact(lambda uow: uow.apply(EventFailed(key, "RuntimeError", for_good=True)))
    assert await pending(store) == []
    assert not await store.transact(lambda uow: uow.apply(EventFailed(key, "RuntimeError", for_good=True)))


async def test_an_event_of_another_version_stops_nobody(store: Database) -> None:
    await keep(store, said(1), said(2), said(3))

    def spoil(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.session.execute(update(events).where(events.c.event_id == "e1").values(event={"_": "Telepathy"}))

    await store.transact(spoil)
    assert await claim(store, limit=1) == ()
    assert [item.event.id for item in await claim(store)] == ["e2", "e3"]


async def test_the_senders_of_a_batch_are_known_as_they_are_after_each_event(store: Database) -> None:
    orlova, belov = await employ(store, "Orlova", "red:1"), await employ(store, "Belov")
    await keep(store, said(1), said(2))

    def handle(uow: UnitOfWork) -> None:
        assert len(uow.apply(ClaimEvents(10))) == 2
        visitor = uow.ask(WhoIs("red", "1"))
        assert visitor.account is not None
        assert visitor.person is not None
        assert visitor.person.id == orlova
        visitor.account.person_id = belov
        moved = uow.ask(WhoIs("red", "1"))
        assert moved.person is not None
        assert moved.person.id == belov
        uow.remove(visitor.account)
        assert uow.ask(WhoIs("red", "1")) == Visitor(None, None)

    await store.transact(handle)


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
