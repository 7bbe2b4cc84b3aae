"""Whatever somebody writes is looked for in all rooms; and what the help says."""

from __future__ import annotations

import pytest

from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson


async def test_what_is_written_is_looked_for_everywhere(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Parking is closed", "Please use the yard behind the house")
    await publishes(hr, "Picnic", "No parking there: come by bus")
    await employee.says("parkings")
    found = employee.sees_last("Found: parkings", button="Parking is closed")
    assert "Picnic · " in found.text
    assert "No parking there: come by bus" in found.text
    await employee.presses("Parking is closed")
    employee.sees_last("the yard behind the house", button="Back")


async def test_a_clear_match_is_shown_at_once_with_the_way_to_the_rest(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Welcome", "Sidorov has been with us for ten years")
    await employee.says("sidorov")
    employee.sees_last("Sidorov Boris Ivanovich", button="All that was found · 2")
    await employee.presses("All that was found")
    employee.sees_last("Found: sidorov", button="Welcome")


async def test_several_matches_are_buttons(employee: TestPerson) -> None:
    await employee.says("sales")
    employee.sees("Found: sales", button="Sidorov Boris")
    await employee.presses("Sidorov Boris")
    employee.sees("Sidorov Boris Ivanovich", button="Back")


async def test_nothing_found_says_where_it_looked(employee: TestPerson) -> None:
    await employee.says("xyzzy plugh")
    seen = employee.sees_last("I looked for “xyzzy plugh” and found nothing.", button="Menu")
    assert "news" in seen.text
    assert "colleagues" in seen.text
    await employee.says("/search")
    employee.sees_last("Write what to look for")


@pytest.mark.parametrize("words", ["😀" * 50, "<b>bold</b> & *stars*", "ы" * 4000, "/search " + "x" * 3000])
async def test_any_text_gets_an_answer(employee: TestPerson, words: str) -> None:
    await employee.says(words)
    employee.sees("found nothing", button="Menu")


async def test_help_lists_what_the_person_may_do(employee: TestPerson, hr: TestPerson) -> None:
    await employee.says("/help")
    assert "who" in employee.sees("What you can do", button="Back").text
    employee.sees_not("publish")
    await hr.says("/help")
    hr.sees("publish")


async def test_cancel_without_a_form(employee: TestPerson) -> None:
    await employee.says("/cancel")
    employee.sees("There is nothing to cancel.", button="People")
