"""Forms: every kind of step, wrong answers, going back, putting aside, restarts."""

from __future__ import annotations

import pytest

from core.chat.events import Attached, Edited, Said
from core.chat.files import Attachment, Media
from core.people.directory import Departments
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainPerson
from tests.support.world import World


@pytest.fixture
async def anna(world: World) -> PlainPerson:
    person = await world.joins("employee")
    assert isinstance(person, PlainPerson)
    return person


async def test_a_form_from_beginning_to_end(anna: TestPerson) -> None:
    await anna.says("/order")
    anna.sees("Order · step 1 of 5")
    await anna.says("Soup")
    await anna.presses("Large")
    await anna.presses("Salt")
    anna.sees("Extras?", button="✅ Salt")
    await anna.presses("Done")
    await anna.attaches("a.png", b"12345", "image/png")
    anna.sees("a.png", button="Done")
    await anna.presses("Done")
    await anna.presses("Skip")
    anna.sees_last("Soup l ('x',) 1 None")


async def test_a_wrong_answer_asks_again_with_the_reason(anna: PlainPerson) -> None:
    await anna.says("/order")
    await anna.says("x" * 21)
    anna.sees_last("at most 20 characters are allowed, and you sent 21")
    anna.sees_last("What?")
    voice = Attachment(media=Media.VOICE, name="voice.ogg", mime="audio/ogg", size=1, content="c")
    await anna.does(Attached, attachment=voice)
    anna.sees_last("Please write it as text.")
    await anna.says("Soup")
    await anna.says("enormous")
    anna.sees_last("Please choose one of the options.")
    await anna.says("small")
    anna.sees_last("Extras?")


async def test_too_many_files_are_refused_and_the_others_kept(anna: TestPerson) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    for name in ("a.png", "b.png", "c.png"):
        await anna.attaches(name, name.encode(), "image/png")
    anna.sees_last("At most 2 files can be attached.")
    anna.sees_last("b.png", button="Done")


async def test_one_of_several_files_can_be_removed(anna: TestPerson) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    await anna.attaches("a.txt", b"1", "text/plain")
    anna.sees_last("a.txt", button="🗑 Remove")
    await anna.attaches("b.txt", b"2", "text/plain")
    await anna.presses("🗑 a.txt")
    assert "📎 a.txt" not in anna.sees_last("📎 b.txt").text
    await anna.presses("Done")
    await anna.presses("Skip")
    anna.sees_last("Soup s None 1 None")


async def test_of_an_album_what_is_dangerous_or_empty_is_refused_and_the_rest_kept(anna: PlainPerson) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    for name, content in (("run.exe", b"MZ"), ("empty.txt", b""), ("plan.txt", b"plan")):
        await anna.attaches(name, content, "application/octet-stream", album="x")
    asked = anna.sees_last("📎 plan.txt", button="Done").text
    assert "The file run.exe was not taken: programs, scripts" in asked
    assert "The file empty.txt is empty." in asked
    await anna.presses("Done")
    await anna.presses("Skip")
    anna.sees_last("Soup s None 1 None")


async def test_a_dangerous_file_at_a_question_for_a_text_is_refused_with_the_reason(anna: PlainPerson) -> None:
    await anna.says("/order")
    await anna.attaches("run.exe", b"MZ", "application/octet-stream")
    anna.sees_last("The file run.exe was not taken")
    anna.sees_last("What?")


async def test_going_back_keeps_what_was_said(anna: TestPerson) -> None:
    await anna.says("/order")
    await anna.says("Soup")
    await anna.presses("Back")
    anna.sees_last("step 1 of 5")
    await anna.says("Stew")
    anna.sees_last("Which size?")


async def test_a_form_survives_a_restart_and_commands_in_between(anna: TestPerson, world: World) -> None:
    await anna.says("/order")
    await world.restarts()
    await anna.says("/count")
    await anna.says("Soup")
    anna.sees_last("Which size?")


async def test_cancel_ends_a_form(anna: TestPerson) -> None:
    await anna.says("/order")
    await anna.says("/cancel")
    anna.sees_last("Cancelled: Order.")
    await anna.says("Soup")
    anna.sees_last("heard Said")


