"""A missed call whose options are pressed by signs, while it changes under its readers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.files import FileStore
from tests.scenarios.calls.conftest import Exchange
from tests.support.clock import MovableClock
from tests.support.plain_wire import PlainPerson, PlainWire
from tests.support.world import World, a_world

pytestmark = pytest.mark.parametrize("messenger", ["plain"])


@pytest.fixture
async def world(messenger: str, sqlite_template: Path, tmp_path: Path, clock: MovableClock) -> AsyncIterator[World]:
    wire = PlainWire(FileStore(tmp_path), choice_keys=8)
    async with a_world(tmp_path / "kollega.db", sqlite_template, wire, clock) as opened:
        yield opened


async def test_a_late_press_does_not_give_back_the_call_of_another(
    sales: Exchange, employee: PlainPerson, manager: PlainPerson
) -> None:
    await sales.misses()
    shown = employee.lines()[-1].version
    await employee.reacts("1️⃣", of="Missed call")
    employee.sees("🟡 Taken by Anna Petrova")
    # Both had the same card before their eyes, and the manager's finger was a moment slower.
    await employee.reacts("1️⃣", of="Missed call", version=shown)
    employee.sees_last("You have taken this call already.")
    await manager.says("/missed")
    await manager.reacts("1️⃣", of="Missed calls")
    manager.sees_last("🟡 Taken by Anna Petrova")
    menu = manager.lines()[-1]
    number = menu.numbers[next(place for place, label in enumerate(menu.options) if "Give back" in label)]
    await manager.says(str(number))
    manager.sees_last("Take this call from Anna Petrova?")
    employee.sees("🟡 Taken by Anna Petrova")


async def test_an_option_that_comes_back_has_its_own_sign_again(
    sales: Exchange, employee: PlainPerson, colleague: PlainPerson
) -> None:
    def signs(person: PlainPerson) -> dict[str, str]:
        menu = next(line for line in reversed(person.lines()) if "Missed call" in line.text)
        return dict(zip(menu.signs, (label.split(" ", 1)[1] for label in menu.options), strict=True))

    await sales.misses()
    before = signs(colleague)
    await employee.reacts("1️⃣", of="Missed call")
    taken = signs(colleague)
    assert {sign: label for sign, label in taken.items() if before.get(sign, label) != label} == {}
    assert "1️⃣" not in taken
    await colleague.reacts("1️⃣", of="Missed call")
    colleague.sees_last("Already taken by Anna Petrova")
    await employee.reacts(next(sign for sign, label in taken.items() if label == "Give back"), of="Missed call")
    assert signs(colleague) == before
