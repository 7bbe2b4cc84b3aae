"""What people choose of the messages that come unasked: each kind at once, in a digest, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.handlers.quiet import handlers_notices
from core.chat.capabilities import Level
from tests.scenarios.news.writing import prepares, publishes
from tests.scenarios.quiet.nights import sleeps, until
from tests.support.people import TestPerson
from tests.support.world import World


async def chooses(person: TestPerson, kind: str, when: str) -> None:
    """Under /me, from the notifications."""
    await person.says("/me")
    await person.presses("🔔 Notifications")
    person.sees("🔔 Notifications", button="Back")
    await person.presses(kind)
    person.sees("How should this come?", button="🔘 At once")
    await person.presses(when)
    person.sees("🔔 Notifications", button=kind)


async def test_news_of_a_day_come_as_one_digest(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson
) -> None:
    await chooses(employee, "News", "In the digest")
    await publishes(hr, "Picnic", "On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    colleague.sees("On Friday")
    employee.sees_not("On Friday")
    await until(world, "17:00")
    employee.sees_last("🗞 Gathered for you: 2 messages", button="Show: 📰 Picnic")
    employee.sees_not("On Friday")
    await employee.presses("Show: 📰 Picnic")
    employee.sees("On Friday", button="All news")
    before = employee.count("Gathered for you")
    await until(world, "17:00")
    assert employee.count("Gathered for you") == before, "nothing new has gathered"
    await publishes(hr, "Lunch", "Soup")
    await until(world, "17:00")
    employee.sees_last("🗞 Gathered for you: 1 message", button="Show: 📰 Lunch")


async def test_all_get_theirs_however_many_they_are(
    world: World, hr: TestPerson, employee: TestPerson, colleague: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers_notices, "SLICE", 1)
    await chooses(employee, "News", "In the digest")
    await chooses(colleague, "News", "In the digest")
    await publishes(hr, "Picnic", "On Friday")
    await until(world, "17:00")
    await world.passes(timedelta(seconds=1))
    for person in (employee, colleague):
        person.sees_last("🗞 Gathered for you: 1 message")


async def test_no_digest_comes_at_the_weekend(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await chooses(employee, "News", "In the digest")
    await until(world, "17:00")
    await world.passes(timedelta(days=2))  # Friday evening
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(days=2))
    employee.sees_not("Gathered for you")
    await world.passes(timedelta(days=1))
    employee.sees_last("🗞 Gathered for you: 1 message")


async def test_a_digest_waits_for_the_morning(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await chooses(employee, "News", "In the digest")
    await sleeps(employee)
    await employee.says("/me")
    await employee.presses("Your clock")
    await employee.presses("Vladivostok")
    await publishes(hr, "Picnic", "On Friday")
    await until(world, "17:00")  # midnight where the employee is
    employee.sees_not("Gathered for you")
    await until(world, "01:00")
    employee.sees_last("🗞 Gathered for you: 1 message", button="Show: 📰 Picnic")


async def test_what_is_off_never_comes_and_is_not_counted_as_sent(
    world: World, hr: TestPerson, employee: TestPerson
) -> None:
    await chooses(employee, "News", "Not at all")
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(days=2))
    employee.sees_not("On Friday")
    hr.sees("Switched off by them: 1")
    await employee.says("/news")
    employee.sees_last("📰 News", button="📰 Picnic")
    await chooses_again(employee)
    employee.sees_not("On Friday")
    await publishes(hr, "Parking", "Closed on Monday")
    employee.sees("Closed on Monday")


async def chooses_again(person: TestPerson) -> None:
    """At once, as it was."""
    await person.says("/notices")
    await person.presses("News")
    await person.presses("At once")


async def test_urgent_news_come_whatever_was_chosen(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await chooses(employee, "News", "Not at all")
    await prepares(hr, "Water", "A pipe has burst")
    await hr.presses("Make it urgent")
    await hr.presses("✅ Publish")
    employee.sees("A pipe has burst")


async def test_only_what_can_be_chosen_is_offered(employee: TestPerson, admin: TestPerson, world: World) -> None:
    await employee.says("/notices")
    shown = employee.sees("🔔 Notifications", button="News")
    assert not any("Requests" in label for label in shown.buttons)
    await admin.says("/notices")
    await admin.presses("Requests for access")
    shown = admin.sees("How should this come?", button="In the digest")
    assert not any("Not at all" in label for label in shown.buttons)
    if world.wire.messenger.capabilities.buttons is not Level.NONE:
        assert any("Back" in label for label in shown.buttons)
