"""An installation of release 0.1.0 is upgraded and goes on: nothing that was open, planned or chosen is lost."""

from __future__ import annotations

from datetime import timedelta

from core.chat.events import Pressed
from tests.scenarios.quiet.nights import until
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainPerson
from tests.support.world import World


def who(world: World, key: str) -> TestPerson:
    """One of the people of the installation."""
    return world.people[key]


async def test_an_open_form_is_answered(world: World) -> None:
    hr = who(world, "hr")
    await hr.presses("✅ Publish", of="This is how it will look")
    hr.sees("Half written", button="All news")
    hr.sees("It is going out to 1 person")
    await world.passes(timedelta(seconds=5))
    hr.sees("✅ Sent")


async def test_a_form_of_another_room_goes_on(world: World) -> None:
    admin, stranger = who(world, "admin"), who(world, "stranger")
    await admin.says("Ivolgina")
    await admin.presses("Sales")
    await admin.presses("Skip")
    admin.sees("Ivolgina Nina is in")
    stranger.sees("Welcome, Nina!")


async def test_own_quiet_hours_are_still_asked_for(world: World) -> None:
    employee = who(world, "employee")
    await employee.says("23:00-7:00")
    employee.sees("Quiet hours: 23:00–07:00")


async def test_a_scheduled_item_goes_out_to_its_roles(world: World) -> None:
    manager, admin, colleague = who(world, "manager"), who(world, "admin"), who(world, "colleague")
    before = len(colleague.messages())
    await until(world, "09:29")
    manager.sees_not("For those who lead")
    await until(world, "09:30")
    manager.sees("For those who lead", button="All news")
    admin.sees("For those who lead")
    assert all("For those who lead" not in seen.text for seen in colleague.messages()[before:])


async def test_what_quiet_hours_held_comes_in_the_morning(world: World) -> None:
    employee = who(world, "employee")
    employee.sees_not("Closed on Monday")
    await until(world, "08:00")
    employee.sees("Closed on Monday")


async def test_open_menus_still_work(world: World) -> None:
    colleague, manager = who(world, "colleague"), who(world, "manager")
    await colleague.presses("Новости", of="Меню")
    colleague.sees("Picnic")
    await manager.presses("🔄 Refresh", of="Truly missed today")
    manager.sees("+7 916 123-00-01")
    await manager.presses("‹ Back", of="On Friday at noon")
    manager.sees("📰 News", button="Picnic")


async def test_buttons_with_the_codes_of_that_time_still_work(world: World) -> None:
    admin, manager = who(world, "admin"), who(world, "manager")
    for data, seen in {
        "m": "Menu",
        "mh": "What you can do",
        "p:0": "People",
        "pc:2": "Petrova Anna",
        "pd:1:0": "Sales",
        "pe": "Zimina Olga",
        "pel": "Which language",
        "po:2": "Roles of Anna Petrova",
        "pz": "Requests for access",
        "nl:0:r": "News",
        "no:1:0:r": "On Friday at noon",
        "cl:0": "Telephone lines",
        "cx:1": "Line",
        "h": "Health",
        "q": "Nothing is held for you",
    }.items():
        await _presses(admin, data)
        assert seen in admin.messages()[-1].text, f"{data}: {admin.chat()}"
    await _presses(admin, "por:2:4:1:-")
    who(world, "employee").sees("HR")
    await _presses(manager, "por:2:8:1:1")
    manager.sees_last("not allowed")


async def test_a_missed_call_goes_on_where_it_was(world: World) -> None:
    colleague, employee = who(world, "colleague"), who(world, "employee")
    await colleague.presses("Вернуть")
    employee.sees("Wants ten birdhouses", button="Take")
    await employee.presses("🙋 Take")
    employee.sees("Taken by Anna Petrova")


async def test_choices_of_people_are_kept(world: World) -> None:
    employee, colleague = who(world, "employee"), who(world, "colleague")
    await employee.says("/cancel")
    await employee.says("/me")
    employee.sees("Quiet hours: 22:00")
    employee.sees("nobody is told")
    await colleague.says("/me")
    colleague.sees("Язык: русский")


async def test_roles_are_kept(world: World) -> None:
    hr, admin, manager, employee = (who(world, key) for key in ("hr", "admin", "manager", "employee"))
    for person, command, seen in (
        (hr, "/publish", "News publication"),
        (admin, "/lines", "Telephone lines"),
        (manager, "/missed", "📵 Missed calls"),
        (employee, "/lines", "not allowed"),
        (manager, "/publish", "not allowed"),
    ):
        await person.says("/cancel")
        await person.says(command)
        assert seen in person.messages()[-1].text, f"{person.key} {command}: {person.chat()}"


async def _presses(person: TestPerson, data: str) -> None:
    """A button of a message that the ledger does not know, as one of long ago is."""
    assert isinstance(person, PlainPerson)
    await person.does(Pressed, data=data, message="long ago")
