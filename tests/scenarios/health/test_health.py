"""Admins see whether everything runs, and try again what did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.talk.request import Reply, Request
from core.chat.messenger import Refused
from core.chat.screens import screen
from core.delivery import Priority, Send, ToPerson
from core.news.item import NewsPublished
from core.people.person import Department, Person
from core.timers import SetTimer
from core.unit_of_work import UnitOfWork
from tests.scenarios.news.test_progress import Trouble
from tests.scenarios.news.writing import publishes
from tests.support.notices import WORD
from tests.support.people import TestPerson
from tests.support.world import World


async def test_everything_is_well(admin: TestPerson) -> None:
    await admin.says("/menu")  # the first answer may have a greeting beside it, which would still wait
    await admin.says("/health")
    seen = admin.sees_last("🩺 Health", button="Refresh")
    assert "🟢 The database answers" in seen.text
    assert "🟢 Nothing waits to be sent" in seen.text
    assert "🔴" not in seen.text
    assert not any("Show" in label for label in seen.buttons)
    await admin.presses("Menu", of="🩺 Health")
    await admin.presses("Administration", of="Choose below")
    await admin.presses("Health", of="Administration")
    admin.sees("🩺 Health", button="Refresh")


async def test_what_is_there_twice_is_named(world: World, admin: TestPerson) -> None:
    await admin.says("/health")
    assert "Shared numbers" not in admin.sees_last("🩺 Health").text

    def share(uow: UnitOfWork) -> None:
        first, second = (uow.get(Person, world.ids[name]) for name in ("employee", "hr"))
        assert first is not None
        assert second is not None
        first.phone = second.phone = "+79990000777"
        uow.add(Department(name="Field service"))
        uow.add(Department(name="FIELD  service"))

    await world.store.transact(share)
    await admin.presses("Refresh")
    seen = admin.sees_last("🩺 Health").text
    assert "🔴 Shared numbers: phones that several people share: 1" in seen
    assert "“Field service” = “FIELD  service”" in seen


async def test_nobody_else_sees_it(employee: TestPerson, hr: TestPerson, manager: TestPerson) -> None:
    for person in (employee, hr, manager):
        await person.says("/health")
        person.sees_last("You are not allowed to do this")
        await person.says("/menu")
        assert not any("Administration" in label for label in person.messages()[-1].buttons)


async def test_a_queue_that_stands_still_is_red(world: World, admin: TestPerson) -> None:
    notice = Send(kind=WORD, content=screen("Hello"), to=ToPerson(world.ids["employee"]), priority=Priority.NOTICE)
    await world.store.transact(lambda uow: uow.apply(notice))
    world.clock.move(timedelta(hours=2))
    await admin.says("/health")  # handled before anything is sent
    assert "🔴" in _line(admin, "notices: 1 waits, the oldest for 2:00:00")
    await admin.presses("Refresh")
    assert "🟢" in _line(admin, "Nothing waits to be sent")


async def test_a_refused_message_is_sent_again(
    world: World, hr: TestPerson, admin: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Refused("TOO_STRANGE"), monkeypatch)
    await publishes(hr, "Picnic", "On Friday")
    await admin.says("/health")
    assert "🔴 Messages refused: 1" in admin.sees_last("🩺 Health").text
    await admin.presses("Show refused messages")
    seen = admin.sees("Refused messages", button="Retry all")
    for told in ("📰 Picnic", "to Anna Petrova", "TOO_STRANGE"):
        assert told in seen.text
    assert "On Friday" not in seen.text
    trouble.over = True
    await admin.presses("Retry 1")
    employee.sees("On Friday")
    admin.sees("It is tried again.")
    admin.sees("Nothing is laid aside.")
    await admin.presses("Back", of="Nothing is laid aside.")
    assert "🟢 Messages refused: 0" in admin.sees("🩺 Health").text


async def test_all_refused_messages_are_sent_again(
    world: World, hr: TestPerson, admin: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Refused("TOO_STRANGE"), monkeypatch)
    for number in range(6):
        await publishes(hr, f"Item {number}", f"Text {number}")
    await admin.says("/health")
    await admin.presses("Show refused messages")
    first = admin.sees("Refused messages", button="Next")
    assert "Item 5" in first.text
    assert "Item 0" not in first.text
    await admin.presses("Next")
    assert "6. " in admin.sees("Item 0", button="Previous").text
    trouble.over = True
    await admin.presses("Retry all")
    admin.sees("6 are tried again.")
    assert all(employee.count(f"Text {number}") == 1 for number in range(6))


async def test_a_failed_timer_fires_again(world: World, admin: TestPerson) -> None:
    due = SetTimer("broken", world.clock.now(), NewsPublished(999))
    await world.store.transact(lambda uow: uow.apply(due))
    for _ in range(4):
        await world.passes(timedelta(minutes=1))
    await admin.says("/health")
    assert "🔴 Timers that failed: 1" in admin.sees_last("🩺 Health").text
    await admin.presses("Show failed timers")
    seen = admin.sees("Failed timers", button="Retry 1")
    assert "NewsPublished" in seen.text
    assert "LookupError" in seen.text
    await admin.presses("Retry 1")
    admin.sees("It is tried again.")
    for _ in range(4):
        await world.passes(timedelta(minutes=1))
    await admin.says("/health")
    assert "🔴 Timers that failed: 1" in admin.sees_last("🩺 Health").text


async def test_a_failed_event_is_handled_again(world: World, admin: TestPerson, employee: TestPerson) -> None:
    whole = world.house.commands["who"]

    def broken(request: Request, words: str) -> Reply:
        raise ZeroDivisionError

    world.house.commands["who"] = replace(whole, handler=broken)
    await employee.says("/who Sidorov")
    employee.sees_not("Sales manager")
    world.house.commands["who"] = whole
    await admin.says("/health")
    assert "🔴 Events that failed: 1" in admin.sees_last("🩺 Health").text
    await admin.presses("Show failed events")
    seen = admin.sees("Failed events", button="Retry 1")
    assert "Said" in seen.text
    assert "ZeroDivisionError" in seen.text
    assert "Sidorov" not in seen.text
    await admin.presses("Retry 1")
    employee.sees("Sales manager")
    admin.sees("Nothing is laid aside.")


async def test_what_is_not_laid_aside_any_more_is_not_tried_twice(
    world: World, hr: TestPerson, admin: TestPerson, employee: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(world, "employee", Refused("TOO_STRANGE"), monkeypatch)
    await publishes(hr, "Picnic", "On Friday")
    for _ in range(2):
        await admin.says("/health")
        await admin.presses("Show refused messages")
    trouble.over = True
    await admin.presses("Retry 1")
    await admin.presses("Retry 1", of="Picnic")
    admin.sees("This was tried again already.")
    assert employee.count("On Friday") == 1


def _line(admin: TestPerson, told: str) -> str:
    return next(line for line in admin.sees_last("🩺 Health").text.splitlines() if told in line)
