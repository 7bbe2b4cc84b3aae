"""News that people must have read: they say so once, and those who do not are reminded."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.news.writing import loses, prepares
from tests.support.people import TestPerson
from tests.support.world import World

_READ = "I have read this"
_DONE = "You have acknowledged this."


async def asks(hr: TestPerson, title: str = "Fire safety", text: str = "The way out is left") -> None:
    """Publishes an item that is to be acknowledged."""
    await prepares(hr, title, text)
    await hr.presses("Ask for acknowledgement")
    await hr.presses("✅ Publish")


async def hours(world: World, number: float) -> None:
    """Lets hours pass, and the author be told what has come of it."""
    await world.passes(timedelta(hours=number))
    await world.passes(timedelta(seconds=2))


async def test_it_is_acknowledged_once_and_the_copy_shows_it(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await asks(hr)
    await world.passes(timedelta(seconds=2))
    assert "Acknowledged: 0 of 5" in hr.sees("Recipients: 5", button="Remind").text
    await employee.presses(_READ, of="The way out is left")
    shown = employee.sees("The way out is left", button="All news")
    assert _DONE in shown.text
    assert not any(_READ in label for label in shown.buttons)
    assert employee.count("The way out is left") == 1
    colleague.sees("The way out is left", button=_READ)
    colleague.sees_not(_DONE)
    await world.passes(timedelta(minutes=5))
    assert "Acknowledged: 1 of 5" in hr.sees("Recipients: 5").text


async def test_who_opens_it_from_the_list_acknowledges_there(employee: TestPerson, hr: TestPerson) -> None:
    await asks(hr)
    await employee.says("/news")
    await employee.presses("Fire safety", of="📰 News")
    await employee.presses(_READ, of="The way out is left")
    assert employee.count(_DONE) == 1


async def test_a_small_correction_asks_nobody_again(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr)
    await employee.presses(_READ)
    await _changes(hr, "Fire safty is dear")
    shown = employee.sees("Fire safty is dear")
    assert _DONE in shown.text
    await world.passes(timedelta(minutes=5))
    assert "Acknowledged: 1 of 5" in hr.sees("Recipients: 5").text


async def test_an_essential_change_asks_everybody_anew(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await asks(hr)
    await employee.presses(_READ)
    await _changes(hr, "The way out is right", anew=True)
    employee.sees("The way out is right", button=_READ)
    employee.sees("This was changed. Please read it again", button=_READ)
    colleague.sees_not("This was changed.")
    await employee.presses(_READ, of="This was changed.")
    assert employee.count(_DONE) == 2
    assert _DONE in employee.sees("The way out is right").text
    await world.passes(timedelta(minutes=5))
    assert "Acknowledged: 1 of 5" in hr.sees("Recipients: 5").text


async def test_who_does_not_is_reminded_in_working_time_then_the_manager_hears_of_it(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson, manager: TestPerson
) -> None:
    await asks(hr)
    for person in (manager, colleague):
        await person.presses(_READ, of="The way out is left")
    await hours(world, 22)  # from noon to ten the next morning
    employee.sees_not("A reminder")
    await hours(world, 1)
    employee.sees("🔔 A reminder", button=_READ)
    colleague.sees_not("A reminder")
    manager.sees_not("Acknowledgements are missing")
    await hours(world, 23)
    assert employee.count("🔔 A reminder") == 2
    await manager.presses("Who is missing", of="Acknowledgements are missing")
    seen = manager.sees("Acknowledgements of your people")
    assert "Acknowledged: 1" in seen.text
    assert "Not yet: 1" in seen.text
    await manager.presses("Who is missing: 1")
    assert "Petrova Anna" in manager.sees("1 person has not acknowledged.").text
    await employee.presses(_READ, of="🔔 A reminder")
    assert employee.count(_DONE) == 3
    await hours(world, 24 * 7)
    assert employee.count("🔔 A reminder") == 2


async def test_the_company_chooses_when(
    world: World, admin: TestPerson, hr: TestPerson, employee: TestPerson, manager: TestPerson
) -> None:
    await admin.says("/options")
    admin.sees("Reminder to acknowledge: after 8 working hours", button="Reminder to acknowledge")
    await admin.presses("Reminder to acknowledge")
    await admin.presses("after 4 working hours")
    await admin.presses("Managers hear who has not")
    await admin.presses("never")
    admin.sees("Managers hear who has not: never")
    await prepares(hr, "Fire safety", "The way out is left")
    await hr.presses("Ask for acknowledgement")
    hr.sees("reminded after 4 working hours")
    await hr.presses("✅ Publish")
    await hours(world, 4)
    employee.sees("🔔 A reminder", button=_READ)
    await hours(world, 24 * 7)
    assert employee.count("🔔 A reminder") == 2
    manager.sees_not("Acknowledgements are missing")


async def test_nobody_is_reminded_who_left_or_never_got_it(
    world: World, admin: TestPerson, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await loses(world, "employee")
    await asks(hr)
    await hr.presses("Remind", of="Recipients: 5")
    assert "4 people are being reminded." in (*hr.toasts(), *(seen.text for seen in hr.messages()))
    colleague.sees("🔔 A reminder")
    await admin.says("/audit")
    assert "4 people reminded: " in admin.sees_last("🧾 Audit").text
    await hr.presses("Acknowledgements", of="Recipients: 5")
    seen = hr.sees("👀 Acknowledgements", button="Sales: 0 of 3")
    assert "Not yet: 4" in seen.text
    assert "Not reached: 1" in seen.text
    await hr.presses("Sales: 0 of 3")
    await hr.presses("Not reached")
    assert "Petrova Anna Sergeevna · Sales · not reached" in hr.sees("1 person has not acknowledged.").text


async def test_the_standing_is_a_picture_and_a_table(hr: TestPerson, manager: TestPerson) -> None:
    await asks(hr)
    await manager.presses(_READ)
    await hr.presses("Acknowledgements", of="Recipients: 5")
    await hr.presses("As a picture", of="👀 Acknowledgements")
    hr.sees("", file="chart.png")
    await hr.presses("Back", of="👀 Acknowledgements")
    await hr.presses("As a table")
    hr.sees("", file="Acknowledgements 2026-11-25.xlsx")


async def test_the_author_reminds_only_so_often(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr)
    await hr.presses("Remind", of="Recipients: 5")
    await hr.presses("Remind", of="Recipients: 5")
    told = (*hr.toasts(), *(seen.text for seen in hr.messages()))
    assert any("A reminder went out at" in text for text in told)
    assert employee.count("🔔 A reminder") == 1


async def test_a_withdrawal_takes_the_reminders_along(hr: TestPerson, employee: TestPerson) -> None:
    await asks(hr)
    await hr.presses("Remind", of="Recipients: 5")
    employee.sees("🔔 A reminder")
    await hr.presses("Withdraw", of="Recipients: 5")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    employee.sees_not("🔔 A reminder")
    employee.sees_not("The way out is left")


async def test_who_leads_nobody_does_not_see_who_is_missing(hr: TestPerson, colleague: TestPerson) -> None:
    await asks(hr)
    await colleague.says("/news")
    await colleague.presses("Fire safety", of="📰 News")
    assert not any("Progress" in label for label in colleague.messages()[-1].buttons)


async def _changes(hr: TestPerson, text: str, *, anew: bool = False) -> None:
    await hr.presses("Edit", of="Recipients: 5")
    await hr.presses("Text", of="What is to be changed?")
    await hr.says(text)
    if anew:
        await hr.presses("Ask for acknowledgement anew")
    await hr.presses("Save")
