"""Admins look up who did what, for whom and when."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson
from tests.support.world import World


async def test_an_admin_finds_who_gave_a_role(admin: TestPerson, employee: TestPerson) -> None:
    await admin.says("/who Petrova")
    await admin.presses("Roles", of="Petrova")
    await admin.presses("HR", of="Roles of Anna")
    await admin.says("/audit")
    seen = admin.sees_last("🧾 Audit")
    assert "Olga Zimina" in seen.text
    assert "Role given: HR — Anna Petrova" in seen.text
    await admin.says("/audit Petrova")
    admin.sees_last("Who: Anna Petrova", button="Everything")
    await admin.says("/audit Sidorov")
    admin.sees_last("Nothing was done.")


async def test_what_is_shown_is_narrowed(world: World, admin: TestPerson, hr: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(days=3))
    await admin.says("/audit")
    admin.sees_last("Published: Picnic")
    await admin.presses("Day", of="🧾 Audit")
    admin.sees("Nothing was done.", button="• Day")
    await admin.presses("Always", of="🧾 Audit")
    admin.sees("Published: Picnic", button="• Always")
    await admin.presses("What…", of="🧾 Audit")
    await admin.presses("Roles", of="What kind")
    admin.sees("What: Roles", button="Everything")
    admin.sees("Nothing was done.")
    await admin.presses("Everything", of="What: Roles")
    await admin.presses("Who…", of="🧾 Audit")
    await admin.says("Vlasova")
    await admin.presses("Vlasova Vera", of="Which one")
    admin.sees("Who: Vera Vlasova", button="As a table")
    await admin.presses("As a table", of="Who: Vera Vlasova")
    admin.sees("", file=".xlsx")


async def test_nobody_else_reads_it(employee: TestPerson, hr: TestPerson, manager: TestPerson) -> None:
    for person in (employee, hr, manager):
        await person.says("/audit")
        person.sees_last("You are not allowed to do this")
