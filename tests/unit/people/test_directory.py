"""A search follows the people here, whoever changes them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator

import pytest

from core.chat.phrases import Phrase
from core.people.directory import FindPeople, PeopleOf, clear_match
from core.people.person import Department, Person
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from storage.queries import directory
from tests.support.clock import MovableClock


async def find(store: Database, text: str, *, inactive: bool = False) -> list[str]:
    found = await store.transact(lambda uow: uow.ask(FindPeople(text, inactive=inactive)))
    return [one.person.full_name for one in found if one.score > 0.6]


@pytest.fixture
async def other(database_url: str, clock: MovableClock) -> AsyncIterator[Database]:
    """The same database in what could be another process: it has an index of its own."""
    database = Database(database_url, clock)
    yield database
    await database.close()


async def test_a_change_by_another_process_is_found(store: Database, other: Database) -> None:
    await store.transact(lambda uow: uow.add(Person(last_name="Petrova", first_name="Anna")))
    assert await find(store, "petrova") == await find(other, "petrova") == ["Petrova Anna"]

    def marries(uow: UnitOfWork) -> None:
        (one,) = uow.ask(FindPeople("petrova"))
        one.person.last_name = "Kuznetsova"

    await other.transact(marries)
    assert await find(store, "kuznetsova") == ["Kuznetsova Anna"]


async def test_a_department_is_found_by_its_new_name(store: Database) -> None:
    def work(uow: UnitOfWork) -> int:
        department = Department(name="Logistics")
        uow.add(department)
        uow.flush()
        uow.add(Person(last_name="Petrova", first_name="Anna", department_id=department.id))
        return department.id

    id = await store.transact(work)
    assert await find(store, "logistics") == ["Petrova Anna"]

    def rename(uow: UnitOfWork) -> None:
        department = uow.get(Department, id)
        assert department is not None
        department.name = "Warehouse"

    await store.transact(rename)
    assert await find(store, "warehouse") == ["Petrova Anna"]


async def test_what_was_undone_is_not_found(store: Database) -> None:
    def undone(uow: UnitOfWork) -> None:
        uow.add(Person(last_name="Petrova", first_name="Anna"))
        assert uow.ask(FindPeople("petrova"))
        raise Refused(Phrase("undone"))

    with pytest.raises(Refused, match="undone"):
        await store.transact(undone)
    assert await find(store, "petrova") == []
    await store.transact(lambda uow: uow.add(Person(last_name="Sidorov", first_name="Boris")))
    assert await find(store, "sidorov") == ["Sidorov Boris"]


async def test_who_left_is_found_by_admins_alone(store: Database) -> None:
    await store.transact(lambda uow: uow.add(Person(last_name="Petrova", first_name="Anna", active=False)))
    assert await find(store, "petrova") == []
    assert await find(store, "petrova", inactive=True) == ["Petrova Anna"]


async def test_a_large_company_is_indexed_aside(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "MOST_AT_ONCE", 1)
    await store.transact(lambda uow: uow.add(Person(last_name="Petrova", first_name="Anna")))
    assert await find(store, "petrova") == ["Petrova Anna"]
    await store.transact(lambda uow: uow.add(Person(last_name="Sidorov", first_name="Boris")))
    await find(store, "sidorov")
    for thread in threading.enumerate():
        if thread.name == directory.THREAD:
            thread.join()
    assert await find(store, "sidorov") == ["Sidorov Boris"]


async def test_a_choice_or_a_doubt_is_no_clear_match(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        for first in ("Anna", "Alla"):
            uow.add(Person(last_name="Petrova", first_name=first))
        uow.flush()
        meant = clear_match(uow.ask(FindPeople("anna")))
        assert meant is not None
        assert meant.person.first_name == "Anna"
        assert clear_match(uow.ask(FindPeople("petrova"))) is None
        assert clear_match(uow.ask(FindPeople("petr"))) is None
        assert clear_match(()) is None

    await store.transact(work)


async def test_pages_of_a_team(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        chief = Person(last_name="Orlov", first_name="Gleb")
        uow.add(chief)
        uow.flush()
        for number in range(5):
            uow.add(Person(last_name=f"P{number}", first_name="A", manager_id=chief.id, active=number != 2))
        page = uow.ask(PeopleOf(manager_id=chief.id, offset=2, limit=2))
        assert ([one.last_name for one in page.people], page.total) == (["P3", "P4"], 4)

    await store.transact(work)
