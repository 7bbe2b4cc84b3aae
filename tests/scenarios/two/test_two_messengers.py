"""One person in two messengers: told once, where this person wants it, and never mistaken about what was pressed."""

from __future__ import annotations

import pytest

from tests.scenarios.news.writing import publishes
from tests.scenarios.two.conftest import Both
from tests.support.plain_wire import PlainPerson


@pytest.mark.parametrize("preferred", ["telegram", "plain"])
async def test_news_come_once_in_the_preferred_one(both: Both, preferred: str) -> None:
    await both.prefer(preferred)
    there, here = both.anna()
    if preferred == "telegram":
        there, here = here, there
    author = both.hr()[0]
    await publishes(author, "Picnic", "On Friday")
    assert here.count("On Friday") == 1
    assert there.count("On Friday") == 0


async def test_who_left_one_is_told_in_the_other(both: Both) -> None:
    await both.prefer("plain")
    telegram, plain = both.anna()
    assert isinstance(plain, PlainPerson)
    await plain.says("/menu")
    await plain.leaves()
    await publishes(both.hr()[0], "Picnic", "On Friday")
    assert telegram.count("On Friday") == 1


async def test_a_number_presses_only_the_menu_of_its_own_chat(both: Both) -> None:
    telegram, plain = both.anna()
    await plain.says("/menu")
    await telegram.says("/menu")
    shown = plain.messages()
    await telegram.says("1")
    assert plain.messages() == shown
    telegram.sees_last("found nothing")
    await plain.presses("People")
    before = telegram.messages()
    await plain.says("1")
    plain.sees_last("1 colleague")
    assert telegram.messages() == before
    await telegram.presses("About me")
    plain.sees_last("1 colleague")
    telegram.sees("About me", button="Held messages")


async def test_a_form_that_was_begun_in_one_is_finished_in_the_other(both: Both) -> None:
    telegram, plain = both.hr()
    await telegram.says("/publish")
    await telegram.presses("News item")
    await plain.says("Not the title")
    plain.sees_last("found nothing")
    await telegram.says("Picnic")
    await plain.says("/menu")
    await plain.presses("Continue")
    plain.sees_last("step 3 of")
    await telegram.says("Not the text")
    telegram.sees_last("found nothing")
    await plain.says("On Friday")
    plain.sees_last("step 4 of")
    # What stands in the other messenger is out of date now, and changes nothing.
    await telegram.presses("Cancel")
    await plain.presses("Skip")
    plain.sees_last("step 5 of")
