"""The whole live way in a test: a scripted exchange, a real connection to it, and recordings at their own pace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from adapters.pbx.asterisk.read import translate
from adapters.pbx.asterisk.recording import times_beside
from adapters.pbx.asterisk.settings import Settings
from adapters.pbx.asterisk.source import FIRST_RETRY_SECONDS, Source
from adapters.pbx.asterisk.wire import Message, Wire
from core.calls.call import Call
from core.calls.events import CallEvent, ListingComplete
from core.calls.intake import CallIntake
from core.calls.journal import CallsSince
from tests.replay.recordings import TRUNKS, Scenario
from tests.scenarios.calls.conftest import GRACE
from tests.support.ami_server import AmiServer
from tests.support.clock import START
from tests.support.naps import Naps
from tests.support.world import World

_BREATH = timedelta(seconds=0.2)
"""What is received closer together is sent together."""


class Recording:
    """One recorded connection: its bytes, and for each burst how long after its beginning it was received."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_bytes()
        rows = (line.split("\t") for line in times_beside(path).read_text().splitlines()[1:])
        seconds = {int(offset): float(epoch) for offset, epoch in rows}
        self._messages = Wire().feed(self.raw)
        first = seconds[self._messages[0].end]
        self._after = {message.end: timedelta(seconds=seconds[message.end] - first) for message in self._messages}

    def uptime(self) -> int:
        return next(int(message.headers()["Uptime"]) for message in self._messages if message.kind() == "FullyBooted")

    def listed(self) -> list[dict[str, str]]:
        """The channels in its answer to CoreShowChannels, for the exchange to list."""
        found = [message.headers() for message in self._messages if message.kind() == "CoreShowChannel"]
        return [{name: value for name, value in each.items() if name not in ("Event", "ActionID")} for each in found]

    def bursts(self) -> Iterator[tuple[timedelta, bytes, int]]:
        """(when, bytes, number of call events), after the greeting and the list."""
        done = [number for number, message in enumerate(self._messages) if message.kind() == "CoreShowChannelsComplete"]
        skip = done[0] + 1 if done else 2  # the sign-in and FullyBooted
        start, burst, left = self._messages[skip - 1].end, list[Message](), self._messages[skip:]
        for number, message in enumerate(left, 1):
            burst.append(message)
            if number == len(left) or self._after[left[number].end] - self._after[message.end] > _BREATH:
                yield self._after[message.end], self.raw[start : message.end], _call_events(burst)
                start, burst = message.end, []


def _call_events(messages: Sequence[Message]) -> int:
    return sum(translate(message, START) is not None for message in messages)


class Live:
    """The connection and what it delivers. `naps` are its pauses between attempts."""

    def __init__(self, world: World, server: AmiServer, settings: Settings) -> None:
        self.world, self.server = world, server
        self.naps = Naps()
        self.taken: list[CallEvent] = []
        self._arrived = asyncio.Condition()
        self.forgets()
        self.source = Source(settings, self._take, clock=world.clock.now, sleep=self.naps, jitter=lambda: 1.0)

    async def _take(self, events: Sequence[CallEvent]) -> None:
        await self._intake.feed(events)
        async with self._arrived:
            self.taken += events
            self._arrived.notify_all()

    async def has_taken(self, count: int) -> None:
        """Waits for so many events from the beginning."""
        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: len(self.taken) >= count)

    async def is_up(self, times: int = 1) -> None:
        """Waits until it has been connected, and has got the list, that many times."""

        def lists() -> int:
            return sum(isinstance(event, ListingComplete) for event in self.taken)

        async with asyncio.timeout(5), self._arrived:
            await self._arrived.wait_for(lambda: lists() >= times)
        await self.world.settle()

    async def plays(self, recording: Recording) -> None:
        """A recorded connection at its own pace, from its greeting on, and the grace after it."""
        begun = self.world.clock.now()
        for after, raw, count in recording.bursts():
            await self._waits(begun + after - self.world.clock.now())
            await self.hears(raw, count)
        await self.world.passes(GRACE)

    async def hears(self, raw: bytes, count: int) -> None:
        """The exchange sends bytes that hold so many call events."""
        wanted = len(self.taken) + count
        await self.server.send(raw)
        await self.has_taken(wanted)
        await self.world.settle()

    async def comes_back(self, recording: Recording | None = None, *, after: timedelta = timedelta(0)) -> None:
        """The connection is taken up again `after` that time; the list is the recorded one."""
        times = sum(isinstance(event, ListingComplete) for event in self.taken)
        await self.naps.taken(FIRST_RETRY_SECONDS)
        await self._waits(after)
        if recording is not None:
            self.server.channels, self.server.uptime = recording.listed(), recording.uptime()
        await self.naps.wake(FIRST_RETRY_SECONDS)
        await self.is_up(times + 1)

    async def outcomes(self) -> dict[str, str | None]:
        """How each call ended, by its first channel."""
        return {call.linkedid: call.outcome for call in await self.calls()}

    async def calls(self) -> tuple[Call, ...]:
        """All that is kept, by their start."""
        return await self.world.store.transact(lambda uow: uow.ask(CallsSince()))

    def forgets(self) -> None:
        """Folds from now on as a new process does, from what is stored."""
        self._intake = CallIntake(self.world.store, trunks=TRUNKS, timezone="Europe/Moscow", grace=GRACE)

    async def _waits(self, time: timedelta) -> None:
        """In between what is due happens at its time."""
        while time > GRACE:
            await self.world.passes(GRACE)
            time -= GRACE
        await self.world.passes(max(time, timedelta(0)))


def recorded(name: str) -> list[Recording]:
    """The connections of a scenario, in order."""
    return [Recording(part) for part in Scenario(name).parts]


@asynccontextmanager
async def connected(world: World, server: AmiServer, settings: Settings | None = None) -> AsyncIterator[Live]:
    """A connection that runs while the block does, also when the exchange is not there."""
    live = Live(world, server, settings or server.settings())
    running = asyncio.create_task(live.source.run())
    try:
        yield live
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
