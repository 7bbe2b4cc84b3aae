"""One messenger between its people and whatever is behind it: whoever did something waits until it has arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from core.chat.events import Event
from core.chat.messenger import Inbox, Messenger
from tests.support.clock import MovableClock

_PATIENCE = 30.0
"""Seconds for what takes a fraction of one on a machine that has nothing else to do."""


class Heard:
    """An inbox that tells what it was given, and how often."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.stored: list[Event] = []
        self.calls = 0
        self.changed = asyncio.Condition()

    async def cursor(self) -> str | None:
        return await self._inbox.cursor()

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        await self._inbox.store(events, cursor)
        async with self.changed:
            self.calls += 1
            self.stored += events
            self.changed.notify_all()


class Notes:
    """An inbox in memory."""

    def __init__(self) -> None:
        self._cursor: str | None = None

    async def cursor(self) -> str | None:
        return self._cursor

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        self._cursor = self._cursor if cursor is None else cursor


class Line:
    """A messenger that receives; nothing answers unless `settle` makes it."""

    inbox: Heard

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self._listening: asyncio.Task[None] | None = None

    def connect(self, messenger: Messenger, inbox: Inbox) -> None:
        """Receives from now on."""
        self.inbox = Heard(inbox)
        self._listening = asyncio.create_task(messenger.listen(self.inbox))

    async def hang_up(self) -> None:
        """Receives no longer."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def settle(self) -> None:
        """Lets happen what follows."""

    async def after(self, act: Awaitable[object]) -> None:
        """Waits until what `act` makes the messenger deliver is stored, then settles."""
        before = self.inbox.calls
        await act
        await self.until(lambda: self.inbox.calls > before)
        await self.settle()

    async def hears(self, what: Callable[[Event], bool]) -> None:
        """Waits until an event is stored, also if others come before it, then settles."""
        await self.until(lambda: any(what(event) for event in self.inbox.stored))
        await self.settle()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until the inbox is so. TimeoutError when it does not become so."""
        async with asyncio.timeout(_PATIENCE), self.inbox.changed:
            await self.inbox.changed.wait_for(condition)
