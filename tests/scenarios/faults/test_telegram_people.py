"""Nobody comes to a dead end in Telegram: who is not known yet, who was away, and who may not any more."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from tests.scenarios.faults.test_telegram_commands import take_all, user
from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson
from tests.support.telegram_wire import STRANGER
from tests.support.world import World

pytestmark = pytest.mark.parametrize("messenger", ["telegram"])
SHARE = "📱 Share my number"


def offered(person: TestPerson) -> bool:
    """Whether the button for the own number stands below the chat."""
    keyboard = user(person).user.keyboard
    return keyboard is not None and keyboard.rows[0][0].text == SHARE


async def test_the_button_for_the_number_is_there_as_long_as_it_is_named(
    employee: TestPerson, stranger: TestPerson
) -> None:
    await stranger.says("/start")
    for words in ("hello", "AB12-CD34", "Petrova"):
        assert offered(stranger)
        stranger.sees("share your number with the button below")
        await stranger.says(words)
    await stranger.line.after(user(stranger).user.shares_contact(user(employee).user, phone="+79990000101"))
    stranger.sees("Please use the button that shares yours.")
    assert offered(stranger)


async def test_admins_see_the_confirmed_number_of_a_newcomer_and_the_way_to_the_account(
    admin: TestPerson, stranger: TestPerson
) -> None:
    await stranger.says("/start")
    await stranger.shares_phone("+79161234567")
    stranger.sees("Your number is not in the company’s directory.")
    assert not offered(stranger)
    await stranger.presses("Request access")
    card = admin.sees("Somebody asks for access", button="Accept")
    assert "Number, confirmed" in card.text
    assert "+7 916 123-45-67" in card.text
    links = user(admin).user.messages[-1].html
    assert f'<a href="tg://user?id={STRANGER}">{STRANGER}</a>' in links
    await admin.presses("Decline", of="Somebody asks")
    await admin.presses("Decline", of="Decline the request")
    assert "916" not in admin.sees("Declined by Olga Zimina").text


async def test_who_comes_back_is_told_what_was_missed(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Before", "The bot is not blocked yet")
    await user(employee).leaves()
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed")
    hr.sees("Unreachable: 1")
    await world.after(user(employee).user.unblocks())
    told = employee.sees_last("While you were away: 2 messages", button="Show: 📰 Picnic")
    assert "Before" not in told.text
    await employee.presses("Show all")
    employee.sees("On Friday")
    employee.sees("Closed")
    await world.passes(timedelta(minutes=1))
    hr.sees("Unreachable: 0")


async def test_one_message_that_was_missed_comes_as_itself(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await user(employee).leaves()
    await publishes(hr, "Picnic", "On Friday")
    await world.after(user(employee).user.unblocks())
    employee.sees("On Friday")
    employee.sees_not("While you were away")


async def test_progress_counts_those_who_can_be_reached(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await user(employee).leaves()
    await publishes(hr, "Picnic", "On Friday")
    started = hr.sees("✅ Published").text
    assert "It is going out to 4 people." in started
    assert "1 person cannot be reached: Petrova Anna Sergeevna." in started
    assert "0%" in hr.sees("Unreachable: 1").text.split()
    await world.passes(timedelta(seconds=5))
    assert "100%" in hr.sees("✅ Sent").text


async def test_a_right_that_was_taken_has_a_way_on(world: World, hr: TestPerson, admin: TestPerson) -> None:
    await hr.says("/menu")
    await hr.presses("News and events")
    hr.sees_last("Choose below", button="Publish")
    await world.store.transact(partial(take_all, world.ids["hr"]))
    for act in (hr.presses("Publish"), hr.says("/publish")):
        await act
        hr.sees_last("Who can give it to you: Olga Zimina.", button="Menu")


async def test_the_commands_in_the_help_can_be_tapped(employee: TestPerson) -> None:
    await employee.says("/help")
    message = user(employee).user.messages[-1]
    tapped = {
        message.plain.encode("utf-16-le")[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le")
        for one in message.text.entities
        if one.type == "bot_command"
    }
    assert {"/news", "/who", "/me", "/help"} <= tapped


async def test_what_the_company_has_not_is_not_offered(employee: TestPerson) -> None:
    await employee.says("/menu")
    assert not any("Missed calls" in label for label in employee.sees_last("Menu").buttons)
    await employee.says("/missed")
    employee.sees_last("No telephone is connected")
    await employee.says("/me")
    assert not any("Where" in label for label in employee.sees_last("Petrova").buttons)


async def test_a_card_copies_the_number_and_what_cannot_be_undone_is_red(
    hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await employee.says("/who Sidorov")
    assert "+79990000102" in [button.copy_text for button in user(employee).user.messages[-1].buttons]
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Open", of="✅ Published")
    await hr.presses("Withdraw")
    red = [button.text for button in user(hr).user.messages[-1].buttons if button.style == "danger"]
    assert red == ["⛔ Withdraw"]
