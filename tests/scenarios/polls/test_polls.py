"""Polls: many are asked, each answers once and may change their mind, and all see what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.polls.asking import asks, prepares
from tests.support.crowd import statements
from tests.support.people import TestPerson
from tests.support.world import World


async def test_an_anonymous_poll_is_answered_closed_and_seen(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson, manager: TestPerson, admin: TestPerson
) -> None:
    await asks(hr, "Lake", "Hills")
    hr.sees("5 people are asked", button="Open")
    for person, option in ((employee, "Lake"), (colleague, "Hills"), (manager, "Lake"), (admin, "Lake")):
        await person.presses(option, of="Anonymous: nobody sees who chose what")
        person.sees("Counted.")
    await hr.says("/poll")
    await hr.presses("Where to go?", of="🗳 Polls")
    await hr.presses("Lake", of="4 people have answered")
    assert "5 people have answered" in hr.sees("Where to go?", button="🏁 Close the poll").text
    hr.sees_not("80")
    await hr.presses("🏁 Close the poll")
    await hr.presses("🏁 Close the poll", of="Nobody can answer any more")
    hr.sees("🏁 Your poll is closed")
    shown = employee.sees("5 people have answered", button="Open")
    assert "80" in shown.text
    assert "Lake" not in shown.buttons
    await employee.presses("Open", of="5 people have answered")
    await employee.presses("📊 Show as a picture")
    employee.sees("", file=".png")


async def test_a_mind_can_be_changed_until_a_named_poll_is_closed(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await asks(hr, "Lake", "Hills", named=True, live=True)
    await employee.presses("Lake", of="Named: whoever asks")
    employee.sees("Your answer: Lake")
    await employee.presses("Hills", of="Your answer: Lake")
    await colleague.presses("Hills", of="Named: whoever asks")
    await hr.says("/poll")
    await hr.presses("Where to go?", of="🗳 Polls")
    await hr.presses("Show who answered what")
    await hr.presses("Hills", of="0 people chose this")
    hr.sees("2 people chose this", button="Petrova")
    await employee.says("/poll")
    await employee.presses("Where to go?", of="🗳 Polls")
    shown = employee.sees("2 people have answered", button="✅ Hills")
    assert not any("Show who" in label or "Close" in label for label in shown.buttons)


async def test_several_answers_are_chosen_and_taken_back(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "Lake", "Hills", "Sea", several=True, named=True, live=True)
    await employee.says("/poll")
    await employee.presses("🔵 Where to go?")
    await employee.presses("Lake", of="Several answers are possible")
    await employee.presses("Sea", of="Your answer: Lake")
    await employee.presses("✅ Lake", of="Your answer: Lake · Sea")
    assert "Your answer: Sea" in employee.sees_last("Your answer:").text


async def test_it_closes_at_its_time_and_few_answers_are_not_shown(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    await asks(hr, "Lake", "Hills", until="tomorrow at 18:00")
    await employee.presses("Lake", of="Anonymous: nobody sees who chose what")
    await world.passes(timedelta(days=2))
    assert "Fewer than 5 people answered" in hr.sees("🏁 Your poll is closed").text
    assert "Fewer than 5 people answered" in employee.sees("Where to go?").text
    await employee.says("/menu")
    employee.sees_not("Polls · ")


async def test_answers_written_as_a_list_have_no_marks_of_one(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "1. Soup", "2) Salad", "• 3 rolls", question="Lunch?")
    assert {"Soup", "Salad", "3 rolls"} <= {label.strip("▫️ ") for label in employee.sees("Lunch?").buttons}


async def test_what_waits_is_counted_and_a_poll_is_found(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "Lake", "Hills", question="Where shall we spend the winter party?")
    await employee.says("/menu")
    await employee.presses("News and events · 1")
    await employee.presses("Polls · 1")
    await employee.says("/search winter parties")
    employee.sees("Where shall we spend the winter party?")


@pytest.mark.parametrize("messenger", ["plain"])
async def test_what_waits_is_counted_at_once_for_a_crowd(world: World, hr: TestPerson) -> None:
    await asks(hr, "Lake", "Hills")
    await asks(hr, "Tea", "Coffee", question="What to drink?", named=True)
    two = await statements(world, "/menu", 2)
    assert await statements(world, "/menu", 20) <= two


async def test_a_withdrawn_poll_is_gone_for_everybody(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "Lake", "Hills", named=True)
    await employee.presses("Lake", of="Named: whoever asks")
    await hr.presses("Open", of="The poll is out")
    await hr.presses("⛔ Withdraw the poll")
    await hr.presses("⛔ Withdraw the poll", of="All answers are erased")
    assert employee.count("Where to go?") == 0 or employee.sees("This poll was withdrawn")
    await employee.says("/poll")
    employee.sees_last("There are no polls for you yet.")


async def test_a_withdrawn_poll_is_copied_into_a_new_one(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr, "Lake", "Forest", named=True)
    await hr.presses("Open")
    await hr.presses("Withdraw the poll")
    await hr.presses("Withdraw the poll", of="All answers are erased")
    await hr.presses("📄 Copy into a new one")
    await hr.presses("Until I close it")
    hr.sees("This is what you ask. Send it?")
    await hr.presses("Send the poll")
    employee.sees("Where to go?", button="Forest")


async def test_what_cannot_be_asked_is_said_and_asked_again(hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/poll Where to go?")
    await hr.says("Lake")
    hr.sees("A poll needs 2 to 10 different answers")
    await hr.says("Ещё\nЕще")
    hr.sees_last("A poll needs 2 to 10 different answers")
    await hr.says("Lake\nHills")
    hr.sees("How many may one choose?")
    await hr.says("/cancel")
    await employee.says("/poll Where to go?")
    employee.sees_last("There are no polls for you yet.")
    await prepares(hr, "Lake", "Hills", question="Where to go?", several=True)
    hr.sees("This is what you ask. Send it?", button="✅ Send the poll")
