"""HR changes, restores and withdraws what was published; every copy follows."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.news.writing import publishes, schedules
from tests.support.people import TestPerson
from tests.support.world import World


async def changes_title(hr: TestPerson, title: str) -> None:
    """Edits the item whose progress the author sees."""
    await hr.presses("Edit", of="Recipients")
    hr.sees("What is to be changed?")
    await hr.presses("Title", of="What is to be changed?")
    await hr.says(title)
    await hr.presses("Save")


async def withdraws(hr: TestPerson) -> None:
    """Withdraws the item whose progress the author sees."""
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Withdraw", of="Every copy will be deleted")


async def test_every_copy_changes_in_place(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnik", "On Friday")
    await world.passes(timedelta(seconds=2))
    await changes_title(hr, "Picnic")
    hr.sees("Saved. Copies that were sent change in place.")
    copy = employee.sees("📰 Picnic")
    assert "changed" in copy.text
    assert "On Friday" in copy.text
    assert len(employee.messages()) == 1
    await employee.says("/news")
    employee.sees("📰 News", button="Picnic")


async def test_what_is_not_sent_yet_gets_the_new_text(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await schedules(hr, "Picnik", "On Friday", "in 1 hour")
    await hr.presses("Open")
    await hr.presses("Edit", of="Picnik")
    await hr.presses("Title", of="What is to be changed?")
    await hr.says("Picnic")
    await hr.presses("Save")
    await world.passes(timedelta(hours=1))
    copy = employee.sees("📰 Picnic")
    assert "changed" not in copy.text


async def test_a_version_is_restored(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await changes_title(hr, "Picnic moved")
    employee.sees("📰 Picnic moved")
    await hr.presses("Open", of="Saved")
    await hr.presses("History", of="Picnic moved")
    hr.sees("🕘 History", button="1. November 25, 12:00 · Vera Vlasova")
    await hr.presses("1. November", of="🕘 History")
    hr.sees("Version 1 of 2", button="Restore")
    await hr.presses("Restore")
    hr.sees("Restored.")
    assert "moved" not in employee.sees("📰 Picnic").text
    await hr.presses("Open", of="Restored.")
    await hr.presses("History", of="✅ Published")
    hr.sees("🕘 History", button="3. November")


async def test_nothing_can_be_saved_before_something_is_changed(hr: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Edit", of="Recipients")
    asked = hr.sees_last("What is to be changed?")
    assert not any("Save" in label for label in asked.buttons)


async def test_two_editors_do_not_overwrite_each_other(hr: TestPerson, admin: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await admin.says("/news")
    await admin.presses("Picnic", of="📰 News")
    await admin.presses("Edit", of="✅ Published")
    await admin.presses("Title", of="What is to be changed?")
    await admin.says("Admin's picnic")
    await changes_title(hr, "HR's picnic")
    await admin.presses("Save")
    admin.sees("Somebody changed this news item meanwhile.")
    employee.sees("HR's picnic")


async def test_within_two_days_the_copies_are_deleted(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(hours=1))
    await withdraws(hr)
    assert employee.messages() == []
    await world.passes(timedelta(seconds=2))
    hr.sees("Nobody has a copy any more.")


async def test_later_a_copy_that_stays_is_marked(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(hours=72))
    await withdraws(hr)
    employee.sees_not("On Friday")
    for seen in employee.messages():
        assert "This news item was withdrawn." in seen.text
        assert not seen.buttons


async def test_withdrawing_is_asked_about_first(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Back", of="Every copy will be deleted")
    employee.sees("On Friday")


async def test_a_withdrawn_item_cannot_be_edited(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Edit", of="Recipients")
    await hr.presses("Title", of="What is to be changed?")
    await hr.says("Too late")
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    await hr.presses("Save")
    hr.sees("This news item was withdrawn.")
    employee.sees_not("Too late")


async def test_a_withdrawn_item_is_copied_into_a_new_one(hr: TestPerson, employee: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Open")
    await withdraws(hr)
    await hr.presses("📄 Copy into a new one")
    hr.sees("When is it to go out?", button="Now")
    await hr.presses("Now")
    preview = hr.sees("This is how it will look")
    assert "Everybody" in preview.text
    hr.sees("On Friday", button="All news")
    await hr.presses("✏️ Title")
    await hr.says("Picnic after all")
    await hr.presses("✅ Publish")
    employee.sees("Picnic after all")
    employee.sees("On Friday")
