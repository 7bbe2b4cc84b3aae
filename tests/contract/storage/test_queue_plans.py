"""On PostgreSQL a plan may be made while the tables are empty and kept: it must be right for full ones too."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import TextClause

from core.delivery import Priority, Send, ToPerson
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.ledger.queue import by_index, queue
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import announce, employ, saying
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL
from tests.support.notices import WORD

PEOPLE, EACH, MOST, CROWD = 20, 40, 10, 20_000


@pytest.fixture
def shared(postgresql: PostgreSQL, clock: MovableClock) -> Iterator[Database]:
    url = postgresql.create()
    store = Database(url, clock)
    yield store
    store.close_now()
    postgresql.drop(url)


async def test_many_answers_to_few_people_are_looked_at_a_few_at_a_time(shared: Database) -> None:
    people = [await employ(shared, f"Orlova {number}", f"red:{number}") for number in range(PEOPLE)]

    def work(uow: UnitOfWork) -> dict[str, Any]:
        assert isinstance(uow, SqlUnitOfWork)
        look = _prepared(uow, Priority.NOTICE)
        assert uow.connection.exec_driver_sql(look).all() == []
        for number in range(PEOPLE * EACH):
            to = ToPerson(people[number % PEOPLE])
            uow.apply(Send(kind=WORD, content=saying(str(number)), to=to, priority=Priority.REPLY))
        return _explained(uow, look)

    plan = await shared.transact(work)
    assert plan["Actual Rows"] == MOST
    assert _pages(plan) < 100 * MOST


async def test_the_end_of_a_long_broadcast_is_found_without_walking_there(shared: Database) -> None:
    await shared.transact(partial(announce, CROWD))
    plan = await shared.transact(lambda uow: _explained(uow, _prepared(uow, Priority.BROADCAST)))
    assert plan["Actual Rows"] == 1, "the first copy of the only broadcast"
    assert _pages(plan) < 50


def _prepared(uow: UnitOfWork, last: Priority) -> str:
    """How to ask for the queue; the plan is made the first time, and kept."""
    assert isinstance(uow, SqlUnitOfWork)
    by_index(uow)
    uow.connection.exec_driver_sql(f"PREPARE look(text, int, int, bigint[]) AS {_statement()}")
    return f"EXECUTE look('red', {MOST}, {last.value}, '{{}}')"


def _explained(uow: UnitOfWork, look: str) -> dict[str, Any]:
    assert isinstance(uow, SqlUnitOfWork)
    (explained,) = uow.connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {look}").scalar_one()
    plan: dict[str, Any] = explained["Plan"]
    return plan


def _pages(plan: dict[str, Any]) -> int:
    """How many pages of the database were looked at."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _statement() -> str:
    """The statement of the queue with the parameters of a prepared one."""
    clause = queue("postgresql").element
    assert isinstance(clause, TextClause)
    found = clause.text
    for number, name in enumerate((":messenger", ":most", ":last", ":busy"), 1):
        found = found.replace(name, f"${number}")
    return found
