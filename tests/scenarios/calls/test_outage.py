"""What admins are told when the exchange is not heard, and when it is again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.pbx.asterisk.settings import Settings
from core.calls.events import CallEvent, ClockStepped, LinkUp, ListingComplete, link_lost
from core.calls.exchange import Deliver, Exchange, Link
from core.calls.intake import CallIntake
from core.calls.rehearsal import shifted
from core.calls.telephony import Telephony
from core.chat.clock import Clock
from core.chat.messenger import Health
from core.parts import Adapter, PartContext
from tests.replay.recordings import TRUNKS, Scenario
from tests.support.people import TestPerson
from tests.support.world import World

pytestmark = pytest.mark.parametrize("messenger", ["plain"])


class Scripted:
    """An exchange that a test connects and cuts."""

    heard_at: datetime | None = None

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.link = Link(up=False, since=clock.now())

    async def run(self) -> None:
        raise NotImplementedError

    def fault(self) -> str:
        return "" if self.link.up else "the account was refused: Authentication failed"


class Package:
    def create(self, settings: object, deliver: Deliver, clock: Clock) -> Exchange:
        return Scripted(clock)

    async def check(self, settings: object) -> Health:
        raise NotImplementedError

    def read_recording(self, path: Path) -> Iterator[CallEvent]:
        raise NotImplementedError


class Line:
    """A telephony as one process has it."""

    def __init__(self, world: World) -> None:
        self.world = world
        context = PartContext(clock=world.clock, timezone="Europe/Moscow", adapters=self._adapters)
        self.telephony = Telephony("asterisk", Settings(host="127.0.0.1"), Package(), context)
        self.exchange = self.telephony.exchange
        self._intake = CallIntake(world.store, trunks=TRUNKS, timezone="Europe/Moscow", live=True)

    def _adapters(self, kind: str) -> Sequence[Adapter]:
        return ()

    async def turns(self, *, up: bool, told: bool = True) -> None:
        """The link comes or goes, and the exchange's events say so."""
        assert isinstance(self.exchange, Scripted)
        now = self.world.clock.now()
        self.exchange.link = Link(up=up, since=now)
        event = LinkUp(key=f"up:{now.isoformat()}", at=now) if up else link_lost(now)
        if told:
            await self.takes([event])

    async def takes(self, events: Sequence[CallEvent]) -> None:
        await self._intake.feed(events)

    async def passes(self, seconds: float) -> None:
        """Time in which it is looked at again and again."""
        for _ in range(round(seconds / 5)):
            self.world.clock.move(timedelta(seconds=5))
            await self.telephony.look(self.world.store)
        await self.world.settle()


async def test_a_lost_exchange_is_told_after_a_minute_and_once_when_it_is_back(
    world: World, admin: TestPerson, employee: TestPerson
) -> None:
    line = Line(world)
    await line.turns(up=True)
    await line.passes(300)
    await line.turns(up=False)
    await line.passes(55)
    assert admin.messages() == []
    await line.passes(600)
    seen = admin.sees_last("🔴 No connection to the telephone exchange asterisk")
    assert "Since 12:05, November 25. Until it is back nobody is told of missed calls." in seen.text
    assert "the account was refused" in seen.text
    await line.turns(up=True)
    await line.passes(600)
    seen = admin.sees_last("🟢 The telephone exchange asterisk is connected again")
    assert "There was no connection from 12:05 to 12:15, November 25: 10 minutes." in seen.text
    assert len(admin.messages()) == 2
    assert employee.messages() == []


async def test_a_short_loss_disturbs_nobody(world: World, admin: TestPerson) -> None:
    line = Line(world)
    await line.turns(up=True)
    for _ in range(3):
        await line.passes(30)
        await line.turns(up=False)
        await line.passes(55)
        await line.turns(up=True)
    await line.passes(600)
    assert admin.messages() == []


async def test_a_secret_refused_from_the_start_is_told(world: World, admin: TestPerson) -> None:
    line = Line(world)
    await line.passes(120)
    admin.sees_last("🔴 No connection to the telephone exchange asterisk")
    await line.turns(up=True)
    await line.passes(60)
    admin.sees_last("🟢 The telephone exchange asterisk is connected again")
    assert len(admin.messages()) == 2


@pytest.mark.parametrize("back_first", [False, True])
async def test_a_restart_meanwhile_tells_nothing_twice(world: World, admin: TestPerson, back_first: bool) -> None:
    line = Line(world)
    await line.turns(up=True)
    await line.passes(60)
    await line.turns(up=False)
    await line.passes(120)
    again = Line(world)
    if not back_first:
        await again.passes(120)
        assert len(admin.messages()) == 1
    await again.turns(up=True)
    await again.passes(60)
    admin.sees_last("🟢 The telephone exchange asterisk is connected again")
    await Line(world).turns(up=True, told=False)
    await again.passes(60)
    assert len(admin.messages()) == 2


async def test_calls_without_an_end_are_counted(world: World, admin: TestPerson) -> None:
    line = Line(world)
    await line.turns(up=True)
    await line.passes(60)
    await line.takes(shifted(Scenario("02-inbound-no-answer").events(), to=world.clock.now())[:6])
    await line.turns(up=False)
    await line.passes(120)
    await line.turns(up=True)
    await line.takes([ListingComplete(key="list", at=world.clock.now(), count=0)])
    await line.passes(60)
    admin.sees_last("1 call that was going on has no known end: nobody was told whether it was missed.")


async def test_a_clock_that_was_set_back_is_told(world: World, admin: TestPerson) -> None:
    line = Line(world)
    await line.turns(up=True)
    await line.takes([ClockStepped(key="step", at=world.clock.now() - timedelta(seconds=5), seconds=5.02)])
    await world.settle()
    assert "It went back by 5 seconds." in admin.sees_last("🟠 The clock of the computer was set back").text
