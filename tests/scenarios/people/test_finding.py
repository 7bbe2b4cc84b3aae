"""Colleagues find each other."""

from __future__ import annotations

import pytest

from tests.support.people import TestPerson


@pytest.mark.parametrize(
    "words", ["/who Boris Sidorov", "sidorov", "Sidorof Boris", "102", "/who ЫШВЩКЩМ", "+7 999 000-01-02", "Сидоров"]
)
async def test_one_clear_match_is_a_card(employee: TestPerson, words: str) -> None:
    await employee.says(words)
    seen = employee.sees("Sidorov Boris Ivanovich", button="Gleb Orlov")
    for fact in ("Sales manager", "Sales", "102", "+7 999 000-01-02"):
        assert fact in seen.text


async def test_several_matches_are_buttons(employee: TestPerson) -> None:
    await employee.says("/who sales")
    employee.sees("Found: sales", button="Sidorov Boris")
    await employee.presses("Sidorov Boris")
    employee.sees("Sidorov Boris Ivanovich", button="Back")
    await employee.presses("Back")
    employee.sees("Sales", button="Petrova Anna")


async def test_from_a_card_to_the_manager_and_the_team(employee: TestPerson) -> None:
    await employee.says("/who sidorov")
    await employee.presses("Gleb Orlov")
    employee.sees("Head of sales", button="Team · 2")
    await employee.presses("Team")
    employee.sees("Report to Gleb Orlov", button="Petrova Anna")


async def test_nobody_of_this_name(employee: TestPerson) -> None:
    await employee.says("/who xyzzy plugh")
    employee.sees("found nobody", button="People")
    await employee.presses("People")
    employee.sees("Write a name", button="Sales · 3")
    await employee.presses("Sales · 3")
    employee.sees("3 colleagues", button="Orlov Gleb")


async def test_only_admins_see_what_admins_do(employee: TestPerson, admin: TestPerson) -> None:
    await employee.says("/who sidorov")
    assert not {"Roles", "Accounts", "Close access"} & set(employee.sees("Sidorov").buttons)
    await admin.says("/who sidorov")
    admin.sees("Sidorov", button="Close access")
