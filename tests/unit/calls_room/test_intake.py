"""However events arrive, the kept calls are those of one fold over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from core.calls.call import Call, Outcome
from core.calls.events import CallEvent, ChannelCreated, ClockStepped, Hungup
from core.calls.fold import Switchboard
from core.calls.intake import CallIntake
from core.calls.journal import CallsSince
from core.calls.rehearsal import shifted
from core.timers import DueTimers, NextTimer
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.replay.recordings import SCENARIOS, TRUNKS, Scenario
from tests.support.clock import START, MovableClock


def intake(store: Database) -> CallIntake:
    return CallIntake(store, trunks=TRUNKS, timezone="Europe/Moscow")


def live(store: Database) -> CallIntake:
    return CallIntake(store, trunks=TRUNKS, timezone="Europe/Moscow", live=True)


async def kept(store: Database) -> tuple[Call, ...]:
    return await store.transact(lambda uow: uow.ask(CallsSince()))


def folded(events: Iterable[CallEvent]) -> tuple[Call, ...]:
    """The calls of one fold; what has no end there is unknown."""
    board = Switchboard(TRUNKS, memory=timedelta(days=1))
    last = START
    for event in events:
        board.apply(event)
        last = event.at
    board.tick(last + timedelta(hours=4, seconds=1))
    return tuple(board.calls())


async def replay(store: Database, *parts: Sequence[CallEvent]) -> None:
    """Each part by a process of its own."""
    for part in parts:
        one = intake(store)
        await one.feed(part)
        await one.settle()


@pytest.mark.parametrize("name", SCENARIOS)
async def test_two_parts_with_an_overlap_and_once_more(store: Database, name: str) -> None:
    events = Scenario(name).events()
    third = len(events) // 3
    await replay(store, events[: 2 * third], events[third:])
    once = await kept(store)
    assert once == folded(events)
    await replay(store, events, events[third:])
    assert await kept(store) == once


@pytest.mark.parametrize(
    "name", ["12-attended-transfer", "24-ami-reconnect", "29-click-to-call", "37-repeated-attempts"]
)
async def test_a_restart_after_every_few_events(store: Database, name: str) -> None:
    events = Scenario(name).events()
    for start in range(0, len(events), 7):
        await intake(store).feed(events[start : start + 7])
    await replay(store, events[-1:])
    assert [(call.id, call.outcome, call.answered_by) for call in await kept(store)] == [
        (call.id, call.outcome or Outcome.UNKNOWN, call.answered_by) for call in folded(events)
    ]


async def test_scenarios_fed_in_any_order_are_the_same_calls(store: Database) -> None:
    names = ["38-ivr-to-101-missed-and-queue-answered", "07-queue-answered-second-member", "22-parallel-20"]
    everything = sorted((event for name in names for event in Scenario(name).events()), key=lambda event: event.at)
    await replay(store, *(Scenario(name).events() for name in names))
    assert await kept(store) == folded(everything)


async def test_late_events_are_folded_in_their_place(store: Database) -> None:
    events = Scenario("05-ring-group-102-answers").events()
    moments = sorted({event.at for event in events})  # what is received at one moment keeps its order
    one = intake(store)
    for chosen in (set(moments[::2]), set(moments[1::2])):
        await one.feed([event for event in events if event.at in chosen])
    assert await kept(store) == folded(events)


@pytest.mark.parametrize(
    ("by", "restarted"),
    [
        (timedelta(seconds=5), False),
        (timedelta(seconds=5), True),
        (timedelta(minutes=10), True),
        (timedelta(hours=1), False),
    ],
)
async def test_a_clock_that_is_set_back_changes_no_call(
    store: Database, clock: MovableClock, by: timedelta, restarted: bool
) -> None:
    (plain,) = folded(Scenario("01-inbound-answered").events())
    for at in range(1, 15, 3):
        events = shifted(Scenario("01-inbound-answered").events(), to=clock.now())
        one, after = live(store), [replace(event, at=event.at - by) for event in events[at:]]
        await one.feed(events[:at])
        if restarted:
            await live(store).feed(after)
        else:
            stepped = ClockStepped(key=f"step{at}", at=after[0].at, seconds=by.total_seconds())
            await one.feed([stepped, *after])
        call = (await kept(store))[-1]
        assert (call.outcome, call.answered_by) == (plain.outcome, plain.answered_by)
        if not restarted:
            assert (call.wait_seconds, call.talk_seconds) == (plain.wait_seconds, plain.talk_seconds)
        clock.move(timedelta(hours=2))


async def test_a_miss_is_fresh_however_far_the_clock_was_set_back(store: Database, clock: MovableClock) -> None:
    def due(uow: UnitOfWork) -> set[str]:
        return {timer.key.partition(":")[0] for timer in uow.ask(DueTimers(9))}

    events = shifted(Scenario("02-inbound-no-answer").events(), to=clock.now())
    one = live(store)
    await one.feed(events[:3])
    clock.move(timedelta(hours=-1))
    await one.feed([replace(event, at=event.at - timedelta(hours=1)) for event in events[3:]])
    assert await store.transact(due) == {"exchange"}
    clock.move(timedelta(seconds=2))
    assert await store.transact(due) == {"exchange", "call"}


async def test_times_are_the_clocks_again_once_nobody_is_on_the_telephone(store: Database, clock: MovableClock) -> None:
    one = live(store)
    await one.feed(shifted(Scenario("01-inbound-answered").events(), to=clock.now() + timedelta(seconds=5)))
    for minute in range(1, 3):
        await one.feed(shifted(Scenario("01-inbound-answered").events(), to=clock.now() + timedelta(minutes=minute)))
    last = (await kept(store))[-1]
    assert last.ended_at == clock.now() + timedelta(minutes=2)


async def test_the_same_recording_is_a_new_call_each_time(store: Database, clock: MovableClock) -> None:
    one = intake(store)
    for _ in range(3):
        await one.feed(shifted(Scenario("02-inbound-no-answer").events(), to=clock.now(), number="+79161230009"))
    calls = await kept(store)
    assert [call.outcome for call in calls] == [Outcome.MISSED] * 3
    assert {call.external_number for call in calls} == {"+79161230009"}
    assert all(call.ended_at is not None and call.ended_at <= clock.now() for call in calls)


async def test_only_fresh_misses_are_to_be_decided(store: Database, clock: MovableClock) -> None:
    def next_timer(uow: UnitOfWork) -> object:
        return uow.ask(NextTimer())

    recorded = Scenario("02-inbound-no-answer").events()
    one = intake(store)
    await one.feed(shifted(recorded, to=clock.now() - timedelta(minutes=16)))
    await one.feed(shifted(Scenario("01-inbound-answered").events(), to=clock.now()))
    assert await store.transact(next_timer) is None
    events = shifted(recorded, to=clock.now())
    await one.feed(events)
    ended = max(event.at for event in events if isinstance(event, Hungup))
    assert await store.transact(next_timer) == ended + timedelta(seconds=2)


async def test_a_call_without_an_end_is_given_up(store: Database, clock: MovableClock) -> None:
    events = shifted(Scenario("02-inbound-no-answer").events(), to=clock.now())
    first = next(event for event in events if isinstance(event, ChannelCreated))
    begun = intake(store)
    await begun.feed(events[: events.index(first) + 1])
    for watching in (begun, intake(store)):
        clock.set(first.at + timedelta(hours=3, minutes=59))
        await watching.tick()
        (call,) = await kept(store)
        assert call.outcome is None
    clock.move(timedelta(minutes=2))
    await intake(store).tick()
    (call,) = await kept(store)
    assert (call.outcome, call.missed, call.ended_at) == (Outcome.UNKNOWN, False, None)


async def test_a_batch_that_could_not_be_kept_can_be_fed_again(store: Database) -> None:
    events = Scenario("01-inbound-answered").events()
    half = len(events) // 2
    one = intake(store)
    await one.feed(events[:half])
    transact = store.transact

    async def fails(work: object) -> None:
        await transact(lambda uow: _undone(uow, work))

    store.transact = fails  # type: ignore[method-assign, assignment]
    with pytest.raises(ZeroDivisionError):
        await one.feed(events[half:])
    store.transact = transact  # type: ignore[method-assign]
    assert len([call for call in await kept(store) if call.open]) == 1
    assert await one.feed(events[half:]) == len(events) - half
    assert await kept(store) == folded(events)


def _undone(uow: UnitOfWork, work: object) -> None:
    assert callable(work)
    work(uow)
    raise ZeroDivisionError
