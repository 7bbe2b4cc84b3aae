"""HR writes news; everybody they are meant for gets one copy, now or at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from core.chat.blocks import Bold, Link, Paragraph
from core.chat.capabilities import Level
from core.chat.events import Edited, Event, Said
from tests.scenarios.happening import happens
from tests.scenarios.news.writing import asked_for_whom, loses, prepares, publishes, schedules
from tests.support.botapi import PNG
from tests.support.people import TestPerson
from tests.support.world import World


async def test_everybody_gets_one_copy(hr: TestPerson, employee: TestPerson, manager: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday at noon")
    for reader in (employee, manager):
        copy = reader.sees("Picnic", button="All news")
        assert "On Friday at noon" in copy.text
        assert "News item · November 25 · HR" in copy.text
        assert reader.count("On Friday at noon") == 1


async def test_the_author_sees_how_far_it_has_come(world: World, hr: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    hr.sees("It is going out to 5 people.")
    hr.sees("Recipients: 5")
    await world.passes(timedelta(seconds=2))
    done = hr.sees("Recipients: 5", button="Withdraw")
    assert "✅ Sent" in done.text
    assert "Sent: 5" in done.text
    assert "Waiting: 0" in done.text
    assert "100%" in done.text
    assert "Finished at 12:00, in 0:02" in done.text
    assert hr.count("Waiting: 0") == 1
    assert hr.count("📤 Sending") == 0


async def test_the_preview_is_what_recipients_get(hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "<b>Picnic</b> & *more 🧺", "Bring _your [own] <i>chairs</i>")
    preview = hr.sees("<b>Picnic</b> & *more 🧺", button="All news")
    assert "Bring _your [own] <i>chairs</i>" in preview.text
    assert employee.messages() == []
    await hr.presses("✅ Publish")
    assert employee.sees("Picnic").text == preview.text


async def test_only_the_chosen_department_gets_it(hr: TestPerson, employee: TestPerson, admin: TestPerson) -> None:
    await prepares(hr, "Sales plan", "New figures", audience="Sales")
    assert "Recipients: 3" in hr.sees("This is how it will look").text
    await hr.presses("✅ Publish")
    employee.sees("Sales plan")
    assert admin.messages() == []
    await admin.says("/news")
    await employee.says("/news")
    employee.sees("📰 News", button="Sales plan")


async def test_outside_the_audience_it_does_not_exist(
    hr: TestPerson, employee: TestPerson, manager: TestPerson
) -> None:
    await publishes(hr, "For HR only", "Secret", audience="HR")
    await employee.says("/news")
    employee.sees("There is no news yet.")
    employee.sees_not("For HR only")


async def test_several_roles_are_counted_once(hr: TestPerson, admin: TestPerson, manager: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("Release")
    await hr.says("Version 2")
    await hr.says("Faster")
    await hr.presses("Skip")
    await hr.presses("Roles")
    await hr.presses("Managers")
    hr.sees("1 person will receive it.")
    await hr.presses("Admins")
    hr.sees("2 people will receive it.")
    await hr.presses("Done")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    manager.sees("🚀 Version 2")
    admin.sees("🚀 Version 2")
    hr.sees("It is going out to 2 people.")


async def test_a_scheduled_item_goes_out_at_its_time(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Picnic", "On Friday", when="tomorrow at 9:30")
    hr.sees("That is Thursday, November 26, 2026, 09:30 (Moscow). Right?")
    await hr.presses("🕓 Schedule")
    hr.sees("🕓 Scheduled for November 26, 09:30")
    await world.passes(timedelta(hours=20))
    assert employee.messages() == []
    await world.passes(timedelta(hours=2))
    assert employee.count("On Friday") == 1
    assert "November 26" in employee.sees("On Friday").text


async def test_a_time_that_has_passed_or_means_nothing_is_refused(hr: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")
    await hr.presses("Skip")
    await hr.presses("Everybody")
    await hr.says("2020-01-01 10:00")
    hr.sees("This time has passed.")
    await hr.says("when it suits")
    hr.sees("I cannot read this as a time.")


async def test_a_time_that_passes_at_the_preview_is_refused(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Picnic", "On Friday", when="in 1 hour")
    await world.passes(timedelta(hours=2))
    await hr.presses("🕓 Schedule")
    hr.sees("This time has passed. Please choose a later one, or publish now.")
    await hr.presses("Time of publication", of="This is how it will look")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    employee.sees("Picnic")


async def test_a_scheduled_item_is_published_now_once(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await schedules(hr, "Picnic", "On Friday", "tomorrow at 9:30")
    await hr.says("/news")
    await hr.presses("Scheduled: 1")
    await hr.presses("Picnic", of="Scheduled news")
    await hr.presses("Publish now")
    await world.passes(timedelta(days=2))
    assert employee.count("On Friday") == 1


async def test_a_scheduled_item_is_moved(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await schedules(hr, "Picnic", "On Friday", "tomorrow at 9:30")
    await hr.presses("Open")
    await hr.presses("Change the time")
    await hr.says("in 2 days at 10:00")
    await hr.presses("Yes")
    hr.sees("🕓 Scheduled for November 27, 10:00")
    await world.passes(timedelta(days=1))
    assert employee.messages() == []
    await world.passes(timedelta(days=1))
    assert employee.count("On Friday") == 1


async def test_a_scheduled_item_is_cancelled(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await schedules(hr, "Picnic", "On Friday", "tomorrow at 9:30")
    await hr.presses("Open")
    await hr.presses("Do not publish")
    await hr.presses("Do not publish", of="Cancel the publication")
    hr.sees("The publication was cancelled.")
    await world.passes(timedelta(days=2))
    assert employee.messages() == []


async def test_pressing_publish_twice_publishes_once(
    world: World, hr: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepares(hr, "Picnic", "On Friday")
    store = world.inbox.store

    async def twice(events: Sequence[Event], cursor: str | None) -> None:
        again = [replace(event, id=f"{event.id}-again") for event in events]
        await store([*events, *again, *events], cursor)

    monkeypatch.setattr(world.inbox, "store", twice)
    await hr.presses("✅ Publish")
    assert employee.count("On Friday") == 1
    assert hr.count("It is going out to 5 people.") == hr.count("Waiting: ") == 1


async def test_the_form_survives_a_restart(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await world.restarts()
    await hr.says("On Friday")
    await hr.presses("Skip")
    await hr.presses("Everybody")
    await world.restarts()
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    assert employee.count("On Friday") == 1


@pytest.mark.parametrize("messenger", ["web", "telegram"])
async def test_what_was_answered_by_a_message_cannot_be_pressed_any_more(hr: TestPerson, messenger: str) -> None:
    await asked_for_whom(hr)
    kept = hr.sees("What is the title?").buttons
    assert (kept == ()) is (messenger == "web"), "where an edit costs a request, only what misleads loses its keys"
    await hr.presses("Everybody")
    await hr.says("on Friday at 15:00")
    hr.sees_last("15:00", button="Yes")
    await hr.says("on Friday at 16:00")
    hr.sees_last("16:00", button="Yes")
    assert hr.sees("15:00").buttons == ()
    await hr.presses("Yes")
    await hr.presses("✏️ Title")
    await hr.says("Outing")
    assert hr.sees_last("This is how it will look", button="Schedule")
    assert sum("🕓 Schedule" in seen.buttons for seen in hr.messages()) == 1, "no old preview can be published"


async def test_each_part_can_be_changed_from_the_preview(hr: TestPerson, employee: TestPerson) -> None:
    await prepares(hr, "Picnik", "On Friday")
    await hr.presses("Title")
    hr.sees("Picnik", button="Leave as it is")
    await hr.says("Picnic")
    await hr.presses("Audience")
    await hr.presses("Departments")
    await hr.presses("Sales")
    await hr.presses("Done")
    assert "Recipients: 3" in hr.sees_last("This is how it will look").text
    await hr.presses("✅ Publish")
    employee.sees("Picnic")
    employee.sees_not("Picnik")


async def test_an_event_has_a_time_and_a_place(hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("Event")
    await hr.says("Picnic")
    await hr.says("Bring chairs")
    await hr.says("27.11 at 12:00")
    await hr.presses("Yes")
    await hr.says("The park")
    await hr.presses("Skip")
    await hr.presses("Everybody")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    copy = employee.sees("📅 Picnic")
    assert "When: November 27, 12:00" in copy.text
    assert "Where: The park" in copy.text


async def test_pictures_and_files_go_with_it(hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")
    await hr.attaches("plan.pdf", b"%PDF-1.4 plan", "application/pdf")
    await hr.presses("Done")
    await hr.presses("Everybody")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    employee.sees("On Friday")
    assert sum(len(seen.files) for seen in employee.messages()) == 1


async def test_a_changed_preview_sends_no_file_anew(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")
    for number in range(3):
        await hr.attaches(f"{number}.pdf", b"%%PDF-1.4 %d" % number, "application/pdf")
    await hr.presses("Done")
    await hr.presses("Everybody")
    await hr.presses("Now")

    def files() -> list[str]:
        return [file for seen in hr.messages() for file in seen.files if seen.buttons or "attached" not in seen.text]

    before, shown = len(hr.messages()), len(files())
    assert shown >= 3
    await hr.presses("🔥 Make it urgent")
    hr.sees("it rings all the same", button="Make it not urgent")
    if world.wire.messenger.capabilities.edits is Level.FULL:
        assert len(hr.messages()) == before, "both the preview and the question changed in place"
    await hr.presses("✏️ Title")
    await hr.says("Great picnic")
    hr.sees("Great picnic")
    hr.sees_last("This is how it will look")
    assert len(files()) == shown
    await hr.presses("✏️ Files")
    await hr.attaches("3.pdf", b"%PDF-1.4 3", "application/pdf")
    await hr.presses("Done")
    hr.sees_last("This is how it will look")
    assert len(files()) == shown + 1
    await hr.presses("✅ Publish")
    employee.sees("Great picnic")
    assert sum(len(seen.files) for seen in employee.messages()) == 4


async def test_files_sent_one_by_one_have_one_question_which_follows_them(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")

    def questions() -> list[str]:
        return [seen.text for seen in hr.messages() if "attached." in seen.text]

    for number in range(4):
        await hr.attaches(f"{number}.pdf", b"%%PDF-1.4 %d" % number, "application/pdf")
        assert len(questions()) == 1
        assert f"{number + 1} file" in questions()[0]
    world.clock.move(timedelta(seconds=3))
    await world.settle()
    assert len(questions()) == 1
    assert "4 files attached." in hr.messages()[-1].text
    await hr.presses("Done")
    await hr.presses("Everybody")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    assert sum(len(seen.files) for seen in employee.messages()) == 4


async def test_a_long_text_arrives_whole(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Long")
    pieces = [f"Part {number} " + "word " * 750 for number in range(3)]
    if world.wire.messenger.capabilities.cut_at is None:
        await hr.says("".join(pieces))
    else:  # the client cuts it, so the form waits for more
        before = len(hr.messages())
        for piece in pieces:
            await hr.says(piece)
        assert len(hr.messages()) == before
        await world.passes(timedelta(seconds=2))
        hr.sees_last("characters so far")
        assert len(hr.messages()) == before + 1
        await hr.presses("That is all")
    await hr.presses("Skip")
    await hr.presses("Everybody")
    await hr.presses("Now")
    await hr.presses("✅ Publish")
    shown = "".join(seen.text for seen in employee.messages())
    whole = any(seen.files for seen in employee.messages())
    assert whole or all(f"Part {number}" in shown for number in range(3))


async def test_a_title_too_long_is_refused(hr: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("x" * 151)
    hr.sees("This is too long: at most 150 characters are allowed, and you sent 151.")


async def test_an_employee_cannot_publish(employee: TestPerson) -> None:
    await employee.says("/publish")
    employee.sees("You are not allowed to do this")


async def test_unreachable_people_are_counted(world: World, hr: TestPerson) -> None:
    await loses(world, "employee")
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(seconds=2))
    told = hr.sees("Recipients: 5")
    assert "Unreachable: 1" in told.text
    assert "Sent: 4" in told.text


async def test_formatting_reaches_the_reader_and_no_address_is_lost(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    mail = Link((Bold("в"), " кадры"), "mailto:hr@example.org")
    plan, source = Link("plan", "https://example.org/plan"), "[plan](https://example.org/plan)"
    await hr.says("/publish")
    await hr.presses("News item")
    await happens(world, "hr", Said, text=f"The {source}", rich=(Paragraph(("The ", plan)),), message="1")
    world.clock.move(timedelta(seconds=1))
    await happens(world, "hr", Said, text="Пишите [**в** кадры](mailto:hr@example.org)", rich=(Paragraph((mail,)),))
    for button in ("Skip", "Everybody", "Now", "✅ Publish"):
        await hr.presses(button)
    shown = employee.sees("The plan (https://example.org/plan)")
    assert "в кадры" in shown.text
    assert "](" not in shown.text
    linked = world.wire.messenger.capabilities.opens("mailto:hr@example.org")
    assert linked or "в кадры (hr@example.org)" in shown.text


async def test_case_38_a_caption_at_the_files_goes_out_with_its_picture(hr: TestPerson, employee: TestPerson) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Picnic")
    await hr.says("On Friday")
    await hr.attaches("lake.png", PNG, "image/png", "Photo: Anna, 2026")
    hr.sees_last("Photo: Anna, 2026", button="Done")
    for button in ("Done", "Everybody", "Now", "✅ Publish"):
        await hr.presses(button)
    shown = [seen for seen in employee.messages() if "Photo: Anna, 2026" in seen.text]
    assert len(shown) == 1
    assert any(seen.files for seen in employee.messages())


async def test_a_text_of_twenty_messages_that_is_too_long_gets_one_answer(world: World, hr: TestPerson) -> None:
    if world.wire.messenger.capabilities.cut_at is None:
        return
    await hr.says("/publish")
    await hr.presses("News item")
    await hr.says("Long")
    before = len(hr.messages())
    for number in range(20):
        await hr.says(f"Part {number} " + "word " * 750)
    await hr.says("The end.")
    hr.sees_last("This is too long: at most")
    assert len(hr.messages()) == before + 1
    await hr.says("On Friday")
    hr.sees_last("Send pictures or files")


async def test_case_36_a_corrected_message_corrects_the_news_until_they_are_out(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    await hr.says("/publish")
    await hr.presses("News item")
    await happens(world, "hr", Said, text="Picnik on Fridey", message="title")
    await hr.says("Come all")
    await happens(world, "hr", Edited, text="Picnic on Friday", message="title")
    hr.sees_last("✏️ Your earlier answer is changed.")
    for button in ("Skip", "Everybody", "Now", "✅ Publish"):
        await hr.presses(button)
    employee.sees("📰 Picnic on Friday")
    employee.sees_not("Fridey")
    world.clock.move(timedelta(seconds=1))
    await happens(world, "hr", Edited, text="Picnic on Saturday", message="title")
    hr.sees("its change changes nothing")
    employee.sees_not("Saturday")
