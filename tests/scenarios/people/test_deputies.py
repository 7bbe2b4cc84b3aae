"""Somebody stands in for a colleague for a time: with the same rights, and with both names in the audit."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson
from tests.support.world import World


async def appoints(person: TestPerson, *, start: str = "From now", until: str) -> None:
    """Lets Anna stand in for everything."""
    await person.presses("Appoint a stand-in")
    await person.says("Petrova")
    await person.presses("Petrova Anna", of="Which one")
    await person.presses("Skip", of="Only for one department")
    await person.presses(start, of="From when")
    await person.says(until)
    await person.presses("Yes", of="Right?")
    await person.presses("Appoint", of="will stand in")


async def test_a_stand_in_does_what_the_other_may(
    world: World, hr: TestPerson, employee: TestPerson, admin: TestPerson
) -> None:
    await employee.says("/publish")
    employee.sees_last("You are not allowed to do this")
    await hr.says("/deputy")
    hr.sees("Nobody stands in now.", button="Appoint a stand-in")
    await appoints(hr, until="in 3 days")
    hr.sees("Anna Petrova: everything, from", button="End: Anna Petrova")
    employee.sees("You stand in for Vera Vlasova")
    await publishes(employee, "Picnic", "On Friday")
    await admin.says("/audit Vlasova")
    seen = admin.sees_last("Published: Picnic")
    assert "Anna Petrova for Vera Vlasova" in seen.text
    await admin.says("/who Vlasova")
    admin.sees_last("Stand-in", button="Roles")
    await world.passes(timedelta(days=4))
    employee.sees("You do not stand in for Vera Vlasova any more.")
    await employee.says("/publish")
    employee.sees_last("You are not allowed to do this")


async def test_it_is_ended_early(hr: TestPerson, employee: TestPerson, manager: TestPerson) -> None:
    await hr.says("/deputy")
    await appoints(hr, until="in 3 days")
    await hr.presses("End: Anna Petrova")
    await hr.presses("End it now", of="Should Anna Petrova stand in for Vera Vlasova no longer?")
    hr.sees("Nobody stands in now.")
    employee.sees("You do not stand in for Vera Vlasova any more.")
    await employee.says("/publish")
    employee.sees_last("You are not allowed to do this")
    await employee.says("/deputy")
    assert not any("Appoint" in label for label in employee.sees_last("Nobody stands in now.").buttons)
