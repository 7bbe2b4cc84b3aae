"""The questions that rooms share, as somebody answers them: by button, in words, wrongly, and too late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kit.steps_amounts import read_amount
from core.chat.events import Edited, Said
from core.people.person import Department, Person
from core.unit_of_work import UnitOfWork
from tests.support.clock import MovableClock
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainPerson
from tests.support.world import World

MOSCOW = timedelta(hours=3)


async def asked_when(anna: TestPerson) -> None:
    await anna.says("/errand")
    await anna.says("Bread")
    await anna.says("sidorov")
    await anna.presses("Sidorov Boris")
    await anna.presses("Skip")
    anna.sees_last("When?")


async def asked_how_much(anna: TestPerson) -> None:
    await asked_when(anna)
    await anna.presses("Whenever")
    anna.sees_last("What may it cost?")


async def test_an_errand_from_beginning_to_end(anna: TestPerson, world: World) -> None:
    await anna.says("/errand")
    await anna.says(" Bread\nand  salt ")
    await anna.says("sidorov")
    anna.sees_last("Which one?", button="Sidorov Boris Ivanovich · Sales")
    await anna.presses("Sidorov Boris")
    anna.sees_last("Sidorov Boris Ivanovich")
    await anna.presses("HR")
    await anna.presses("Tomorrow, 09:00")
    anna.sees_last("November 26, 09:00")
    await anna.says("120,5")
    await anna.says("Not too late.")
    boris = world.ids["colleague"]
    anna.sees_last(f"Order 12050 for {boris}?", button="Order")
    await anna.presses("Order")
    anna.sees_last(f"Bread and salt | {boris} |")
    anna.sees_last("26.11 06:00 | 12050")
    anna.sees_last("Not too late.")


async def test_what_was_written_can_be_left(anna: TestPerson) -> None:
    await anna.says("/errand")
    await anna.says("Bread")
    await anna.presses("Back")
    anna.sees_last("Bread", button="Leave as it is")
    await anna.presses("Leave as it is")
    anna.sees_last("Who goes?")


async def test_a_colleague_is_sought_until_found(anna: TestPerson) -> None:
    await anna.says("/errand")
    await anna.says("Bread")
    await anna.says("Rumpelstiltskin")
    anna.sees_last("nobody of this name")
    await anna.says("Zimina")
    await anna.says("Orlov")
    anna.sees_last("Which one?", button="Orlov Gleb")
    await anna.says("Orlov Gleb Pavlovich · Sales")
    anna.sees_last("To which department?")


async def test_a_colleague_who_left_meanwhile_is_not_taken(anna: TestPerson, world: World) -> None:
    await anna.says("/errand")
    await anna.says("Bread")
    await anna.says("sidorov")

    def leave(uow: UnitOfWork) -> None:
        person = uow.get(Person, world.ids["colleague"])
        assert person is not None
        person.active = False

    await world.store.transact(leave)
    await anna.presses("Sidorov Boris")
    anna.sees("not in the directory any more")
    await anna.says("Orlov")
    anna.sees_last("Which one?", button="Orlov")


async def test_a_department_among_hundreds_is_found_by_a_part_of_its_name(anna: TestPerson, world: World) -> None:
    def grow(uow: UnitOfWork) -> None:
        for number in range(70):
            department = Department(name=f"Отдел учёта {number:02}")
            uow.add(department)
            uow.flush()
            uow.add(Person(last_name=f"P{number}", first_name="A", department_id=department.id))

    await world.store.transact(grow)
    await anna.says("/errand")
    await anna.says("Bread")
    await anna.says("sidorov")
    await anna.presses("Sidorov Boris")
    assert not any("учёта 69" in button for button in anna.sees_last("To which department?").buttons)
    await anna.says("кухня")
    anna.sees_last("no department of this name")
    await anna.says("УЧEТА 69")  # without the dots, and the letter is Latin
    await anna.presses("Отдел учёта 69")
    anna.sees_last("When?")


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ((25, 12), ["In an hour", "This evening, 18:00", "Tomorrow, 09:00", "Monday, 09:00"]),
        ((25, 8), ["In an hour", "This morning, 09:00", "This evening, 18:00", "Tomorrow, 09:00", "Monday, 09:00"]),
        ((25, 18), ["In an hour", "Tomorrow, 09:00", "Monday, 09:00"]),
        ((29, 20), ["In an hour", "Tomorrow, 09:00"]),
        ((30, 8), ["In an hour", "This morning, 09:00", "This evening, 18:00", "Tomorrow, 09:00", "Monday, 09:00"]),
    ],
)
async def test_quick_times_are_ahead_in_the_asker_s_zone(
    anna: TestPerson, clock: MovableClock, now: tuple[int, int], offered: list[str]
) -> None:
    clock.set(datetime(2026, 11, *now, tzinfo=UTC) - MOSCOW)
    await asked_when(anna)
    buttons = anna.sees_last("When?").buttons
    assert list(buttons[1 : 1 + len(offered)]) == offered
    assert "Back" in buttons[1 + len(offered)]


async def test_an_hour_counts_from_the_press_and_a_passed_time_is_refused(
    anna: TestPerson, clock: MovableClock
) -> None:
    await asked_when(anna)
    clock.move(timedelta(hours=6, minutes=10))
    await anna.presses("This evening")
    anna.sees_last("This time has passed.")
    await anna.presses("In an hour")
    anna.sees_last("November 25, 19:10")


async def test_a_time_in_words_is_shown_before_it_is_taken(anna: TestPerson) -> None:
    await asked_when(anna)
    await anna.says("the day before")
    anna.sees_last("I cannot read this as a time.")
    await anna.says("on Friday at 15:00")
    anna.sees_last("Friday, November 27, 2026, 15:00 (Moscow)", button="Yes")
    await anna.presses("Yes")
    anna.sees_last("What may it cost?")


async def test_an_amount_has_bounds(anna: TestPerson) -> None:
    await asked_how_much(anna)
    anna.sees_last("What may it cost?", button="50")
    for wrong in ("much", "0.99", "1 000,01", "1,000", "1.234"):
        await anna.says(wrong)
        anna.sees_last("Please write a number from 1 to 1,000.")
    await anna.presses("100")
    anna.sees_last("What else?")


async def test_a_long_text_is_refused_and_a_written_one_can_be_left(anna: TestPerson) -> None:
    await asked_how_much(anna)
    await anna.presses("50")
    await anna.says("x" * 61)
    anna.sees_last("at most 60 characters")
    await anna.says("Quickly.")
    await anna.presses("Back")
    anna.sees_last("8 characters so far.", button="Leave as it is")
    await anna.says("Slowly.")
    await anna.presses("Order")
    anna.sees_last("Slowly.")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"]))
def test_a_number_is_read_with_and_without_spaces(number: int, space: str) -> None:
    assert read_amount(f" {number:,} ".replace(",", space)) == number


@given(st.integers(0, 10**6), st.integers(0, 99), st.sampled_from(".,"))
def test_money_is_counted_in_its_smallest_unit(whole: int, cents: int, point: str) -> None:
    assert read_amount(f"{whole}{point}{cents:02}", 2) == whole * 100 + cents


@given(st.text(max_size=12), st.integers(0, 3))
def test_any_text_is_a_number_or_none(text: str, digits: int) -> None:
    amount = read_amount(text, digits)
    assert (amount is None) or any(char in "0123456789" for char in text)


@pytest.mark.parametrize("text", ["", "-", "1 00", "10 0000", "1.", ".5", "1,5", "12 руб.", "1e3", "٣", "1-2"])
def test_what_is_not_just_a_whole_number_is_not_read(text: str) -> None:
    assert read_amount(text) is None


async def test_each_message_of_a_text_in_several_can_be_corrected(anna: PlainPerson, world: World) -> None:
    await anna.says("/letter")
    for number, text in enumerate(("one " * 400, "two " * 400, "end")):
        await anna.does(Said, text=text, message=f"part-{number}")
    anna.sees_last("Sure?")
    await anna.does(Edited, text="first", message="part-0")
    anna.sees_last("✏️ Your earlier answer is changed.")
    await anna.does(Edited, text=" ", message="part-2")
    anna.sees("Your earlier answer stays as it was: This is empty.")
    await anna.does(Edited, text="new", message="another")
    anna.sees_not("new")
    await anna.presses("Send")
    shown = anna.sees_last("first").text
    assert (shown.count("one"), shown.count("two"), shown.count("end")) == (0, 400, 1)


async def test_a_cut_text_is_asked_about_once_when_nothing_more_comes(anna: PlainPerson, world: World) -> None:
    await anna.says("/letter")
    before = len(anna.messages())
    for number in range(3):
        await anna.does(Said, text="word " * 350, message=f"part-{number}")
    assert len(anna.messages()) == before
    await world.passes(timedelta(seconds=3))
    anna.sees_last("5,251 characters so far.", button="That is all")
    assert len(anna.messages()) == before + 1


async def test_a_time_that_was_understood_does_not_stay_to_be_confirmed(anna: TestPerson) -> None:
    await asked_when(anna)
    await anna.says("on Friday at 15:00")
    await anna.says("the day before")
    assert "Yes" not in anna.sees_last("I cannot read this as a time.").buttons
    await anna.says("on Friday at 15:00")
    await anna.presses("Back")
    assert "Yes" not in anna.sees_last("When?", button="Whenever").buttons
    await anna.says("on Friday at 16:00")
    await anna.presses("Yes", of="15:00")  # of the first guess
    anna.sees_last("November 27, 2026, 16:00", button="Yes")
    await anna.presses("Yes")
    await anna.presses("Back")
    assert "Yes" not in anna.sees_last("So far: November 27, 16:00", button="Leave as it is").buttons
    await anna.presses("Leave as it is")
    anna.sees_last("What may it cost?")
