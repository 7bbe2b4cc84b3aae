"""A bare number where there are no buttons, while a poll is going out."""

from __future__ import annotations

import pytest

from tests.scenarios.polls.asking import asks
from tests.support.people import TestPerson

pytestmark = pytest.mark.parametrize("messenger", ["plain"])


async def test_a_number_after_asking_holds_nothing_back(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "Lake", "Hills", named=True, live=True)
    await hr.says("1")
    hr.sees_not("⏸ Paused")
    hr.sees_last("0 people have answered", button="🏁 Close the poll")
    await hr.replies("2", to="Choose one answer.")
    hr.sees("Your answer: Hills")


async def test_an_option_of_what_came_by_itself_is_chosen_by_its_label(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "Lake", "Hills", named=True, live=True)
    await employee.says("lake")
    employee.sees("Your answer: Lake")
    await asks(hr, "Lake", "Sea", question="And in winter?", named=True, live=True)
    await employee.says("lake")
    employee.sees_last("Several messages offer this.")
    assert employee.count("Your answer: Lake") == 1
    await employee.says("sea")
    employee.sees("Your answer: Sea")
