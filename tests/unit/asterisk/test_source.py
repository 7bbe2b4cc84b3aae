"""The live connection through everything that happens to one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from adapters.pbx.asterisk import source as live
from adapters.pbx.asterisk.settings import Settings
from adapters.pbx.asterisk.source import LinkState, Source, check
from core.calls import events as ev
from core.calls.fold import Switchboard
from tests.replay.recordings import TRUNKS, Scenario
from tests.support.ami_server import AmiServer
from tests.support.clock import MovableClock
from tests.support.naps import Naps

CHANNEL = {"Channel": "PJSIP/line-msk-00000001", "Uniqueid": "1.1", "Linkedid": "1.1", "Cause": "16"}
RINGING = {
    "Channel": "PJSIP/line-msk-00000001",
    "ChannelState": "4",
    "CallerIDNum": "+79161230001",
    "Exten": "74951110001",
    "Uniqueid": "1.1",
    "Linkedid": "1.1",
    "Duration": "00:00:05",
}


class Desk:
    """A source with what it delivered."""

    def __init__(self, settings: Settings) -> None:
        self.naps = Naps()
        self.events: list[ev.CallEvent] = []
        self.broken = False
        self.clock = MovableClock()
        self._arrived = asyncio.Condition()
        self.source = Source(settings, self._deliver, clock=self.clock.now, sleep=self.naps, jitter=lambda: 1.0)

    async def _deliver(self, events: Sequence[ev.CallEvent]) -> None:
        if self.broken:
            raise RuntimeError("the disk is full")
        async with self._arrived:
            self.events += events
            self._arrived.notify_all()

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(reached)

    async def got(self, kind: type[ev.CallEvent], times: int = 1) -> None:
        await self.until(lambda: len([event for event in self.events if type(event) is kind]) >= times)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Desk]:
    desk = Desk(settings)
    running = asyncio.create_task(desk.source.run())
    try:
        yield desk
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
async def server() -> AsyncIterator[AmiServer]:
    async with AmiServer() as running:
        yield running


async def test_it_signs_in_without_telling_the_secret_and_asks_what_goes_on(server: AmiServer) -> None:
    server.channels = [RINGING]
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        assert desk.kinds() == ["LinkUp", "ExchangeReady", "ChannelListed", "ListingComplete"]
        assert desk.source.status.state is LinkState.CONNECTED
        assert desk.source.status.fault is None
        assert desk.source.status.last_event_at is not None
    sent = [value for action in server.actions for value in action.values()]
    assert not any("swordfish" in value for value in sent)


async def test_a_recorded_day_arrives_whole(server: AmiServer) -> None:
    scenario = Scenario("22-parallel-20")
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        await server.replay(scenario.parts[0])
        await desk.got(ev.Hungup, times=sum(isinstance(event, ev.Hungup) for event in scenario.events()))
    board = Switchboard(TRUNKS)
    for event in desk.events:
        board.apply(event)
    missed = {call.linkedid for call in board.calls() if call.missed}
    assert missed == {call["linkedid"] for call in scenario.expected() if call["missed"]}


async def test_a_lost_connection_is_told_and_taken_up_again(server: AmiServer) -> None:
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        await server.drop()
        await desk.naps.wake(live.FIRST_RETRY_SECONDS)
        await desk.got(ev.ListingComplete, times=2)
        first_link = desk.kinds().index("ListingComplete") + 1
        assert desk.kinds()[first_link : first_link + 2] == ["LinkLost", "LinkUp"]
        assert desk.source.status.state is LinkState.CONNECTED


async def test_a_call_that_ended_while_the_link_was_down_is_unknown(server: AmiServer) -> None:
    server.channels = [RINGING]
    board = Switchboard(TRUNKS)
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        server.channels = []
        desk.clock.move(timedelta(seconds=30))
        await server.drop()
        await desk.naps.wake(live.FIRST_RETRY_SECONDS)
        await desk.got(ev.ListingComplete, times=2)
    for event in desk.events:
        board.apply(event)
    assert [call.outcome for call in board.calls()] == ["unknown"]


async def test_retries_grow_to_a_limit_and_start_over_after_success(server: AmiServer) -> None:
    settings = server.settings()
    await server.stop()
    async with listening(settings) as desk:
        for wait in (1.0, 2.0, 4.0, 8.0, 16.0, 30.0):
            await desk.naps.wake(wait)
        assert desk.source.status.state is LinkState.LOST
        assert desk.source.status.fault
        await server.start()
        await desk.naps.wake(30.0)
        await desk.got(ev.ListingComplete)
        await server.drop()
        await desk.naps.wake(1.0)
        await desk.got(ev.ListingComplete, times=2)


async def test_a_wrong_secret_is_a_state_of_its_own_and_not_hammered(server: AmiServer) -> None:
    async with listening(server.settings(secret="guess")) as desk:
        await desk.naps.wake(live.REJECTED_RETRY_SECONDS)
        await server.heard("Login", times=2)
        await desk.naps.taken(live.REJECTED_RETRY_SECONDS)
        assert desk.source.status.state is LinkState.REJECTED
        assert desk.source.status.fault == "Authentication failed"
        assert set(desk.naps.asked) == {live.REJECTED_RETRY_SECONDS}
        assert desk.events == []
        server.secret = "guess"
        await desk.naps.wake(live.REJECTED_RETRY_SECONDS)
        await desk.got(ev.LinkUp)
        assert desk.source.status.fault is None


@pytest.mark.parametrize("says", ["greets", "tells"])
async def test_an_exchange_that_is_too_old_is_refused_and_not_hammered(server: AmiServer, says: str) -> None:
    if says == "greets":
        server.banner = b"Asterisk Call Manager/1.3\r\n"
    async with listening(server.settings()) as desk:
        if says == "tells":
            await desk.got(ev.ListingComplete)
            await server.event("Dial", SubEvent="Begin", UniqueID="1.1", DestUniqueID="1.2")
        await desk.naps.taken(live.REJECTED_RETRY_SECONDS)
        assert desk.source.status.state is LinkState.TOO_OLD
        assert "Asterisk 12 or newer is needed" in desk.source.fault()
        server.banner = b"Asterisk Call Manager/9.0.0\r\n"
        await desk.naps.wake(live.REJECTED_RETRY_SECONDS)
        await desk.got(ev.ListingComplete, times=1 if says == "greets" else 2)
        assert desk.source.fault() == ""


async def test_a_clock_that_is_set_back_is_noticed(server: AmiServer) -> None:
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        desk.clock.move(timedelta(seconds=30))
        await server.event("Hangup", **CHANNEL)
        await desk.got(ev.Hungup)
        desk.clock.move(timedelta(seconds=-5))
        await server.event("Hangup", **{**CHANNEL, "Uniqueid": "2.1"})
        await desk.got(ev.Hungup, times=2)
        (stepped,) = [event for event in desk.events if isinstance(event, ev.ClockStepped)]
        assert 5 <= stepped.seconds < 8
        assert desk.kinds()[-2:] == ["ClockStepped", "Hungup"]


async def test_silence_is_noticed_by_a_ping(server: AmiServer) -> None:
    server.mute = True
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        await server.heard("Ping")
        await desk.naps.wake(live.PING_SECONDS)
        await server.heard("Ping", times=2)
        await desk.naps.wake(live.PING_SECONDS)
        await desk.naps.wake(live.FIRST_RETRY_SECONDS)
        await desk.got(ev.LinkLost)
        await desk.got(ev.LinkUp, times=2)


async def test_an_answered_ping_keeps_the_connection(server: AmiServer) -> None:
    async with listening(server.settings()) as desk:
        for times in range(1, 5):
            await server.heard("Ping", times=times)
            await server.event("Hangup", **{**CHANNEL, "Uniqueid": f"{times}.1"})
            await desk.got(ev.Hungup, times=times)
            await desk.naps.wake(live.PING_SECONDS)
        assert server.sessions == 1


async def test_garbage_and_half_a_message_cost_nothing_else(server: AmiServer) -> None:
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        await server.send(b"\x00\xff\xfe garbage\r\n\r\nEvent: Newchannel\r\nChannel: half")
        await server.send(b" a line\r\n\r\n")
        await server.event("Hangup", **CHANNEL)
        await desk.got(ev.Hungup)
        await server.send(b"Event: Hangup\r\nUniq")
        await server.drop()
        await desk.naps.wake(live.FIRST_RETRY_SECONDS)
        await desk.got(ev.LinkUp, times=2)
        assert desk.kinds().count("Hungup") == 1


async def test_events_that_could_not_be_stored_are_delivered_again(server: AmiServer) -> None:
    async with listening(server.settings()) as desk:
        await desk.got(ev.ListingComplete)
        desk.broken = True
        await server.event("Hangup", **CHANNEL)
        await desk.naps.taken(live.FIRST_RETRY_SECONDS)
        assert desk.source.status.fault == "call events could not be stored: RuntimeError"
        desk.broken = False
        await desk.naps.wake(live.FIRST_RETRY_SECONDS)
        await desk.got(ev.LinkUp, times=2)
        assert desk.kinds()[3:6] == ["Hungup", "LinkLost", "LinkUp"]


async def test_an_account_that_may_not_list_says_so_and_still_listens(server: AmiServer) -> None:
    server.may_list = False
    async with listening(server.settings()) as desk:
        await server.heard("CoreShowChannels")
        await server.event("Hangup", **CHANNEL)
        await desk.got(ev.Hungup)
        assert desk.source.status.state is LinkState.CONNECTED
        assert "write=reporting" in (desk.source.status.fault or "")


async def test_the_check_says_what_is_wrong_and_what_to_do(server: AmiServer) -> None:
    async def said(**changed: object) -> str:
        return str(await check(server.settings(trunks=["line-msk"], **changed)))

    assert "works; outside lines: line-msk" in await said()
    assert "the account was refused: Authentication failed. Check KOLLEGA_ASTERISK__HOST" in await said(secret="guess")
    assert "a setting holds a line break" in await said(username="x\r\nAction: Originate")
    assert "no host is set" in str(await check(Settings()))
    server.banner = b"SSH-2.0-OpenSSH\r\n"
    assert "what answers there is not an Asterisk manager interface" in await said()
    server.banner = b"Asterisk Call Manager/1.3\r\n"
    old = await said()
    assert (
        "has version 1.3, as Asterisk 11 and older have. Asterisk 12 or newer is needed: upgrade the exchange." in old
    )
    assert "HOST" not in old
    await server.stop()
    assert "Connect call failed" in await said()
    await server.start()
