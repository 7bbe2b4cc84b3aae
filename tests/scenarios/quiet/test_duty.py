"""A missed call wakes the people on duty, and nobody else."""

from __future__ import annotations

import pytest

from core.calls.lines import KnowLines, LineNamed
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.replay.recordings import TRUNKS
from tests.scenarios.calls.conftest import Exchange
from tests.scenarios.quiet.nights import sleeps, until
from tests.support.people import TestPerson
from tests.support.world import World


@pytest.fixture
async def exchange(world: World) -> Exchange:
    await world.store.transact(lambda uow: uow.apply(KnowLines(TRUNKS, "Europe/Moscow")))
    return Exchange(world)


async def routed(world: World, *, duty: tuple[int, ...] = (), department: bool = False) -> None:
    """Whom the first line is answered by."""

    def route(uow: UnitOfWork) -> None:
        line, seller = uow.ask(LineNamed("line-msk")), uow.get(Person, world.ids["employee"])
        assert line is not None
        assert seller is not None
        line.duty = duty
        line.department_id = seller.department_id if department else None

    await world.store.transact(route)


async def test_whoever_is_on_duty_is_woken(world: World, exchange: Exchange, employee: TestPerson) -> None:
    await routed(world, duty=(world.ids["employee"],))
    await sleeps(employee)
    await until(world, "23:00")
    await exchange.misses()
    employee.sees_last("Missed call", button="Take")


async def test_a_department_without_duty_sleeps(
    world: World, exchange: Exchange, employee: TestPerson, colleague: TestPerson
) -> None:
    await routed(world, department=True)
    await sleeps(employee)
    await until(world, "23:00")
    await exchange.misses()
    colleague.sees_last("Missed call", button="Take")
    employee.sees_not("Missed call ·")
    await until(world, "08:00")
    employee.sees("Missed call", button="Take")
