"""What is published at night waits for the morning, unless it is urgent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.handlers.quiet.actions import ShowHeld
from core.chat.actions import write_action
from core.chat.capabilities import Level
from core.chat.events import Pressed
from core.copies import HeldFor
from tests.scenarios.happening import happens
from tests.scenarios.news.writing import prepares, publishes
from tests.scenarios.quiet.nights import sleeps, until
from tests.support.people import TestPerson
from tests.support.world import World


@pytest.fixture
async def night(world: World, employee: TestPerson) -> World:
    """It is 23:00, and the employee sleeps until eight."""
    await sleeps(employee)
    await until(world, "23:00")
    return world


async def test_the_news_of_a_night_come_as_one_list(
    night: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    before = len(employee.messages())
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    colleague.sees("On Friday")
    await until(night, "07:59")
    assert len(employee.messages()) == before
    await until(night, "08:00")
    assert len(employee.messages()) == before + 1
    employee.sees_last("🌙 While it was quiet: 2 messages", button="Show: 📰 Picnic")
    employee.sees_not("On Friday")
    await employee.presses("Show: 📰 Picnic")
    employee.sees("On Friday", button="All news")
    left = employee.sees("🌙 While it was quiet: 1 message", button="Show: 📰 Parking")
    assert not any("Picnic" in label for label in left.buttons)
    employee.sees_not("Closed on Monday")
    if night.wire.messenger.capabilities.buttons is not Level.NONE:
        assert employee.count("While it was quiet") == 1


async def test_all_are_shown_at_once(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    await until(night, "08:00")
    await employee.presses("Show all")
    employee.sees("On Friday")
    employee.sees("Closed on Monday")
    employee.sees("Nothing is held for you.", button="Menu")


async def test_a_single_message_comes_as_itself(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await until(night, "08:00")
    employee.sees_last("On Friday", button="All news")
    employee.sees_not("While it was quiet")


async def test_urgent_news_come_at_once(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Water", "A pipe has burst")
    assert "Quiet hours: it waits until they end" in hr.sees("This is how it will look").text
    await hr.presses("Make it urgent")
    assert "Quiet hours: it rings all the same" in hr.sees("This is how it will look").text
    await hr.presses("✅ Publish")
    assert "🔥 Urgent" in employee.sees_last("A pipe has burst").text
    await until(night, "08:00")
    assert employee.count("A pipe has burst") == 1


async def test_the_mark_can_be_taken_off_again(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Picnic", "On Friday")
    await hr.presses("Make it urgent")
    await hr.presses("Title", of="This is how it will look")
    await hr.says("Picnic!")
    hr.sees("it rings all the same")
    await hr.presses("Make it not urgent")
    await hr.presses("✅ Publish")
    employee.sees_not("On Friday")


async def test_the_author_sees_who_is_asleep(night: World, hr: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await night.passes(timedelta(seconds=2))
    assert "Held for later: 1" in hr.sees("Recipients: 5").text


async def test_what_was_changed_meanwhile_comes_as_it_is_now(
    night: World, hr: TestPerson, employee: TestPerson
) -> None:
    await publishes(hr, "Picnik", "On Friday")
    await hr.presses("Edit", of="Recipients")
    await hr.presses("Title", of="What is to be changed?")
    await hr.says("Picnic")
    await hr.presses("Save")
    await until(night, "08:00")
    employee.sees_last("Picnic")
    employee.sees_not("Picnik")


async def test_what_was_withdrawn_meanwhile_never_comes(night: World, hr: TestPerson, employee: TestPerson) -> None:
    before = len(employee.messages())
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    await until(night, "08:00")
    assert len(employee.messages()) == before


async def test_who_is_awake_looks_at_what_is_held(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    await employee.says("/quiet")
    await employee.presses("Show: 📰 Picnic")
    employee.sees("On Friday")
    employee.sees("While it was quiet: 1 message", button="Show: 📰 Parking")
    await until(night, "08:00")
    employee.sees_last("Closed on Monday")


async def test_what_was_shown_in_one_list_is_not_shown_by_another(
    night: World, hr: TestPerson, employee: TestPerson
) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    await publishes(hr, "Canteen", "Soup")
    await until(night, "08:00")
    await employee.says("/quiet")
    assert employee.count("While it was quiet: 3 messages") == 2
    await employee.presses("Show: 📰 Picnic")
    await employee.presses("Show: 📰 Picnic", of="While it was quiet: 3 messages")
    employee.sees("You have seen this already.")
    assert employee.count("On Friday") == 1
    assert employee.count("While it was quiet: 2 messages") == 2


async def test_nobody_shows_what_is_held_for_somebody_else(
    night: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    for_employee = HeldFor(night.ids["employee"])
    held = await night.store.transact(lambda uow: uow.ask(for_employee))
    forged = write_action(ShowHeld(held[0].delivery_id))
    await happens(night, "colleague", Pressed, data=forged, message="0")
    colleague.sees("Nothing is held for you.")
    employee.sees_not("On Friday")
    assert await night.store.transact(lambda uow: uow.ask(for_employee)) == held


async def test_without_quiet_hours_everything_comes_at_once(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    await employee.says("/me")
    await employee.presses("Quiet hours")
    employee.sees("🌙 Quiet hours", button="Show what is held")
    await employee.presses("none")
    employee.sees("On Friday")
    employee.sees("Closed on Monday")
    await until(night, "08:00")
    employee.sees_not("While it was quiet")


async def test_other_hours_move_the_morning(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await sleeps(employee, "20:00–09:00")
    await until(night, "08:59")
    employee.sees_not("On Friday")
    await until(night, "09:00")
    employee.sees_last("On Friday")


async def test_hours_that_are_over_now_let_go_now(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    await employee.says("/me")
    await employee.presses("Quiet hours")
    await employee.presses("Set other times")
    await employee.says("1-7")
    employee.sees("While it was quiet: 2 messages")
    await until(night, "08:00")
    assert employee.count("While it was quiet") == 1


async def test_a_morning_that_was_missed_is_made_up_for_the_next(
    night: World, hr: TestPerson, employee: TestPerson
) -> None:
    """The bot was down from before the end of one night until within the next."""
    await publishes(hr, "Picnic", "On Friday")
    before = len(employee.messages())
    await until(night, "22:30")
    assert len(employee.messages()) == before
    await until(night, "08:00")
    employee.sees_last("On Friday")


async def test_a_restart_at_night_forgets_nothing(night: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await night.restarts()
    employee.sees_not("On Friday")
    await until(night, "08:00")
    employee.sees_last("On Friday")
