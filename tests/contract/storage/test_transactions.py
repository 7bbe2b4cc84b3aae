"""A transaction: whole or not at all, run again when it conflicts, and clear about what it could not do."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.chat.phrases import phrase
from core.drafts import DraftIn, FormDraft
from core.people.person import Department, Person
from core.unit_of_work import Busy, DomainEvent, Full, Query, Refused, UnitOfWork
from storage.database import Database
from storage.dispatch import answers
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import add_person, employ
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL


def person(uow: UnitOfWork, key: int) -> Person:
    found = uow.get(Person, key)
    assert found is not None
    return found


async def test_what_work_returns_is_returned_and_kept(store: Database) -> None:
    key = await employ(store, "Orlova", position="Cook")
    assert await store.transact(lambda uow: person(uow, key).position) == "Cook"


async def test_a_change_of_an_entity_is_saved(store: Database) -> None:
    key = await employ(store, "Orlova")

    def promote(uow: UnitOfWork) -> None:
        person(uow, key).position = "Chef"

    await store.transact(promote)
    assert (await store.transact(lambda uow: person(uow, key))).position == "Chef"


async def test_work_that_raises_leaves_nothing(store: Database) -> None:
    def refuse(uow: UnitOfWork) -> None:
        uow.add(Department(name="Kitchen"))
        uow.flush()
        uow.wake("kitchen")
        raise Refused(phrase("No."))

    woken: list[str] = []
    store.woken("kitchen", lambda: woken.append("kitchen"))
    with pytest.raises(Refused):
        await store.transact(refuse)
    assert await store.transact(lambda uow: uow.get(Department, 1)) is None
    assert woken == []


async def test_whoever_waits_is_woken_after_the_commit(store: Database) -> None:
    woken = asyncio.Event()
    store.woken("kitchen", woken.set)
    await store.transact(lambda uow: uow.wake("kitchen"))
    await asyncio.wait_for(woken.wait(), 5)


async def test_removing_and_ids_that_are_never_given_twice(store: Database) -> None:
    key = await employ(store, "Orlova")
    await store.transact(lambda uow: uow.remove(person(uow, key)))
    assert await store.transact(lambda uow: uow.get(Person, key)) is None
    assert await employ(store, "Petrova") > key


async def test_now_is_the_clock(store: Database, clock: MovableClock) -> None:
    assert await store.transact(lambda uow: uow.now) == clock.now()


async def test_events_are_handed_over_once(store: Database) -> None:
    @dataclass(frozen=True)
    class Rang(DomainEvent):
        number: int

    def ring(uow: UnitOfWork) -> tuple[list[DomainEvent], list[DomainEvent]]:
        uow.emit(Rang(1))
        uow.emit(Rang(2))
        return uow.emitted(), uow.emitted()

    assert await store.transact(ring) == ([Rang(1), Rang(2)], [])


async def test_concurrent_changes_of_one_row_are_all_kept(store: Database) -> None:
    key = await employ(store, "Orlova", position="0")

    def count(uow: UnitOfWork) -> None:
        found = person(uow, key)
        found.position = str(int(found.position) + 1)

    await asyncio.gather(*(store.transact(count) for _ in range(20)))
    assert (await store.transact(lambda uow: person(uow, key))).position == "20"


async def test_two_that_make_the_same_thing_end_with_one(store: Database) -> None:
    def make(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        known = uow.session.execute(text("SELECT id FROM departments WHERE name = 'Kitchen'")).scalar()
        if known is None:
            uow.add(kitchen := Department(name="Kitchen"))
            uow.flush()
            return kitchen.id
        return int(known)

    assert len(set(await asyncio.gather(*(store.transact(make) for _ in range(8))))) == 1


async def test_conflicting_work_is_run_again_from_the_start(postgresql: PostgreSQL, clock: MovableClock) -> None:
    url = postgresql.create()
    store, other = Database(url, clock), Database(url, clock)
    key = await employ(store, "Orlova", position="a")
    seen: list[str] = []

    def change(uow: UnitOfWork) -> None:
        found = person(uow, key)
        seen.append(found.position)
        if len(seen) == 1:
            other.transact_now(lambda elsewhere: setattr(person(elsewhere, key), "position", "b"))
        found.position += "c"

    await store.transact(change)
    assert seen == ["a", "b"]
    assert (await store.transact(lambda uow: person(uow, key))).position == "bc"
    await store.close()
    await other.close()
    postgresql.drop(url)


async def test_a_lock_that_is_not_released_is_busy(store: Database, database_url: str) -> None:
    key = await employ(store, "Orlova")
    statement = f"UPDATE people SET position = 'x' WHERE id = {key}"
    if database_url.startswith("sqlite"):
        holder: sqlite3.Connection | psycopg.Connection = sqlite3.connect(
            database_url.removeprefix("sqlite:///"), isolation_level=None
        )
        holder.execute("BEGIN IMMEDIATE")
    else:
        holder = psycopg.connect(database_url)
        holder.execute(statement.encode())

    def promote(uow: UnitOfWork) -> None:
        person(uow, key).position = "Chef"

    with pytest.raises(Busy):
        await store.transact(promote)
    holder.rollback()
    await store.transact(promote)
    holder.close()
    assert (await store.transact(lambda uow: person(uow, key))).position == "Chef"


async def test_a_full_disk_is_told_and_survived(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> None:
    path = tmp_path / "full.db"
    path.write_bytes(sqlite_template.read_bytes())
    store = Database(f"sqlite:///{path}", clock)

    def pages(uow: UnitOfWork, limit: str) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        uow.session.execute(text(f"PRAGMA max_page_count = {limit}"))

    await store.transact(lambda uow: pages(uow, "1"))
    with pytest.raises(Full):
        await store.transact(lambda uow: add_person(uow, "Orlova " * 10_000))
    await store.transact(lambda uow: pages(uow, "1000000"))
    key = await employ(store, "Petrova")
    assert (await store.transact(lambda uow: person(uow, key))).last_name == "Petrova"
    await store.close()


async def test_a_server_that_cannot_be_reached_is_busy(tmp_path: Path, clock: MovableClock) -> None:
    for url in (f"postgresql://nobody@/none?host={tmp_path}", f"sqlite:///{tmp_path}/no/such/folder.db"):
        store = Database(url, clock)
        with pytest.raises(Busy):
            await employ(store, "Orlova")
        await store.close()


async def test_connections_that_died_are_replaced(postgresql: PostgreSQL, clock: MovableClock) -> None:
    url = postgresql.create()
    store = Database(url, clock)
    key = await employ(store, "Orlova")
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert (await store.transact(lambda uow: person(uow, key))).last_name == "Orlova"
    await store.close()
    postgresql.drop(url)


async def test_cancelling_the_caller_spoils_nothing(store: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(uow: UnitOfWork) -> int:
        begun.set()
        go_on.wait(10)
        return add_person(uow, "Orlova")

    task = asyncio.create_task(store.transact(slow))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    later = await employ(store, "Petrova")
    assert (await store.transact(lambda uow: person(uow, later))).last_name == "Petrova"


async def test_the_context_of_the_caller_is_there(store: Database) -> None:
    correlation: ContextVar[str] = ContextVar("correlation")
    correlation.set("event 7")
    assert await store.transact(lambda uow: correlation.get()) == "event 7"


async def test_a_query_without_an_answer_is_named(store: Database) -> None:
    class Unheard(Query[int]):
        pass

    with pytest.raises(TypeError, match="Unheard"):
        await store.transact(lambda uow: uow.ask(Unheard()))


def test_two_answers_to_one_query_collide() -> None:
    def again(uow: SqlUnitOfWork, query: DraftIn) -> None:
        return None

    with pytest.raises(TypeError, match="DraftIn"):
        answers(DraftIn)(again)


async def test_text_that_no_database_takes_is_made_harmless(store: Database) -> None:
    key = await employ(store, "Or\x00lova \ud83d Ж🙂")
    assert (await store.transact(lambda uow: person(uow, key))).last_name == "Orlova ? Ж🙂"


async def test_a_moment_without_a_zone_is_refused(store: Database, clock: MovableClock) -> None:
    def open_form(uow: UnitOfWork, moment: datetime) -> FormDraft:
        draft = FormDraft(
            messenger="red", chat="c", account="a", person_id=None, form="f", step="s",
            values={"text": "\ud83d\x00"}, started_at=moment, updated_at=moment,
        )  # fmt: skip
        uow.add(draft)
        return draft

    with pytest.raises(Exception, match="time zone"):
        await store.transact(lambda uow: open_form(uow, clock.now().replace(tzinfo=None)))
    await store.transact(lambda uow: open_form(uow, clock.now()))
    kept = await store.transact(lambda uow: uow.ask(DraftIn("red", "c", "a")))
    assert kept is not None
    assert kept.started_at == clock.now()
    assert kept.values == {"text": "\ud83d\x00"}


async def test_transactions_are_counted(postgresql: PostgreSQL, clock: MovableClock) -> None:
    url = postgresql.create()
    store, other = Database(url, clock), Database(url, clock)
    key = await employ(store, "Orlova", position="a")
    before = store.transactions, store.seconds
    runs: list[None] = []

    def change(uow: UnitOfWork) -> None:
        runs.append(None)
        found = person(uow, key)
        if len(runs) == 1:
            other.transact_now(lambda elsewhere: setattr(person(elsewhere, key), "position", "b"))
        found.position = "c"

    await store.transact(change)
    assert (store.transactions, store.reruns) == (before[0] + 1, 1)
    assert store.seconds > before[1]
    await store.close()
    await other.close()
    postgresql.drop(url)


async def test_a_pooler_that_knows_no_prepared_statements(postgresql: PostgreSQL, clock: MovableClock) -> None:
    url = postgresql.create()
    store = Database(f"{url}&prepare_threshold=none", clock)

    def look(uow: UnitOfWork) -> None:
        for _ in range(10):
            uow.ask(DraftIn("red", "c", "a"))
        assert isinstance(uow, SqlUnitOfWork)
        assert uow.session.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0

    await store.transact(look)
    await store.close()
    with pytest.raises(ValueError, match="can only be none"):
        Database(f"{url}&prepare_threshold=soon", clock)
    postgresql.drop(url)
