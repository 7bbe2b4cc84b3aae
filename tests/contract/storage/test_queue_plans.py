"""On PostgreSQL a plan may be made while the tables are empty and kept: it must be right for full ones too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import TextClause

from core.delivery import Priority, Send, ToPerson
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.queue import by_index, queue
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ, saying
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL

PEOPLE, EACH, MOST = 20, 40, 10


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
        by_index(uow)
        execute = uow.connection.exec_driver_sql
        execute(f"PREPARE look(text, int, int, bigint[]) AS {_statement()}")
        look = f"EXECUTE look('red', {MOST}, {Priority.NOTICE.value}, '{{}}')"
        assert execute(look).all() == []
        for number in range(PEOPLE * EACH):
            to = ToPerson(people[number % PEOPLE])
            uow.apply(Send(content=saying(str(number)), to=to, priority=Priority.REPLY))
        (explained,) = execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {look}").scalar_one()
        plan: dict[str, Any] = explained["Plan"]
        return plan

    plan = await shared.transact(work)
    assert plan["Actual Rows"] == MOST
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 100 * MOST


def _statement() -> str:
    """The statement of the queue with the parameters of a prepared one."""
    clause = queue("postgresql").element
    assert isinstance(clause, TextClause)
    found = clause.text
    for number, name in enumerate((":messenger", ":most", ":last", ":busy"), 1):
        found = found.replace(name, f"${number}")
    return found
