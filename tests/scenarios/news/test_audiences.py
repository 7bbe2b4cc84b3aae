"""HR says whom an item is for: some are left out, an audience gets a name, and it is known who cannot be reached."""

from __future__ import annotations

from tests.scenarios.news.writing import asked_for_whom, loses
from tests.support.people import TestPerson
from tests.support.world import World


async def test_some_are_left_out(hr: TestPerson, employee: TestPerson, manager: TestPerson, admin: TestPerson) -> None:
    await asked_for_whom(hr)
    await hr.presses("Departments")
    await hr.presses("Sales")
    await hr.presses("Leave out")
    await hr.says("Orlov")
    await hr.presses("Orlov Gleb Pavlovich")
    hr.sees("Sales; without: Orlov Gleb Pavlovich")
    hr.sees("2 people will receive it.")
    await hr.presses("Done")
    await hr.presses("Now")
    assert "For: Sales; without: Orlov Gleb Pavlovich" in hr.sees("This is how it will look").text
    await hr.presses("✅ Publish")
    employee.sees("On Friday")
    assert manager.messages() == admin.messages() == []
    await manager.says("/news")
    manager.sees("There is no news yet.")
    await manager.says("Picnic")
    manager.sees_not("On Friday")


async def test_all_but_a_department(hr: TestPerson, employee: TestPerson, admin: TestPerson) -> None:
    await asked_for_whom(hr)
    await hr.presses("All but")
    await hr.presses("Sales")
    hr.sees("Everybody; without: Sales")
    await hr.presses("Done")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    admin.sees("On Friday")
    assert employee.messages() == []


async def test_departments_and_people_together(hr: TestPerson, employee: TestPerson, admin: TestPerson) -> None:
    await asked_for_whom(hr)
    await hr.says("Petrova")
    await hr.presses("Petrova Anna")
    await hr.says("nobody at all")
    hr.sees("I found neither a colleague nor a department of this name.")
    await hr.presses("Other choices")
    await hr.presses("Roles")
    await hr.presses("Admins")
    hr.sees("2 people will receive it.")
    await hr.presses("Done")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    employee.sees("On Friday")
    admin.sees("On Friday")


async def test_an_audience_is_kept_under_a_name(hr: TestPerson, employee: TestPerson, manager: TestPerson) -> None:
    await asked_for_whom(hr)
    await hr.presses("Departments")
    await hr.presses("Sales")
    await hr.presses("Save…")
    await hr.says("The shop")
    await hr.presses("Done")
    await hr.says("/cancel")
    await asked_for_whom(hr, "Prices", "New ones")
    await hr.presses("⭐ The shop")
    hr.sees("3 people will receive it.")
    await hr.presses("Done")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    employee.sees("New ones")
    manager.sees("New ones")


async def test_a_name_is_given_once_and_can_be_removed(hr: TestPerson) -> None:
    await asked_for_whom(hr)
    await hr.presses("Roles")
    await hr.presses("Admins")
    await hr.presses("Save…")
    await hr.says("Those who know")
    await hr.presses("Departments")
    await hr.presses("Sales")
    await hr.presses("Save…")
    await hr.says("those who KNOW")
    hr.sees("There is a saved audience of this name.")
    await hr.presses("Other choices")
    await hr.presses("⭐ Those who know")
    await hr.presses("Remove “Those who know”")
    assert not any("⭐ Those" in label for label in hr.sees_last("Who is it for?").buttons)


async def test_who_cannot_be_reached_is_known_before(world: World, hr: TestPerson) -> None:
    await loses(world, "employee")
    await asked_for_whom(hr)
    await hr.presses("Departments")
    await hr.presses("Sales")
    hr.sees("2 people will receive it.")
    await hr.presses("Who cannot be reached: 1")
    hr.sees("Petrova Anna Sergeevna · Sales")
    await hr.presses("Other choices")
    await hr.presses("Done")
    await hr.presses("Now")
    shown = hr.sees("This is how it will look").text
    assert "Recipients: 3" in shown
    assert "Cannot be reached: 1 (Petrova Anna Sergeevna)" in shown
