"""What is kept for a time is forgotten after it, in slices, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.copies import Settled
from core.delivery import DeliveryState, Priority, Revise
from core.people.linking import do_issue_code
from core.people.person import Code, Person
from core.retention import Forget
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.retention import aging
from storage.rooms import open_rooms
from storage.tables.delivery import deliveries, delivery_ids, messages
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import became, employ, saying, sent, settle, tell_all, work
from tests.contract.storage.ledger import apply, copy_at, plan, tally
from tests.support.clock import MovableClock

YEAR = timedelta(days=365)


async def rows(store: Database) -> tuple[int, int, int]:
    """How many messages, copies and ids of messengers there are."""

    def count(uow: UnitOfWork) -> tuple[int, int, int]:
        assert isinstance(uow, SqlUnitOfWork)
        some, copies, ids = (
            uow.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (messages, deliveries, delivery_ids)
        )
        return some, copies, ids

    return await store.transact(count)


async def forget(store: Database, before: datetime, most: int) -> list[int]:
    """The sizes of all slices until nothing is left to forget."""
    sizes = []
    while count := await apply(store, Forget("messages", before, most)):
        sizes.append(count)
    return sizes


async def delivered(store: Database, number: int) -> None:
    """So many answers that arrived."""
    for _ in range(number):
        await plan(store, priority=Priority.REPLY)
        (copy,) = await work(store)
        await settle(store, sent(copy, f"n{copy.delivery_id}"))


async def test_finished_messages_of_long_ago_go_with_their_copies(store: Database, clock: MovableClock) -> None:
    await delivered(store, 5)
    clock.move(YEAR)
    await delivered(store, 1)
    assert await forget(store, clock.now() - YEAR / 2, 2) == [2, 2, 2, 2, 2]
    assert await rows(store) == (1, 1, 1)
    assert await copy_at(store, "n6") is not None
    assert await copy_at(store, "n1") is None
    await apply(store, Revise(1, saying("nobody sees it")))
    assert await work(store) == []


async def test_what_is_not_finished_stays(store: Database, clock: MovableClock) -> None:
    await plan(store, "waits")
    clock.move(YEAR)
    assert await forget(store, clock.now(), 10) == []
    (copy,) = await work(store)
    await settle(store, became(copy, DeliveryState.FAILED, reason="too long"))
    clock.move(timedelta(seconds=1))
    assert await forget(store, clock.now(), 10) == [2]
    assert await rows(store) == (0, 0, 0)


async def test_what_many_got_keeps_its_counters(store: Database, clock: MovableClock) -> None:
    for number in range(5):
        await employ(store, f"Person {number}", f"red:{number}")
    message_id = await store.transact(tell_all)
    outcomes: list[Settled] = [sent(copy) for copy in await work(store)]
    await settle(store, *outcomes)
    await delivered(store, 1)
    clock.move(YEAR)
    assert await forget(store, clock.now(), 2) == [2, 2, 2, 1]
    assert await rows(store) == (1, 0, 0)
    assert (await tally(store, message_id)).sent == 5


async def test_rows_go_by_their_own_moment(store: Database, clock: MovableClock) -> None:
    person = await employ(store, "Late", "red:1")

    def invite(uow: UnitOfWork) -> None:
        found = uow.get(Person, person)
        assert found is not None
        do_issue_code(uow, found, timedelta(days=1))

    await store.transact(invite)
    assert await apply(store, Forget("codes", clock.now(), 10)) == 0
    clock.move(timedelta(days=2))
    assert await apply(store, Forget("codes", clock.now(), 10)) == 1
    assert await store.transact(lambda uow: uow.get(Code, 1)) is None


async def test_every_name_can_be_forgotten(store: Database, clock: MovableClock) -> None:
    open_rooms()
    for name in aging():
        assert await apply(store, Forget(name, clock.now(), 10)) == 0
    with pytest.raises(KeyError):
        await apply(store, Forget("nothing", clock.now(), 10))