async def test_cancel_asks_before_what_was_written_is_discarded(anna: TestPerson) -> None:
    await anna.says("/order")
    await anna.says("Soup")
    await anna.presses("Cancel")
    anna.sees_last("Discard what you have written?")
    await anna.presses("‹ Back")
    anna.sees_last("Which size?")
    await anna.says("/cancel")
    await anna.presses("Put aside")
    anna.sees_last("Put aside: Order.", button="▶️ Continue: Order")
    await anna.says("Pie")
    anna.sees_last("heard Said")
    await anna.presses("Continue")
    await anna.presses("Large")
    await anna.presses("Cancel", of="Extras?")
    await anna.presses("Discard")
    assert not any("Continue" in label for label in anna.sees_last("Cancelled: Order.").buttons)


async def test_a_form_that_was_written_in_is_said_to_be_put_aside(anna: TestPerson) -> None:
    await anna.says("/order")
    await anna.says("Soup")
    await anna.says("/order")
    anna.sees_last("⏸ “Order” is put aside; you will find it under")
    await anna.presses("Small")
    anna.sees_last("“Order” is put aside. You can go on with it.", button="▶️ Continue: Order")
    await anna.presses("Continue")
    anna.sees_last("Which size?")
    await anna.presses("Small")
    anna.sees_last("Extras?")


async def test_a_second_form_puts_the_first_aside(anna: TestPerson) -> None:
    await anna.says("/order")
    await anna.says("Soup")
    await anna.says("/order Stew")
    await anna.presses("Cancel")
    anna.sees_last("Cancelled: Order.", button="▶️ Continue: Order")
    await anna.presses("Continue")
    await anna.presses("Large")
    anna.sees_last("Extras?")


async def test_an_answered_question_is_not_answered_twice(anna: TestPerson) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    await anna.attaches("a.png", b"12345", "image/png")
    await anna.presses("Skip", of="Pictures?")
    anna.sees("This question has been answered already.")
    anna.sees_last("a.png", button="Done")


async def test_many_forms_can_be_put_aside(anna: TestPerson) -> None:
    for _ in range(4):
        await anna.says("/order Soup")
    await anna.presses("Cancel")
    assert sum("Continue" in label for label in anna.sees_last("Cancelled: Order.").buttons) == 3


async def test_what_was_chosen_by_buttons_is_recalled_by_the_questions_after_it(anna: TestPerson) -> None:
    await anna.says("/order Soup")
    anna.sees_last("step 2 of 5\n\nWhich size?")
    await anna.presses("Large")
    anna.sees_last("step 3 of 5\n\nLarge\n\nExtras?")
    await anna.presses("Salt")
    await anna.presses("Oil")
    await anna.presses("Done")
    anna.sees_last("Large · Salt and Oil\n\nPictures?")
    await anna.presses("Back")
    anna.sees_last("step 3 of 5\n\nLarge\n\nExtras?")


async def test_a_form_of_one_question_counts_no_steps(anna: TestPerson) -> None:
    await anna.says("/remark")
    assert anna.sees_last("What is to be noted?").text.startswith("Remark\n\n")


async def test_a_form_ends_when_its_end_is_refused_and_nothing_of_it_is_kept(anna: TestPerson, world: World) -> None:
    await anna.says("/remark")
    await anna.says("rude")
    anna.sees_last("Not in this tone.")
    departments = await world.store.transact(lambda uow: uow.ask(Departments()))
    assert "rude" not in {department.name for department in departments}
    await anna.says("rude")
    anna.sees_last("heard Said")


async def test_a_long_form_that_was_refused_asks_on_until_it_is_right(anna: TestPerson) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    await anna.presses("Skip")
    await anna.says("free of charge")
    anna.sees_last("⚠️ It has its price.")
    anna.sees_last("A note?")
    await anna.says("hot")
    anna.sees_last("Soup s None 0 hot")


async def test_an_album_is_one_question(anna: PlainPerson, world: World) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    before = len(anna.messages())
    await anna.attaches("a.png", b"1", "image/png", album="x")
    await anna.attaches("b.png", b"2", "image/png", album="x")
    assert len(anna.messages()) == before + 1
    anna.sees_last("b.png", button="Done")


