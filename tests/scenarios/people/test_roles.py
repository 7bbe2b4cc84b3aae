"""Admins give roles for a department and for a time, see who gave what, and take them."""

from __future__ import annotations

from datetime import timedelta

from tests.support.people import TestPerson
from tests.support.world import World


async def opens_roles(admin: TestPerson) -> None:
    """The roles of Boris."""
    await admin.says("/who Sidorov")
    await admin.presses("Roles", of="Sidorov")


async def test_a_role_for_a_department_until_a_day(world: World, admin: TestPerson, colleague: TestPerson) -> None:
    await opens_roles(admin)
    await admin.presses("Give for a department", of="Roles of Boris")
    await admin.presses("Manager", of="Which role")
    await admin.presses("HR", of="For which department")
    await admin.says("in 3 days")
    await admin.presses("Yes", of="Right?")
    seen = admin.sees("Roles of Boris", button="Take: Manager (HR) until")
    assert "given by Olga Zimina" in seen.text
    colleague.sees("Olga Zimina gave you the role “Manager (HR) until")
    await world.passes(timedelta(days=4))
    await opens_roles(admin)
    assert not any("Take" in label for label in admin.sees_last("Roles of Boris").buttons)


async def test_a_role_that_only_the_whole_company_has(admin: TestPerson, colleague: TestPerson) -> None:
    await opens_roles(admin)
    await admin.presses("Give for a department", of="Roles of Boris")
    await admin.presses("HR", of="Which role")
    await admin.says("in 3 days")
    await admin.presses("Yes", of="Right?")
    admin.sees("Roles of Boris", button="Take: HR until")
    await admin.presses("Take: HR until", of="Roles of Boris")
    await admin.presses("Take the role", of="Take the role “HR” from Boris")
    colleague.sees("Olga Zimina took the role “HR” from you.")
    await colleague.says("/publish")
    colleague.sees_last("You are not allowed to do this")


async def test_what_follows_from_the_place_is_shown(admin: TestPerson) -> None:
    await admin.says("/who Orlov")
    await admin.presses("Roles", of="Orlov")
    assert "Manager (Sales), by the place in the company" in admin.sees_last("Roles of Gleb").text
