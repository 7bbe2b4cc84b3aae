"""What a bare number or word means where there are no buttons: what was asked for, never what has just arrived."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from core.chat.events import Said
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainPerson
from tests.support.world import World

NOT_BARE = "A number by itself chooses from the menu that you opened."
NOTHING = "There is nothing to choose by this number now."


@pytest.fixture
def anna(world: World) -> PlainPerson:
    return cast(PlainPerson, world.people["employee"])


@pytest.fixture
def admin(world: World) -> TestPerson:
    return world.people["admin"]


async def test_a_number_is_for_the_menu_that_was_asked_for(anna: PlainPerson, admin: TestPerson) -> None:
    await anna.says("!count")
    await admin.says("!alarm Take Spam")
    anna.sees_last("Alarm")
    await anna.says("1")
    anna.sees_last("Count\n1\n")
    await anna.says("2.")
    anna.sees_last(NOT_BARE)
    await anna.replies("2", to="Alarm")
    anna.sees_last("Count\n51\n")


async def test_where_nothing_was_asked_for_nothing_is_done(anna: PlainPerson, admin: TestPerson) -> None:
    await anna.says("1")
    anna.sees_last(NOTHING)
    await admin.says("!alarm Take Spam")
    await anna.says("1")
    anna.sees_last(NOT_BARE)
    await anna.says("4")
    anna.sees_last(NOTHING)
    await anna.says("201")
    anna.sees_last("heard Said")


async def test_a_menu_that_was_answered_takes_no_more_numbers(anna: PlainPerson, admin: TestPerson) -> None:
    await anna.says("!letter")
    await anna.says("1")
    question = anna.lines()[-1].id
    await admin.says("!alarm Take")
    await anna.does(Said, text="2", reply_to=question)
    anna.sees_last("Count\n0\n")


async def test_an_old_menu_is_no_match_for_what_has_arrived_since(
    anna: PlainPerson, admin: TestPerson, world: World
) -> None:
    await anna.says("!count")
    await world.passes(timedelta(hours=1))
    await anna.says("1")
    anna.sees_last("Count\n1\n")
    await world.passes(timedelta(hours=1))
    await admin.says("!alarm Take")
    await anna.says("1")
    anna.sees_last(NOT_BARE)
    await anna.says("more")
    anna.sees_last("Count\n2\n")


async def test_a_label_chooses_where_one_message_has_it(anna: PlainPerson, admin: TestPerson) -> None:
    await admin.says("!alarm Take Spam")
    await anna.says("spam")
    anna.sees_last("Count\n51\n")
    await admin.says("!alarm Take More")
    await anna.says("take")
    anna.sees_last("Several messages offer this.")
    await anna.says("more")
    anna.sees_last("Count\n52\n")


async def test_a_label_is_typed_as_it_is_read(anna: PlainPerson, admin: TestPerson) -> None:
    await admin.says("!alarm Ещё-раз Spam")
    await anna.says("ЕЩЕ – раз")
    anna.sees_last("Count\n50\n")


async def test_a_form_gets_what_was_written_to_it(anna: PlainPerson, admin: TestPerson) -> None:
    await admin.says("!alarm Take")
    await anna.says("!order")
    await anna.says("take")
    anna.sees_last("Which size?")


async def test_how_to_choose_is_said_rarely(anna: PlainPerson, admin: TestPerson, world: World) -> None:
    asked, unasked = "Answer with a number.", "Reply to this message with a number."

    def told() -> tuple[int, int]:
        return anna.count(asked), anna.count(unasked)

    for _ in range(3):
        await anna.says("!count")
        await admin.says("!alarm Take")
    assert told() == (1, 1)
    await world.passes(timedelta(days=31))
    for _ in range(2):
        await anna.says("!count")
    assert told() == (2, 1)
