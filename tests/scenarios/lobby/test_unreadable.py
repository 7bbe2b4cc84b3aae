"""Messages that came without their key are answered with what to do, and not again and again."""

from __future__ import annotations

from datetime import timedelta

from core.chat.events import Unreadable
from tests.scenarios.happening import happens
from tests.support.people import TestPerson
from tests.support.world import World


async def test_what_cannot_be_read_is_answered_once(world: World, employee: TestPerson) -> None:
    for _ in range(3):
        world.clock.move(timedelta(seconds=1))
        await happens(world, "employee", Unreadable, message="secret")
    assert employee.count("I could not read your last message") == 1
    employee.sees("Please send it again.")
    await employee.says("/menu")
    employee.sees_last("Menu")
    world.clock.move(timedelta(seconds=1))
    await happens(world, "employee", Unreadable, message="secret")
    assert employee.count("I could not read your last message") == 2


async def test_a_message_of_a_kind_that_nobody_knows_is_answered_once(world: World, employee: TestPerson) -> None:
    for _ in range(3):
        world.clock.move(timedelta(seconds=1))
        await happens(world, "employee", Unreadable, message="strange", unknown=True)
    assert employee.count("I cannot read messages of this kind.") == 1
    employee.sees_not("the key for it")
