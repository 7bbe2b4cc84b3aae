"""What the company has chosen is read without a statement, and never wrong for whoever has changed it."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from sqlalchemy import event

from core.options import Choice, Number, Option, Switch, TimeOfDay, do_choose, option_of
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import MovableClock

PATIENCE = Number("calls.patience", 10, least=1, most=60)


def choose(uow: UnitOfWork) -> int:
    do_choose(uow, PATIENCE, 20)
    return option_of(uow, PATIENCE)


async def test_a_choice_counts_at_once_and_can_be_taken_back(store: Database) -> None:
    assert await store.transact(lambda uow: option_of(uow, PATIENCE)) == 10
    assert await store.transact(choose) == 20
    assert await store.transact(lambda uow: option_of(uow, PATIENCE)) == 20
    assert not await store.transact(lambda uow: do_choose(uow, PATIENCE, 20))
    assert await store.transact(lambda uow: do_choose(uow, PATIENCE, 10))
    assert await store.transact(lambda uow: option_of(uow, PATIENCE)) == 10


async def test_what_was_undone_is_not_remembered(store: Database) -> None:
    def fail(uow: UnitOfWork) -> None:
        assert choose(uow) == 20
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await store.transact(fail)
    assert await store.transact(lambda uow: option_of(uow, PATIENCE)) == 10


async def test_reading_again_costs_no_statement(store: Database) -> None:
    await store.transact(lambda uow: option_of(uow, PATIENCE))

    def count(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        seen: list[str] = []
        connection = uow.connection
        event.listen(connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
        option_of(uow, PATIENCE)
        return len(seen)

    assert await store.transact(count) == 0


async def test_what_is_out_of_bounds_is_refused_and_counts_as_not_chosen(store: Database) -> None:
    with pytest.raises(ValueError, match="bounds"):
        await store.transact(lambda uow: do_choose(uow, PATIENCE, 100))
    await store.transact(choose)
    narrower = Number("calls.patience", 10, least=1, most=15)
    assert await store.transact(lambda uow: option_of(uow, narrower)) == 10


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (Switch("calls.rings", True), False),
        (Choice("calls.tune", "bell", among=("bell", "horn")), "horn"),
        (TimeOfDay("calls.begin", time(9)), time(8, 30)),
    ],
)
async def test_each_kind_is_kept(store: Database, option: Option[Any], value: object) -> None:
    assert await store.transact(lambda uow: do_choose(uow, option, value))
    assert await store.transact(lambda uow: option_of(uow, option)) == value


async def test_what_the_server_says_wins_and_is_not_changed(
    store: Database, database_url: str, clock: MovableClock
) -> None:
    await store.transact(choose)
    started = Database(database_url, clock, patience=0.2, given={PATIENCE.name: "30"})
    try:
        assert await started.transact(lambda uow: option_of(uow, PATIENCE)) == 30
        with pytest.raises(Refused):
            await started.transact(lambda uow: do_choose(uow, PATIENCE, 40))
    finally:
        await started.close()
    assert await store.transact(lambda uow: option_of(uow, PATIENCE)) == 20


async def test_what_the_server_says_wrongly_is_not_guessed(
    store: Database, database_url: str, clock: MovableClock
) -> None:
    started = Database(database_url, clock, patience=0.2, given={PATIENCE.name: "long"})
    try:
        with pytest.raises(ValueError, match=r"'long' is no value of calls\.patience"):
            await started.transact(lambda uow: option_of(uow, PATIENCE))
    finally:
        await started.close()


def test_a_default_is_within_the_bounds() -> None:
    with pytest.raises(ValueError, match="default"):
        Number("calls.patience", 0, least=1, most=60)
