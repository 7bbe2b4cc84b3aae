"""Admins switch off what the company does not use."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.news.writing import publishes, schedules
from tests.support.people import TestPerson
from tests.support.world import World


async def switches(admin: TestPerson, module: str, *, off: bool) -> None:
    """Switches a module, and answers the question before it goes off."""
    await admin.says("/modules")
    await admin.presses(module)
    if off:
        admin.sees("for everybody?", button="No")
        await admin.presses("Yes, switch it off")
    admin.sees("🧩 Modules", button=f"{'▫️' if off else '✅'} {module}")


async def test_what_is_off_is_gone_and_its_buttons_say_so(
    world: World, admin: TestPerson, employee: TestPerson, hr: TestPerson
) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await employee.says("/menu")
    await hr.says("/publish")
    await hr.presses("News item")
    await switches(admin, "News", off=True)

    await employee.says("/news")
    employee.sees_last("“News” is switched off in this company.")
    await employee.presses("All news", of="On Friday")
    employee.sees_last("“News” is switched off in this company.")
    await employee.says("/menu")
    await employee.presses("News and events", of="Menu")
    assert "📰 News" not in employee.messages()[-1].buttons
    await employee.says("/search picnic")
    assert "news" not in employee.sees_last("found nothing").text
    await employee.says("/help")
    assert "news" not in employee.sees_last("What you can do").text
    await employee.replies("Wonderful", to="On Friday")
    employee.sees_not("the author does not see")
    await hr.says("anybody")
    hr.sees_last("found nothing")
    await hr.presses("‹ Back", of="What is the title?")
    hr.sees("“News” is switched off in this company.")

    await world.restarts()
    await switches(admin, "News", off=False)
    await employee.says("/news")
    employee.sees_last("📰 News", button="Picnic")
    await admin.says("/audit")
    written = admin.sees_last("🧾 Audit").text
    assert "Switched off: News" in written
    assert "Switched on: News" in written


async def test_what_was_planned_meanwhile_does_not_come_all_at_once(
    world: World, admin: TestPerson, employee: TestPerson, hr: TestPerson
) -> None:
    await schedules(hr, "Picnic", "On Friday", "tomorrow at 9:30")
    await switches(admin, "News", off=True)
    await world.passes(timedelta(days=3))
    await switches(admin, "News", off=False)
    await world.passes(timedelta(days=1))
    employee.sees_not("On Friday")
    await hr.says("/menu")
    await hr.presses("News and events · 1")
    await hr.presses("Scheduled news · 1")
    await hr.presses("Picnic", of="🕓 Scheduled news")
    await hr.presses("Publish now")
    employee.sees("On Friday")


async def test_only_admins_switch(hr: TestPerson) -> None:
    await hr.says("/modules")
    hr.sees_last("You are not allowed to do this")
