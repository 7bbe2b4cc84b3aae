"""The queue costs the same however long it is: counted in steps of SQLite's machine, which do not depend on the day."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from core.delivery import Pause, Priority, Send, ToAudience, WantedCopies
from core.people.audience import Audience
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import saying
from tests.support.clock import MovableClock

_HIRE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)
INSERT INTO people (last_name, first_name, patronymic, email, position, roles, active)
SELECT 'Person ' || i, '', '', '', '', 1, 1 FROM n
"""
_CONNECT = """
INSERT INTO accounts (messenger, address, person_id, chat, name, refused)
SELECT 'red', id, id, 'chat-' || id, '', 0 FROM people
"""


def _inside(uow: UnitOfWork) -> SqlUnitOfWork:
    assert isinstance(uow, SqlUnitOfWork)
    return uow


def _steps(store: Database) -> int:
    """How many hundreds of steps the next hundred copies cost."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    def look(uow: UnitOfWork) -> int:
        driver = _inside(uow).connection.connection.dbapi_connection
        assert driver is not None
        driver.set_progress_handler(count, 100)
        copies = uow.ask(WantedCopies("red", 100))
        driver.set_progress_handler(None, 0)
        return len(copies)

    assert store.transact_now(look) in (0, 100)
    return counted


@pytest.fixture
def crowd(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> dict[int, Database]:
    """Companies of two sizes, with a broadcast to all planned in each."""
    stores = {}
    for number in (1_000, 20_000):
        path = tmp_path / f"{number}.db"
        path.write_bytes(sqlite_template.read_bytes())
        stores[number] = Database(f"sqlite:///{path}", clock)
        stores[number].transact_now(partial(_announce, number))
    return stores


def _announce(people: int, uow: UnitOfWork) -> None:
    session = _inside(uow).session
    session.execute(text(_HIRE), {"number": people})
    session.execute(text(_CONNECT))
    uow.apply(Send(content=saying("all"), to=ToAudience(Audience(everybody=True)), priority=Priority.BROADCAST))


def test_a_long_queue_costs_no_more_than_a_short_one(crowd: dict[int, Database]) -> None:
    short, long = (_steps(store) for store in crowd.values())
    assert long <= 1.2 * short
    for store in crowd.values():
        store.transact_now(lambda uow: uow.apply(Pause(1, True)))
    short, long = (_steps(store) for store in crowd.values())
    assert long <= short <= 20
    for store in crowd.values():
        store.close_now()


def test_the_queue_is_read_by_its_indices(database_url: str, clock: MovableClock) -> None:
    store = Database(database_url, clock)
    statements: list[tuple[str, tuple[Any, ...]]] = []

    def look(uow: UnitOfWork) -> list[str]:
        unit = _inside(uow)
        engine = unit.connection.engine

        def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
            statements.append((statement, parameters))

        event.listen(engine, "before_cursor_execute", keep)
        uow.ask(WantedCopies("red", 100))
        event.remove(engine, "before_cursor_execute", keep)
        explain = "EXPLAIN QUERY PLAN " if unit.dialect == "sqlite" else "EXPLAIN "
        (due,) = [item for item in statements if "heads" in item[0]]
        return [str(line) for line in unit.connection.exec_driver_sql(explain + due[0], due[1])]

    plan = store.transact_now(look)
    store.close_now()
    assert any("ix_deliveries_ready" in line for line in plan)
    assert not [line for line in plan if "SCAN deliveries" in line or "Seq Scan on deliveries" in line]
