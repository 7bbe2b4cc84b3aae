"""An exchange whose recorded calls happen now."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.pbx.asterisk.recording import read_recording
from core.calls.events import CallEvent
from core.calls.intake import CallIntake
from core.calls.lines import KnowLines, LineNamed
from core.calls.rehearsal import shifted
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.replay.recordings import TRUNKS, Scenario
from tests.support.world import World

FOLDER = Path(__file__).parents[2] / "data" / "calls"
GRACE = timedelta(seconds=2)
CLIENT = "+79161230001"


class Exchange:
    """Plays recorded calls into the pipeline of the live ones."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.intake = self.connect()

    def connect(self) -> CallIntake:
        """A new process on the same database."""
        return CallIntake(self.world.store, trunks=TRUNKS, timezone="Europe/Moscow", grace=GRACE)

    def recorded(self, name: str, number: str | None = CLIENT) -> list[CallEvent]:
        """The events of a scenario, or of a recording beside them, beginning now."""
        single = FOLDER / f"{name}.txt"
        told = list(read_recording(single)) if single.exists() else Scenario(name).events()
        events = shifted(told, to=self.world.clock.now(), number=number)
        lasts = events[-1].at - events[0].at
        return shifted(events, to=self.world.clock.now() + lasts)

    async def hears(self, events: list[CallEvent]) -> None:
        """Lets events arrive at their times, and what is due in between happen."""
        batch: list[CallEvent] = []
        for event in events:
            if batch and event.at - batch[-1].at > GRACE:
                await self._takes(batch)
                await self._waits(batch[-1].at + GRACE)
                batch = []
            batch.append(event)
        await self._takes(batch)

    async def plays(self, name: str, number: str | None = CLIENT) -> None:
        """A recorded scenario from its beginning to after the grace."""
        await self.hears(self.recorded(name, number))
        await self.world.passes(GRACE)

    async def misses(self, number: str = CLIENT) -> None:
        """A client rings, and nobody answers."""
        await self.plays("02-inbound-no-answer", number)

    async def _takes(self, batch: list[CallEvent]) -> None:
        await self._waits(batch[-1].at)
        await self.intake.feed(batch)
        await self.world.settle()

    async def _waits(self, until: datetime) -> None:
        if until > self.world.clock.now():
            self.world.clock.set(until)
            await self.world.settle()


@pytest.fixture
async def exchange(world: World) -> Exchange:
    """An exchange whose lines are known already."""
    await world.store.transact(lambda uow: uow.apply(KnowLines(TRUNKS, "Europe/Moscow")))
    return Exchange(world)


@pytest.fixture
async def sales(world: World, exchange: Exchange) -> Exchange:
    """The same, with its first line routed to the sales department."""

    def route(uow: UnitOfWork) -> None:
        line, seller = uow.ask(LineNamed("line-msk")), uow.get(Person, world.ids["employee"])
        assert line is not None
        assert seller is not None
        line.department_id = seller.department_id

    await world.store.transact(route)
    return exchange
