"""Somebody decides when not to be disturbed."""

from __future__ import annotations

from tests.scenarios.quiet.nights import sleeps, until
from tests.support.people import TestPerson
from tests.support.world import World


async def test_usual_hours_are_chosen_and_given_up(employee: TestPerson) -> None:
    await employee.says("/me")
    assert "Quiet hours: none" in employee.sees("Petrova").text
    await employee.presses("Quiet hours")
    seen = employee.sees("🌙 Quiet hours", button="🔘 none")
    assert "Your clock shows: 12:00" in seen.text
    await employee.presses("20:00–09:00")
    employee.sees("Quiet hours: 20:00–09:00", button="🔘 20:00–09:00")
    await employee.presses("Back")
    employee.sees("Quiet hours: 20:00–09:00", button="Accounts")
    await employee.presses("Quiet hours")
    await employee.presses("none")
    employee.sees("Quiet hours: none", button="🔘 none")


async def test_own_hours_are_written(employee: TestPerson) -> None:
    await employee.says("/me")
    await employee.presses("Quiet hours")
    await employee.presses("Set other times")
    employee.sees("From when until when?", button="Cancel")
    await employee.says("at night")
    employee.sees("I cannot read this. Please write two times, such as 22:30-7:00.")
    await employee.says("23-23")
    employee.sees("This is a whole day.")
    await employee.says("с 23:30 до 7")
    seen = employee.sees("Quiet hours: 23:30–07:00", button="Back")
    assert not any("🔘" in label for label in seen.buttons)


async def test_nothing_is_held(employee: TestPerson) -> None:
    await employee.says("/quiet")
    employee.sees_last("Nothing is held for you.", button="Menu")


async def test_answers_come_at_any_time(world: World, employee: TestPerson) -> None:
    await sleeps(employee)
    await until(world, "23:00")
    await employee.says("/who Sidorov")
    employee.sees("Sidorov")
