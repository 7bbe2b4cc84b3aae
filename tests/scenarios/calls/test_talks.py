"""A talk counts from its beginning, a client passed on to nobody is lost, and what people reported is told right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.pbx.asterisk.recording import read_recording
from core.calls.events import BridgeEntered, CallEvent
from core.calls.intake import CallIntake
from core.calls.rehearsal import shifted
from core.calls.settling import LOST_IN_TRANSFER
from core.options import do_choose
from tests.replay.test_reports import FOLDER, TRUNKS
from tests.scenarios.calls.conftest import CLIENT, GRACE, Exchange
from tests.support.people import TestPerson
from tests.support.world import World
from tests.unit.calls.story import Story

pytestmark = pytest.mark.parametrize("messenger", ["plain"])

REPORTED: dict[str, tuple[str, ...]] = {
    "clock-set-back": (),
    "conference-of-outside-people": (),
    "dial-string-secret-in-chat": ("The client got through, ",),
    "fxo-caller-id-late": ("+7 916 123-45-67",),
    "one-call-over-two-trunks": (),
    "own-number-loops": (),
    "phone-off-called-after-hours": ("no telephone rang",),
    "voice-robot-counts-as-person": ("left the queue",),
}


def now(world: World, events: Iterable[CallEvent]) -> list[CallEvent]:
    """As if they began at this moment."""
    told = list(events)
    return shifted(told, to=world.clock.now() + (max(event.at for event in told) - told[0].at))


async def plays(exchange: Exchange, events: Iterable[CallEvent]) -> None:
    await exchange.hears(now(exchange.world, events))
    await exchange.world.passes(GRACE)


@pytest.mark.parametrize("name", REPORTED)
async def test_what_people_are_told_of_a_reported_call(
    world: World, exchange: Exchange, manager: TestPerson, name: str
) -> None:
    exchange.intake = CallIntake(world.store, trunks=TRUNKS, timezone="Europe/Moscow", grace=GRACE)
    await plays(exchange, read_recording(FOLDER / name / "ami.txt"))
    told = [seen.text for seen in manager.messages()]
    assert len(told) == len(REPORTED[name])
    assert all(part in text for part, text in zip(REPORTED[name], told, strict=True))
    assert not any("S3cretPass" in text or "after hours" in text for text in told)


def called_back(exchange: Exchange) -> tuple[list[CallEvent], list[CallEvent]]:
    """A miss and a call back up to its answer, and the rest of it."""
    events = exchange.recorded("14-missed-then-callback-answered", None)
    second = [place for place, event in enumerate(events) if isinstance(event, BridgeEntered)][1]
    return events[: second + 1], events[second + 1 :]


def later(events: Iterable[CallEvent], by: timedelta) -> list[CallEvent]:
    return [replace(event, at=event.at + by) for event in events]


async def test_a_talk_counts_while_it_goes_on(
    world: World, sales: Exchange, employee: TestPerson, manager: TestPerson
) -> None:
    begins, goes_on = called_back(sales)
    await sales.hears(begins)
    employee.sees_last("🟢 Called back by Anna Petrova")
    assert "talking now" in employee.sees_last("🟢 Missed call").text
    await world.passes(timedelta(minutes=15))
    assert manager.count("without an answer") == 0
    await sales.hears(later(goes_on, timedelta(minutes=15)))
    await world.passes(GRACE)
    assert "talk 15:0" in employee.sees_last("🟢 Missed call").text
    assert len(employee.messages()) == 1


@pytest.mark.parametrize("taken", [False, True])
async def test_a_slip_is_no_talk(
    world: World, sales: Exchange, employee: TestPerson, manager: TestPerson, taken: bool
) -> None:
    begins, goes_on = called_back(sales)
    missed = [event for event in begins if event.at < begins[-1].at - timedelta(seconds=4)]
    await sales.hears(missed)
    await world.passes(GRACE)
    if taken:
        await employee.presses("Take")
    await sales.hears(later(begins[len(missed) :], GRACE))
    employee.sees("🟢 Missed call")
    await sales.hears([replace(event, at=world.clock.now() + timedelta(seconds=1)) for event in goes_on])
    await world.passes(GRACE)
    if taken:
        employee.sees("🟡 Taken by Anna Petrova", button="Give back")
        return
    employee.sees_last("🔴 Missed call", button="Take")
    await world.passes(timedelta(minutes=10))
    manager.sees_last("10 minutes without an answer")


def two_lines(*, slip: bool) -> Story:
    """One call over two lines: one is given up while there is a talk on the other, which is over at once, or later."""
    story = Story().client_calls("c").client_calls("d", line="line-spb")
    story.ring("c", "a", "101", series="c").ring("d", "b", "102", series="d").wait(5).bridge("r", "c", "a")
    story.hangup("b", "d").wait(1 if slip else 120).leave("r", "c", "a").hangup("a", "c")
    return story


@pytest.mark.parametrize("slip", [False, True])
async def test_a_client_who_is_spoken_with_on_another_line(exchange: Exchange, manager: TestPerson, slip: bool) -> None:
    await plays(exchange, two_lines(slip=slip).events)
    assert manager.count("Missed call") == slip


async def test_a_call_over_two_lines_is_missed_once(exchange: Exchange, manager: TestPerson) -> None:
    story = Story().client_calls("c").client_calls("d", line="line-spb")
    story.ring("c", "a", "101", series="c").ring("d", "b", "102", series="d").wait(9).hangup("a", "b", "c", "d")
    await plays(exchange, story.events)
    assert "Call number 2" not in manager.sees_last("🔴 Missed call").text


def passed_on_to_nobody() -> Story:
    story = Story().client_calls().ring("c", "a", "101", series="c").wait(2).bridge("b", "a", "c").wait(30)
    return story.transfer("c").leave("b", "a", "c").hangup("a").wait(1).hangup("c", cause=20)


@pytest.mark.parametrize("told", [True, False])
async def test_a_client_passed_on_to_nobody(world: World, sales: Exchange, employee: TestPerson, told: bool) -> None:
    await world.store.transact(lambda uow: do_choose(uow, LOST_IN_TRANSFER, told))
    await plays(sales, passed_on_to_nobody().events)
    assert employee.count("🔴 Lost in a transfer · Sales") == told
    if told:
        assert "lost while being passed on" in employee.sees_last("Lost in a transfer", button="Take").text
        await plays(sales, Story().client_calls().ring("c", "a", "101", series="c").bridge("b", "a", "c").events)
        employee.sees_last("🟢 The client got through")


async def test_a_client_who_called_again_and_was_lost_in_a_transfer(sales: Exchange, employee: TestPerson) -> None:
    await sales.misses(CLIENT)
    await plays(sales, passed_on_to_nobody().events)
    employee.sees("🔴 Lost in a transfer · Sales", button="Take")
