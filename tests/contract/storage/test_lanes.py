"""Several processes at one inbox: the events of each person one at a time and in order, none lost and none twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from operator import methodcaller

import pytest
from sqlalchemy import select, text

from core.chat.events import Said
from core.inbox import ClaimEvents, Pending, StoreEvents
from core.people.person import Account, Department
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.tables.people import departments
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ
from tests.support.clock import START, MovableClock
from tests.support.databases import PostgreSQL

Two = tuple[Database, Database]


@pytest.fixture
async def two(postgresql: PostgreSQL, clock: MovableClock) -> AsyncIterator[Two]:
    """The same database as two processes have it."""
    url = postgresql.create()
    stores = Database(url, clock), Database(url, clock)
    yield stores
    for store in stores:
        await store.close()
    postgresql.drop(url)


def said(sender: str, number: int, messenger: str = "red") -> Said:
    return Said(messenger=messenger, id=f"{sender}{number}", at=START, account=sender, chat=f"chat-{sender}", text="hi")


async def keep(store: Database, *received: Said) -> None:
    for event in received:
        change = StoreEvents(event.messenger, (event,), None)
        await store.transact(methodcaller("apply", change))


def ids(claimed: tuple[Pending, ...]) -> list[str]:
    return [item.event.id for item in claimed]


def claim(store: Database, limit: int = 50, messengers: frozenset[str] | None = None) -> list[str]:
    """The events that a process gets now, which are handled afterwards."""
    return ids(store.transact_now(lambda uow: uow.apply(ClaimEvents(limit, messengers))))


async def test_while_one_process_handles_a_person_others_handle_the_others(two: Two) -> None:
    store, other = two
    await keep(store, said("a", 1), said("b", 1), said("a", 2), said("c", 1))
    meanwhile: list[str] = []

    def handle(uow: UnitOfWork) -> list[str]:
        claimed = ids(uow.apply(ClaimEvents(1)))
        meanwhile.extend(claim(other))
        assert claim(other) == []
        return claimed

    assert await store.transact(handle) == ["a1"]
    assert meanwhile == ["b1", "c1"]
    assert claim(other) == ["a2"]


async def test_the_accounts_of_a_person_are_one(two: Two) -> None:
    store, other = two
    await employ(store, "Orlova", "red:a", "blue:z")
    await keep(store, said("a", 1), said("z", 1, "blue"), said("z", 2), said("a", 2))

    def handle(uow: UnitOfWork) -> list[str]:
        claimed = ids(uow.apply(ClaimEvents(1)))
        assert claim(other) == ["z2"], "an account of nobody"
        return claimed

    assert await store.transact(handle) == ["a1"]
    assert claim(other) == ["z1", "a2"]


async def test_what_is_not_claimed_is_not_held(two: Two) -> None:
    store, other = two
    await keep(store, *(said("a", number) for number in range(5)), said("b", 1), said("c", 1))

    def handle(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        assert len(uow.apply(ClaimEvents(3))) == 3
        locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert uow.session.execute(locks).scalar_one() == 1
        assert claim(other, messengers=frozenset({"blue"})) == []
        assert claim(other, limit=1) == ["b1"]

    await store.transact(handle)
    assert claim(other) == ["a3", "a4", "c1"]


async def test_behind_a_crowd_that_others_handle_there_is_work(two: Two) -> None:
    store, other = two
    crowd = [said(f"p{number}-", 1) for number in range(60)]
    flood = [said("p7-", number) for number in range(2, 30)]
    await keep(store, *crowd, *flood, said("late", 1), said("later", 1))

    def handle(uow: UnitOfWork) -> None:
        assert len(uow.apply(ClaimEvents(60))) == 60
        assert claim(other, limit=1) == ["late1"]
        assert claim(other, limit=50) == ["later1"]

    await store.transact(handle)
    assert claim(other) == [event.id for event in flood]


async def test_nobody_handles_what_only_an_old_view_shows_as_waiting(two: Two) -> None:
    store, other = two
    await keep(store, said("a", 1), said("a", 2), said("a", 3))
    runs: list[list[str]] = []

    def handle(uow: UnitOfWork) -> list[str]:
        assert uow.get(Department, 1) is None  # from here on the transaction sees the database as it is now
        runs.append([])
        if len(runs) == 1:
            assert claim(other, limit=1) == ["a1"]
        runs[-1] = ids(uow.apply(ClaimEvents(50)))
        return runs[-1]

    assert await store.transact(handle) == ["a2", "a3"]
    assert runs == [[], ["a2", "a3"]]


async def test_order_is_kept_while_an_account_becomes_a_persons(two: Two) -> None:
    store, other = two
    key = await employ(store, "Orlova", "blue:z")
    await keep(store, said("a", 1), said("a", 2), said("z", 1, "blue"))

    def link(uow: UnitOfWork) -> list[str]:
        claimed = ids(uow.apply(ClaimEvents(1)))
        uow.add(Account(messenger="red", address="a", person_id=key, chat="chat-a"))
        uow.flush()
        assert claim(other, messengers=frozenset({"red"})) == []
        return claimed

    assert await store.transact(link) == ["a1"]

    def handle(uow: UnitOfWork) -> None:
        assert ids(uow.apply(ClaimEvents(1))) == ["a2"]
        assert claim(other) == []

    await store.transact(handle)
    assert claim(other) == ["z1"]


async def test_what_a_process_claimed_that_died_is_there_for_another(two: Two) -> None:
    store, other = two
    await keep(store, said("a", 1), said("a", 2), said("b", 1))

    def die(uow: UnitOfWork) -> None:
        assert len(uow.apply(ClaimEvents(50))) == 3
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.transact_now(die)
    assert claim(other) == ["a1", "a2", "b1"]


@pytest.mark.parametrize("seed", range(3))
async def test_however_processes_race_each_event_is_handled_once_and_in_order(
    store: Database, database_url: str, clock: MovableClock, seed: int
) -> None:
    chance = random.Random(seed)
    senders = [chance.choice("abcdefg") for _ in range(120)]
    await employ(store, "Orlova", "red:a", "red:b")
    received = [said(sender, number) for number, sender in enumerate(senders)]
    await keep(store, *received[:60])
    other = Database(database_url, clock) if store.shared else store

    async def process(database: Database, dice: random.Random) -> None:
        idle = 0
        while idle < 20:
            limit, breaks = dice.choice((1, 2, 5, 20)), dice.random() < 0.3

            def handle(uow: UnitOfWork, limit: int = limit, breaks: bool = breaks) -> int:
                claimed = uow.apply(ClaimEvents(limit))
                for item in claimed:
                    uow.add(Department(name=item.event.id))  # whose ids tell the order in which they were made
                    uow.flush()
                if breaks and claimed:
                    raise ZeroDivisionError
                return len(claimed)

            try:
                idle = 0 if await database.transact(handle) else idle + 1
            except ZeroDivisionError:
                idle = 0

    runs = [process(database, random.Random(seed + n)) for n, database in enumerate((store, other, store, other))]
    await asyncio.gather(*runs, keep(store, *received[60:]))
    if other is not store:
        await other.close()

    def written(uow: UnitOfWork) -> list[str]:
        assert isinstance(uow, SqlUnitOfWork)
        return list(uow.session.execute(select(departments.c.name).order_by(departments.c.id)).scalars())

    handled = await store.transact(written)
    assert sorted(handled) == sorted(event.id for event in received)
    for lane in ("ab", *"cdefg"):
        assert [name for name in handled if name[0] in lane] == [e.id for e in received if e.account in lane]