async def test_an_edit_changes_the_answer_while_the_form_is_open(anna: PlainPerson) -> None:
    await anna.says("/order")
    await anna.does(Said, text="Soop", message="typo")
    await anna.presses("Large")
    await anna.does(Edited, message="typo", text="Soup")
    anna.sees_last("✏️ Your earlier answer is changed.")
    anna.sees_last("Extras?", button="Done")
    await anna.does(Edited, message="typo", text="x" * 21)
    anna.sees_last("Your earlier answer stays as it was: This is too long")
    await anna.presses("Done")
    await anna.presses("Skip")
    await anna.presses("Skip")
    anna.sees_last("Soup l None 0 None")


async def test_an_edit_of_a_wrong_answer_answers(anna: PlainPerson) -> None:
    await anna.says("/order")
    await anna.does(Said, text="x" * 21, message="long")
    await anna.does(Edited, message="long", text="Soup")
    anna.sees_last("Which size?", button="Small")


async def test_an_edit_of_what_counts_no_more_changes_nothing(anna: PlainPerson) -> None:
    await anna.says("/order")
    await anna.does(Said, text="Soup", message="first")
    await anna.presses("Back")
    await anna.does(Said, text="Salad", message="second")
    await anna.does(Edited, message="first", text="Stew")
    anna.sees_last("heard Edited")
    await anna.presses("Small", of="Which size?")
    await anna.presses("Done")
    await anna.presses("Skip")
    await anna.presses("Skip")
    anna.sees_last("Salad s")


async def test_a_caption_stays_with_its_picture_and_can_be_corrected(anna: PlainPerson) -> None:
    await anna.says("/order Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    for number in (1, 2):
        picture = await anna.keeps(f"{number}.png", b"%d" % number, "image/png")
        await anna.does(Attached, attachment=picture, caption=f"Foto {number}", message=f"picture-{number}")
    anna.sees_last("📎 1.png — Foto 1\n\n📎 2.png — Foto 2", button="Done")
    await anna.does(Edited, message="picture-1", text="Photo: Anna")
    anna.sees_last("📎 1.png — Photo: Anna\n\n📎 2.png — Foto 2", button="Done")
    await anna.presses("Done")
    await anna.does(Edited, message="picture-2", text="")
    anna.sees_last("✏️ Your earlier answer is changed.")
    anna.sees_last("A note?")
    await anna.presses("Back")
    anna.sees_last("Photo: Anna\n\n📎 2.png\n\n", button="Done")


async def test_a_picture_at_a_question_for_a_text_is_kept_and_its_caption_is_the_text(anna: PlainPerson) -> None:
    await anna.says("/order")
    await anna.attaches("a.png", b"1", "image/png")
    anna.sees_last("📎 1 file is attached.")
    anna.sees_last("What?", button="Cancel")
    await anna.attaches("b.png", b"2", "image/png", "x" * 21)
    anna.sees_last("at most 20 characters are allowed, and you sent 21")
    await anna.attaches("c.png", b"3", "image/png", "Soup")
    anna.sees_last("At most 2 files can be attached.")
    anna.sees_last("What?")
    await anna.says("Soup")
    await anna.presses("Small")
    await anna.presses("Done")
    anna.sees_last("📎 a.png\n\n📎 b.png\n\n2 files attached.", button="Done")


async def test_an_album_at_a_question_for_a_text_is_answered_once(anna: PlainPerson) -> None:
    await anna.says("/order")
    before = len(anna.messages())
    await anna.attaches("a.png", b"1", "image/png", "Soup", album="x")
    await anna.attaches("b.png", b"2", "image/png", album="x")
    anna.sees_last("📎 2 files are attached.\n\nOrder · step 2 of 5")
    assert len(anna.messages()) == before + 1


async def test_where_no_file_is_asked_for_its_caption_is_taken_and_the_file_is_said_to_be_left_out(
    anna: PlainPerson,
) -> None:
    await anna.says("/remark")
    await anna.attaches("a.png", b"1", "image/png")
    anna.sees_last("Please write it as text.")
    await anna.attaches("a.png", b"1", "image/png", "Two rolls")
    anna.sees("Only the text was taken: a file has no place here.")
    await anna.says("hello")
    anna.sees_last("heard Said")
