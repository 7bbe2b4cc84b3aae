"""Whatever somebody writes is looked for in all rooms; and what the help says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.chat.events import Wordless
from tests.scenarios.happening import happens
from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson
from tests.support.world import World


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


@pytest.mark.parametrize("words", ["xyzzy 😀", "<b>bold</b> & *stars*", "ы" * 400, "/search " + "x" * 3000])
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


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Hello!", "Hello! Write a name"),
        ("Спасибо", "👌 If you need anything else"),
        ("what can you do?", "I am the company’s bot"),
        ("How do I get a badge for guests?", "I do not understand whole questions."),
        ("What is the phone of Sidorov?", "Sidorov Boris Ivanovich"),
    ],
)
async def test_small_talk_and_questions_are_not_looked_for(employee: TestPerson, words: str, answer: str) -> None:
    await employee.says(words)
    employee.sees_last(answer, button=None if answer.startswith("Sidorov") else "Menu")


async def test_a_long_letter_is_not_looked_for_and_gets_one_answer(employee: TestPerson) -> None:
    for _ in range(3):
        await employee.says("word " * 700)
    assert employee.count("This is too long to look for.") == 1


async def test_what_is_neither_text_nor_file_is_answered_once_in_a_minute(world: World, employee: TestPerson) -> None:
    for _ in range(2):
        world.clock.move(timedelta(seconds=1))
        await happens(world, "employee", Wordless)
    assert employee.count("I read texts, pictures and files") == 1
    employee.sees_not("found nothing")
    world.clock.move(timedelta(minutes=1))
    await happens(world, "employee", Wordless)
    assert employee.count("I read texts, pictures and files") == 2


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/nwes", "Did you mean /news?"),
        ("/тему", "I do not know this command."),
        ("/ьуту", "Did you mean /menu?"),
        ("/whoo sidorov", "Did you mean /who?"),
        ("/publihs", "I do not know this command. See /help."),
        ("/новости", "I do not know this command. See /help."),
        ("/news about parking", "/news needs nothing behind it: “about parking” was not used."),
        ("/who sidorov", "Sidorov Boris"),
    ],
)
async def test_a_command_says_what_it_does_not_understand(employee: TestPerson, command: str, answer: str) -> None:
    await employee.says(command)
    seen = employee.messages()[-1]
    assert answer in seen.text.replace("!", "/"), employee.chat()
    assert ("needs nothing" in seen.text) is ("needs nothing" in answer)
