"""Two bots of one company in Telegram: whoever is known to one is known to both, and is told everything once."""

from __future__ import annotations

import pytest

from tests.scenarios.bots.conftest import MAIN, SECOND, TwoBots
from tests.scenarios.news.writing import publishes

MOVED, STAYED = ("employee", "manager"), ("colleague", "admin")


async def test_who_is_known_to_one_bot_needs_no_code_for_the_other(bots: TwoBots) -> None:
    anna = bots.at(SECOND, "employee")
    await anna.says("/start")
    anna.sees_last("Hello, Anna!")
    bots.at(MAIN, "employee").sees_not("A new account is linked to you")


async def test_what_is_pressed_is_answered_by_the_bot_that_asked(bots: TwoBots) -> None:
    first, second = bots.at(MAIN, "employee"), bots.at(SECOND, "employee")
    for anna in (first, second):
        await anna.says("/menu")
    shown = first.messages()
    await second.presses("People")
    second.sees_last("Write a name")
    assert first.messages() == shown
    assert bots.sides[SECOND].telegram.server.unanswered == []


@pytest.fixture
async def spread(bots: TwoBots) -> TwoBots:
    """Two of the people have gone on to the second bot."""
    for key in MOVED:
        await bots.at(SECOND, key).says("/start")
    return bots


async def test_news_reach_each_once_through_the_bot_that_they_talk_to(spread: TwoBots) -> None:
    await publishes(spread.at(MAIN, "hr"), "Picnic", "On Friday")
    for key in MOVED:
        assert (spread.at(MAIN, key).count("On Friday"), spread.at(SECOND, key).count("On Friday")) == (0, 1), key
    for key in STAYED:
        assert (spread.at(MAIN, key).count("On Friday"), spread.at(SECOND, key).count("On Friday")) == (1, 0), key


async def test_who_comes_back_to_the_first_bot_is_told_there_again(spread: TwoBots) -> None:
    await spread.at(MAIN, "employee").says("/menu")
    await publishes(spread.at(MAIN, "hr"), "Picnic", "On Friday")
    assert spread.at(MAIN, "employee").count("On Friday") == 1
    assert spread.at(SECOND, "employee").count("On Friday") == 0


async def test_who_has_blocked_one_bot_is_told_by_the_other(spread: TwoBots) -> None:
    await spread.at(SECOND, "employee").leaves()
    await publishes(spread.at(MAIN, "hr"), "Picnic", "On Friday")
    assert spread.at(MAIN, "employee").count("On Friday") == 1
    assert spread.at(SECOND, "manager").count("On Friday") == 1


async def test_nobody_is_told_by_a_bot_that_is_not_there_any_more(spread: TwoBots) -> None:
    await spread.introduce(MAIN)
    await publishes(spread.at(MAIN, "hr"), "Picnic", "On Friday")
    for key in MOVED:
        assert (spread.at(MAIN, key).count("On Friday"), spread.at(SECOND, key).count("On Friday")) == (1, 0), key


async def test_one_person_has_one_account_there(spread: TwoBots) -> None:
    anna = spread.at(SECOND, "employee")
    await anna.says("/me")
    assert anna.sees_last("Accounts").text.count("Telegram 2: ") == 1
    assert "Where to write" not in anna.sees_last("Accounts").buttons, "two bots of one network are no choice"
    await anna.presses("Accounts")
    await anna.presses("Unlink Telegram 2")
    await anna.presses("Yes, unlink")
    anna.sees("This is your only account")


async def test_a_code_says_which_bot_has_the_fewest_people(spread: TwoBots) -> None:
    for name, side in spread.sides.items():
        health = await side.telegram.messenger.check()
        assert health.ok
        address = getattr(side.telegram.messenger, "address", "")
        assert address == f"https://t.me/{name.replace('.', '_')}_bot"
        await spread.locate(name, address)
    admin = spread.at(MAIN, "admin")
    await admin.says("/who Petrova")
    await admin.presses("Accounts")
    await admin.presses("Unlink Telegram 2")
    await admin.presses("Yes, unlink")
    await admin.presses("Make a code")
    admin.sees_last("Telegram 2: https://t.me/telegram_2_bot")
    stranger = spread.at(SECOND, "employee")
    await stranger.says("/menu")
    stranger.sees("I do not know this account yet")
