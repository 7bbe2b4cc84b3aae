"""How nights come and go in the scenarios."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.support.people import TestPerson
from tests.support.world import World

MOSCOW = ZoneInfo("Europe/Moscow")


async def until(world: World, clock: str) -> None:
    """Time passes until clocks in Moscow show this, today or tomorrow."""
    now = world.clock.now().astimezone(MOSCOW)
    at = datetime.combine(now.date(), time.fromisoformat(clock), MOSCOW)
    await world.passes((at if at > now else at + timedelta(days=1)) - now)


async def sleeps(person: TestPerson, hours: str = "22:00–08:00") -> None:
    """Chooses quiet hours that are offered."""
    await person.says("/me")
    await person.presses("Quiet hours")
    await person.presses(hours)
    person.sees("🌙 Quiet hours", button=f"🔘 {hours}")
