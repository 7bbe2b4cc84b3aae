"""What admins choose for everybody, by a button or in their own words."""

from __future__ import annotations

from core.chat.capabilities import Level
from tests.support.people import TestPerson
from tests.support.world import World


async def test_an_admin_chooses_by_a_button_or_writes_a_value(admin: TestPerson, world: World) -> None:
    await admin.says("/options")
    admin.sees("Until managers are told: 10 minutes", button="Until managers are told")
    await admin.presses("Until managers are told")
    admin.sees("By default: 10 minutes", button="🔘 10 minutes")
    await admin.presses("20 minutes")
    admin.sees("Until managers are told: 20 minutes")
    await admin.says("/options")
    await admin.presses("Until managers are told")
    await admin.presses("Another value")
    await admin.says("a while")
    admin.sees("Please write a whole number from 1 to 240.")
    await admin.says("45")
    admin.sees_last("Now: 45 minutes", button="Another value")
    await admin.says("/audit")
    if world.wire.messenger.capabilities.buttons is not Level.NONE:
        admin.sees("Until managers are told: 45 minutes instead of 20 minutes")


async def test_nobody_else_chooses_for_the_company(employee: TestPerson) -> None:
    await employee.says("/options")
    employee.sees_not("Until managers are told")
