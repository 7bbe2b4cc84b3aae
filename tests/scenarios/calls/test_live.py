"""The live way whole: an exchange speaks, its connection listens, calls are folded and kept, and people are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.pbx.asterisk.source import FIRST_RETRY_SECONDS, REJECTED_RETRY_SECONDS, LinkState
from tests.scenarios.calls.conftest import GRACE
from tests.scenarios.calls.live import Live, Recording, connected, recorded
from tests.support.ami_server import AmiServer
from tests.support.people import TestPerson
from tests.support.world import World

pytestmark = pytest.mark.parametrize("messenger", ["plain"])


@pytest.fixture
async def server() -> AsyncIterator[AmiServer]:
    async with AmiServer() as running:
        yield running


@pytest.fixture
async def live(world: World, server: AmiServer) -> AsyncIterator[Live]:
    async with connected(world, server) as opened:
        await opened.is_up()
        yield opened


def only(name: str) -> Recording:
    (recording,) = recorded(name)
    return recording


@pytest.mark.parametrize(
    "name", ["01-inbound-answered", "05-ring-group-102-answers", "07-queue-answered-second-member"]
)
async def test_an_answered_call_disturbs_nobody(live: Live, manager: TestPerson, name: str) -> None:
    await live.plays(only(name))
    assert set((await live.outcomes()).values()) == {"answered"}
    assert manager.messages() == []


async def test_a_missed_call_is_told_once_and_after_the_grace(world: World, live: Live, manager: TestPerson) -> None:
    *before, (_, last, count) = only("02-inbound-no-answer").bursts()
    for _, raw, events in before:
        await live.hears(raw, events)
    world.clock.move(timedelta(seconds=8))
    await live.hears(last, count)
    await world.passes(GRACE - timedelta(microseconds=1))
    assert manager.messages() == []
    await world.passes(timedelta(microseconds=1))
    assert "waited 0:08" in manager.sees_last("Missed call · line-msk", button="Take").text
    await world.passes(timedelta(minutes=9))
    assert len(manager.messages()) == 1


async def test_a_call_back_turns_the_alert_green(live: Live, manager: TestPerson) -> None:
    await live.plays(only("14-missed-then-callback-answered"))
    manager.sees_last("🟢 Called back by Anna Petrova")
    assert len(manager.messages()) == 1


async def test_twenty_calls_at_once(live: Live, manager: TestPerson) -> None:
    await live.plays(only("22-parallel-20"))
    outcomes = list((await live.outcomes()).values())
    assert (len(outcomes), outcomes.count("answered")) == (20, 6)
    assert manager.count("🔴 Missed call") == 14


async def test_a_link_lost_in_the_middle(live: Live, manager: TestPerson) -> None:
    """One call goes on through the gap, one is answered in it, one ends in it, one begins in it and is missed later."""
    first, second = recorded("24-ami-reconnect")
    await live.plays(first)
    assert set((await live.outcomes()).values()) == {None}
    await live.server.drop()
    await live.comes_back(second, after=timedelta(seconds=11))
    await live.plays(second)
    assert await live.outcomes() == {
        "1795289613.303": "answered",
        "1795289616.305": "unknown",
        "1795289620.307": "answered",
        "1795289626.312": "missed",
    }
    assert "+7 916 123-24-05" in manager.sees_last("Missed call · line-spb").text
    assert len(manager.messages()) == 1


async def test_a_restart_of_the_exchange(live: Live, manager: TestPerson) -> None:
    before, after = recorded("44-pbx-restart")
    await live.plays(before)
    await live.server.drop()
    manager.sees_last("Missed call · line-spb")
    await live.comes_back(after, after=timedelta(seconds=1))
    await live.plays(after)
    assert sorted(map(str, (await live.outcomes()).values())) == ["answered", "missed", "missed"]
    manager.sees_last("Missed call · line-msk")
    assert len(manager.messages()) == 2


async def test_a_crash_of_the_exchange_cuts_the_ringing_call(world: World, live: Live, manager: TestPerson) -> None:
    ringing = next(only("02-inbound-no-answer").bursts())
    await live.hears(*ringing[1:])
    await live.server.drop()
    live.server.uptime = 3
    await live.comes_back(after=timedelta(seconds=20))
    await world.passes(GRACE)
    manager.sees_last("Missed call · line-msk")


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("name", ["02-inbound-no-answer", "14-missed-then-callback-answered", "12-attended-transfer"])
async def test_what_is_heard_again_after_a_reconnect_changes_nothing(
    live: Live, manager: TestPerson, name: str, restarted: bool
) -> None:
    recording = only(name)
    await live.plays(recording)
    before, calls = [seen.text for seen in manager.messages()], await live.calls()
    await live.server.drop()
    if restarted:
        live.forgets()
    await live.comes_back()
    bursts = list(recording.bursts())
    for _, raw, count in bursts[len(bursts) // 2 :]:
        await live.hears(raw, count)
    await live.plays(recording)
    assert [seen.text for seen in manager.messages()] == before
    assert await live.calls() == calls


async def test_an_exchange_that_is_down_at_the_start(world: World, server: AmiServer, manager: TestPerson) -> None:
    async with connected(world, server) as stopped:
        await stopped.is_up()
    await server.stop()
    async with connected(world, server) as live:
        await live.naps.taken(FIRST_RETRY_SECONDS)
        assert live.source.status.state is LinkState.LOST
        assert "lost: " in live.source.fault()
        await server.start()
        await live.comes_back()
        assert live.source.fault() == ""
        await live.plays(only("02-inbound-no-answer"))
        manager.sees_last("Missed call", button="Take")


async def test_a_secret_that_was_put_right(world: World, server: AmiServer, manager: TestPerson) -> None:
    server.secret = "another"
    wrong = server.settings(secret="swordfish")
    async with connected(world, server, wrong) as live:
        await live.naps.taken(REJECTED_RETRY_SECONDS)
        fault = live.source.fault()
        assert "Authentication failed" in fault
        assert "KOLLEGA_ASTERISK__SECRET" in fault
        assert "swordfish" not in fault
        server.secret = "swordfish"
        await live.naps.wake(REJECTED_RETRY_SECONDS)
        await live.is_up()
        assert live.source.fault() == ""
        await live.plays(only("02-inbound-no-answer"))
        manager.sees_last("Missed call", button="Take")


async def test_garbage_between_the_events_of_a_call(live: Live, manager: TestPerson) -> None:
    garbage = b"\x00\xff\xfe\x80 nonsense\r\n\r\nEvent: Hangup\r\n\r\nEvent: Newchannel\r\nChannel\r\nUniqueid:\r\n\r\n"
    for _, raw, count in only("02-inbound-no-answer").bursts():
        await live.hears(garbage + raw, count)
    await live.world.passes(GRACE)
    manager.sees_last("Missed call", button="Take")
    assert len(manager.messages()) == 1


async def test_a_stream_cut_inside_a_line(live: Live, manager: TestPerson) -> None:
    """The call is still there after the reconnect, and its end is told then."""
    (_, begins, count), *middle, (_, ends, last) = only("02-inbound-no-answer").bursts()
    await live.hears(begins, count)
    await live.server.send(ends[:40])
    await live.server.drop()
    live.server.channels = [_listed_from(begins)]
    await live.comes_back()
    for _, raw, events in middle:
        await live.hears(raw, events)
    await live.hears(ends, last)
    await live.world.passes(GRACE)
    manager.sees_last("Missed call", button="Take")
    assert len(manager.messages()) == 1


def _listed_from(raw: bytes) -> dict[str, str]:
    """The first channel in these events, as CoreShowChannels tells of it."""
    block = raw[raw.index(b"Event: Newchannel") :].partition(b"\r\n\r\n")[0].decode()
    headers = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
    return {name: headers[name] for name in headers if name not in ("Event", "Privilege")} | {"Duration": "00:00:01"}
