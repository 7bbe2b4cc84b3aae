"""Editors see how many have opened an item, and when a long broadcast should be done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.chat.events import Read
from core.chat.messenger import Later, Outcome
from core.chat.pages import Page
from core.news.opening import COUNTED
from core.options import do_choose
from tests.scenarios.happening import happens
from tests.scenarios.news.writing import prepares, publishes
from tests.support.people import TestPerson
from tests.support.world import World


async def figures(hr: TestPerson) -> str:
    """What the progress of the last item says."""
    await hr.says("/news")
    await hr.presses("Picnic", of="📰 News")
    await hr.presses("Progress")
    return hr.sees("Recipients: 5", button="Refresh").text


async def test_what_was_read_counts_as_opened_once(world: World, hr: TestPerson) -> None:
    await publishes(hr, "Picnic", "On Friday")
    assert "Opened" not in await figures(hr)
    for key in ("employee", "colleague", "employee"):
        world.clock.move(timedelta(seconds=1))
        await happens(world, key, Read, message="the person's own words")
    assert "Opened, as far as I know: 2" in await figures(hr)


async def test_what_came_later_is_not_opened(world: World, hr: TestPerson) -> None:
    await happens(world, "employee", Read, message="an older one")
    world.clock.move(timedelta(seconds=1))
    await publishes(hr, "Picnic", "On Friday")
    assert "Opened" not in await figures(hr)


async def test_a_person_keeps_it_private(world: World, hr: TestPerson, employee: TestPerson) -> None:
    await employee.says("/me")
    employee.sees("When you open news: HR sees how many have")
    await employee.presses("Do not tell what I open")
    employee.sees_last("When you open news: nobody is told", button="Tell what I open")
    await publishes(hr, "Picnic", "On Friday")
    world.clock.move(timedelta(seconds=1))
    await happens(world, "employee", Read, message="the person's own words")
    assert "Opened" not in await figures(hr)


async def test_a_company_counts_nothing(world: World, admin: TestPerson, hr: TestPerson, employee: TestPerson) -> None:
    await admin.says("/options")
    await admin.presses("How many opened the news")
    await admin.presses("off")
    admin.sees("How many opened the news: off")
    await employee.says("/me")
    employee.sees("When you open news: nobody is told")
    await publishes(hr, "Picnic", "On Friday")
    world.clock.move(timedelta(seconds=1))
    await happens(world, "employee", Read, message="the person's own words")
    assert "Opened" not in await figures(hr)
    await world.store.transact(lambda uow: do_choose(uow, COUNTED, True))
    assert "Opened" not in await figures(hr), "nothing was kept meanwhile"


async def test_a_slow_broadcast_tells_when_it_should_be_done(
    world: World, hr: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, arrived = world.wire.messenger.send, 0

    async def slow(chat: str, page: Page, key: str) -> Outcome:
        nonlocal arrived
        copy = "On Friday" in str(page.parts)
        arrived += copy
        return Later(120) if copy and arrived > 2 else await send(chat, page, key)

    await prepares(hr, "Picnic", "On Friday")
    monkeypatch.setattr(world.wire.messenger, "send", slow)
    await hr.presses("✅ Publish")
    await world.passes(timedelta(seconds=40))
    told = hr.sees("📤 Sending").text
    assert "Waiting: 3" in told
    assert "It should be done by 12:02." in told, "two in 40 seconds: one more minute for the other three"
    await world.passes(timedelta(seconds=5))
    await hr.presses("⏸️ Pause")
    assert "It should be done" not in hr.sees("⏸ Paused").text
