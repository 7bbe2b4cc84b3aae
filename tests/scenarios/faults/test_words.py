"""Any text from anybody gets an answer that says what to do, and is shown as it was written."""

from __future__ import annotations

import pytest

from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson
from tests.support.world import World

plain = pytest.mark.parametrize("messenger", ["plain"])  # that each messenger keeps texts as they are, it promises

NASTY = (
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "<b>bold</b> <script>alert(1)</script> & &amp;",
    "*bold* _it_ [x](tg://user?id=1) `code` ||spoiler|| # 1. - > \\",
    "\u202eright to left\u200b\u2066",
    "العربية 中文 ไทย ё/Ё",
    "%s {name} {0} ${x} %(y)s",
    "'; DROP TABLE people; --",
)


@pytest.mark.parametrize(
    ("messenger", "word", "length"),
    [("plain", "слово ", 4096), ("plain", "<b>&", 100_000), ("telegram", "a", 4096), ("telegram", "👍", 100_000)],
)
async def test_a_long_text_is_answered_and_then_all_works_as_before(
    employee: TestPerson, word: str, length: int
) -> None:
    await employee.says((word * length)[:length].strip())
    assert employee.messages(), "no answer"
    await employee.says("/me")
    employee.sees_last("Petrova Anna Sergeevna")


@plain
@pytest.mark.parametrize("text", NASTY)
async def test_a_strange_text_is_answered(employee: TestPerson, text: str) -> None:
    await employee.says(text)
    assert employee.messages()[-1].text.strip()
    await employee.says(f"/who {text}")
    assert employee.messages()[-1].text.strip()
    employee.sees_not("went wrong")


@plain
@pytest.mark.parametrize("text", NASTY)
async def test_a_strange_name_is_shown_as_it_is(
    employee: TestPerson, colleague: TestPerson, world: World, text: str
) -> None:
    def rename(uow: UnitOfWork) -> None:
        person = uow.get(Person, world.ids["employee"])
        assert person is not None
        person.first_name, person.position = text, text

    await world.store.transact(rename)
    await employee.says("/me")
    assert employee.sees_last("Petrova").text.count(text) >= 2
    await colleague.says("/who Petrova")
    colleague.sees_last(text)


@plain
@pytest.mark.parametrize("text", NASTY)
async def test_a_strange_news_item_arrives_as_it_was_written(hr: TestPerson, employee: TestPerson, text: str) -> None:
    await publishes(hr, f"Title {text}", f"Text {text}")
    seen = employee.sees(f"Title {text}")
    assert f"Text {text}" in seen.text


@plain
async def test_a_command_in_the_middle_of_a_form_does_not_end_it(world: World, hr: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("/news")
    hr.sees("There is no news yet.")
    await hr.says("Picnic")
    hr.sees_last("step 3 of")
    await hr.says("/nosuch")
    prefix = world.wire.messenger.capabilities.command_prefix
    hr.sees_last(f"I do not know this command. See {prefix}help.")
    await hr.says("On Friday")
    hr.sees_last("step 4 of")
    await hr.says("/cancel")
    await hr.presses("🗑 Discard")
    hr.sees("Cancelled")


@plain
async def test_a_text_that_is_too_long_for_a_form_is_asked_for_again_with_the_reason(
    hr: TestPerson,
) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("x" * 3000)
    hr.sees_last("characters are allowed, and you sent 3,000")
    hr.sees_last("step 2 of")


@plain
async def test_a_file_where_none_is_asked_for_is_answered(employee: TestPerson) -> None:
    await employee.attaches("report.pdf", b"%PDF-1.4", "application/pdf")
    assert employee.messages()[-1].text.strip()
    employee.sees_not("went wrong")
