"""The author follows a publication while copies are on their way, and steps in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from core.chat.messenger import Later, Outcome, Uncertain, Unreachable
from tests.scenarios.news.writing import loses, publishes
from tests.support.cast import CAST
from tests.support.people import TestPerson
from tests.support.world import World


class Trouble:
    """What happens instead to what is sent to one of the cast, until `over`."""

    def __init__(self, world: World, key: str, outcome: Outcome, monkeypatch: pytest.MonkeyPatch, *what: str) -> None:
        account = world.wire.account(next(member for member in CAST if member.key == key))
        self.over = False
        for method in what or ("send",):
            usual: Callable[..., Awaitable[Outcome]] = getattr(world.wire.messenger, method)

            async def troubled(chat: str, *rest: object, usual: Callable[..., Awaitable[Outcome]] = usual) -> Outcome:
                return outcome if chat == account and not self.over else await usual(chat, *rest)

            monkeypatch.setattr(world.wire.messenger, method, troubled)


async def test_an_item_is_held_back_and_goes_on(
    world: World, admin: TestPerson, hr: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Later(60), monkeypatch)
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(seconds=2))
    told = hr.sees("📤 Sending", button="⏸️ Pause")
    assert "Sent: 4" in told.text
    assert "Waiting: 1" in told.text
    assert "80%" in told.text
    await hr.presses("⏸️ Pause")
    hr.sees("⏸ Paused", button="Go on")
    trouble.over = True
    await world.passes(timedelta(minutes=30))
    assert employee.messages() == []
    await hr.presses("Go on")
    employee.sees("On Friday")
    await world.passes(timedelta(seconds=2))
    done = hr.sees("✅ Sent")
    assert "Sent: 5" in done.text
    assert hr.count("✅ Sent") == 1
    await admin.says("/audit")
    written = admin.sees_last("🧾 Audit").text
    assert "Paused: Picnic" in written
    assert "Continued: Picnic" in written


async def test_an_edit_replaces_what_is_still_waiting(
    world: World, hr: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Later(60), monkeypatch)
    await publishes(hr, "Picnik", "On Friday")
    await hr.presses("Edit", of="Recipients")
    await hr.presses("Title", of="What is to be changed?")
    await hr.says("Picnic")
    await hr.presses("Save")
    trouble.over = True
    await world.passes(timedelta(minutes=2))
    employee.sees("Picnic")
    assert employee.count("On Friday") == 1
    employee.sees_not("Picnik")


async def test_a_withdrawn_item_is_not_sent_any_more(
    world: World, hr: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Later(60), monkeypatch)
    await publishes(hr, "Picnic", "On Friday")
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    trouble.over = True
    await world.passes(timedelta(minutes=2))
    assert employee.messages() == []
    hr.sees("Nobody has a copy any more.")


async def test_an_uncertain_copy_is_sent_again_only_when_asked(
    world: World, admin: TestPerson, hr: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Uncertain("reset"), monkeypatch)
    await publishes(hr, "Picnic", "On Friday")
    trouble.over = True
    await world.passes(timedelta(minutes=5))
    assert employee.messages() == []
    assert "Uncertain: 1" in hr.sees("Recipients: 5", button="Send again: 1").text
    await hr.presses("Send again")
    employee.sees("On Friday")
    await world.passes(timedelta(seconds=2))
    assert "Uncertain" not in hr.sees("Recipients: 5").text
    await admin.says("/audit")
    admin.sees_last("1 uncertain copy sent again: Picnic")


async def test_copies_that_cannot_be_reached_are_told_after_a_withdrawal(
    world: World, hr: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    await loses(world, "admin")  # whom it never reaches has nothing to see
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(seconds=2))
    Trouble(world, "employee", Unreachable("blocked"), monkeypatch, "edit", "delete")
    await hr.presses("Withdraw", of="Recipients")
    await hr.presses("Withdraw", of="Every copy will be deleted")
    await world.passes(timedelta(seconds=2))
    hr.sees("1 copy could not be reached: it may still be seen.")


async def test_another_editor_asks_for_the_figures(world: World, hr: TestPerson, admin: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(seconds=2))
    await admin.says("/news")
    await admin.presses("Picnic", of="📰 News")
    await admin.presses("Progress")
    admin.sees("Recipients: 5", button="Refresh")
    await admin.presses("Back", of="Recipients: 5")
    admin.sees("✅ Published", button="History")


async def test_following_ends_when_nothing_is_on_its_way(world: World, hr: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    await world.passes(timedelta(seconds=2))
    await world.passes(timedelta(hours=1))
    assert await world.app.schedule.run_due() == 0
    hr.sees("Finished at 12:00, in 0:02")
