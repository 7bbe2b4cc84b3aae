"""News that are current only until a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.chat.messenger import Later
from tests.scenarios.news.test_progress import Trouble
from tests.scenarios.news.writing import prepares
from tests.support.people import TestPerson
from tests.support.world import World


async def until(hr: TestPerson, when: str) -> None:
    """Publishes an item that is current until then."""
    await prepares(hr, "Canteen", "Closed today")
    await hr.presses("Current until")
    await hr.says(when)
    await hr.presses("Yes")
    await hr.presses("✅ Publish")


async def test_what_is_out_of_date_says_so_and_leaves_the_list(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    await until(hr, "today at 18:00")
    assert "current until November 25, 18:00" in employee.sees("Closed today").text
    await world.passes(timedelta(hours=6))
    assert "⌛ This is out of date." in employee.sees("Closed today").text
    await employee.says("/news")
    employee.sees("There is no news yet.")
    await world.passes(timedelta(seconds=2))
    hr.sees("⌛ Out of date")
    await hr.says("/news")
    await hr.presses("Canteen", of="📰 News")
    hr.sees("⌛ Out of date since November 25, 18:00", button="Withdraw")


async def test_nobody_gets_it_any_more(
    world: World, hr: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Later(60), monkeypatch)
    await until(hr, "today at 18:00")
    await world.passes(timedelta(hours=6))
    trouble.over = True
    await world.passes(timedelta(hours=1))
    assert employee.messages() == []


async def test_an_end_before_the_begin_is_refused(hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Canteen", "Closed", when="tomorrow at 9:00")
    await hr.presses("Current until")
    await hr.says("today at 18:00")
    await hr.presses("Yes")
    await hr.presses("🕓 Schedule")
    hr.sees("It would be out of date before it goes out.")
    assert employee.messages() == []
