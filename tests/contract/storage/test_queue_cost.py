"""The queue costs the same however long it is: counted in steps of SQLite's machine, which do not depend on the day."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from core.chat.messenger import Receipt
from core.copies import Settle, Settled, WantedCopies
from core.delivery import Cancel, DeliveryState, Pause, Priority
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import announce, tell_all
from tests.support.clock import MovableClock


def _inside(uow: UnitOfWork) -> SqlUnitOfWork:
    assert isinstance(uow, SqlUnitOfWork)
    return uow


def _steps(store: Database, *, settled: bool = False) -> int:
    """How many hundreds of steps the next hundred copies cost, and their outcomes as well when they are `settled`."""
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
        if settled:
            sent = (
                Settled(delivery_id=copy.delivery_id, state=DeliveryState.SENT, shown=1, receipt=Receipt((copy.chat,)))
                for copy in copies
            )
            uow.apply(Settle(tuple(sent)))
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
        stores[number].transact_now(partial(announce, number))
    return stores


@pytest.mark.parametrize("priority", [Priority.NOTICE, Priority.BROADCAST])
def test_a_long_queue_costs_no_more_than_a_short_one(crowd: dict[int, Database], priority: Priority) -> None:
    def both(*, settled: bool = False) -> tuple[int, int]:
        short, long = (_steps(store, settled=settled) for store in crowd.values())
        return short, long

    for store in crowd.values():
        store.transact_now(lambda uow: (uow.apply(Pause(1, True)), tell_all(uow, priority)))
    short, long = both()
    assert long <= 1.2 * short
    for store in crowd.values():
        store.transact_now(partial(tell_all, priority=priority))  # all of them behind the first, for the same people
    short, long = both()
    assert long <= 1.2 * short
    short, long = both(settled=True)
    assert long <= 1.2 * short, "also to write outcomes down"
    for store in crowd.values():
        store.transact_now(lambda uow: (uow.apply(Pause(2, True)), uow.apply(Cancel(3))))
    _, long = both()
    assert long <= 20, "what does not go is stepped over"
    for store in crowd.values():
        store.close_now()


def test_the_queue_is_read_by_its_indices(database_url: str, clock: MovableClock) -> None:
    store = Database(database_url, clock)
    store.transact_now(partial(announce, 3))
    if store.shared:
        store.transact_now(lambda uow: _inside(uow).session.execute(text("ANALYZE")))  # so that all tables look small
    statements: list[tuple[str, tuple[Any, ...]]] = []

    def look(uow: UnitOfWork) -> list[str]:
        unit = _inside(uow)
        engine = unit.connection.engine

        def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
            statements.append((statement, parameters))

        event.listen(engine, "before_cursor_execute", keep)
        copies = uow.ask(WantedCopies("red", 100))
        uow.apply(Settle(tuple(Settled(delivery_id=copy.delivery_id, state=DeliveryState.SENT) for copy in copies)))
        event.remove(engine, "before_cursor_execute", keep)
        explain = "EXPLAIN QUERY PLAN " if unit.dialect == "sqlite" else "EXPLAIN "
        of_copies = [item for item in statements if "deliveries" in item[0] or "messages" in item[0]]
        assert len(of_copies) == 8
        return [str(line) for item in of_copies for line in unit.connection.exec_driver_sql(explain + item[0], item[1])]

    plan = store.transact_now(look)
    store.close_now()
    for index in ("ix_deliveries_ready", "ix_deliveries_put_off", "ix_deliveries_chat"):
        assert any(index in line for line in plan)
    assert not [line for line in plan if "Seq Scan" in line]
    read = [line for line in plan if "Index Scan" in line or "Index Only Scan" in line]
    assert len(read) == len([line for line in plan if "Index Cond" in line]), "an index that is read from end to end"
    assert not [line for line in plan if any(f"SCAN {name}" in line for name in ("deliveries", "d ", "n ", "o ", "m "))]
