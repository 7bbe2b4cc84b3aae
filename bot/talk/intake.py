"""Where messengers put what they received: the stored inbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.chat.events import Event
from core.inbox import CursorOf, StoreEvents
from core.leases import Fenced
from core.unit_of_work import Busy, Full, Transactions

TOGETHER = 100
"""Calls whose events are stored in one transaction when there is a crowd."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What one caller wants stored, and who tells the caller."""

    events: tuple[Event, ...]
    cursor: str | None
    stored: asyncio.Future[None]


class StoredInbox:
    """The inbox of one bot account in the database; see `core.chat.messenger.Inbox`.

    Where transactions are a tenure's, whoever has lost the lease keeps nothing and moves no cursor: `store` raises
    `Fenced`. The events that were new are counted in `received`, by messenger.
    """

    def __init__(self, at: Transactions, messenger: str, *, received: Counter[str] | None = None) -> None:
        self._at, self._messenger = at, messenger
        self._received = Counter() if received is None else received
        self._calls: list[_Call] = []
        self._storing: asyncio.Task[None] | None = None

    async def cursor(self) -> str | None:
        """How far the messenger has been read."""
        return await self._at.transact(lambda uow: uow.ask(CursorOf(self._messenger)))

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        """Keeps the events and then the cursor, in one transaction.

        Those who call while another transaction is under way share the next one: each webhook is a call of its own.
        """
        # An adapter knows its network; which of its bot accounts heard it is known here.
        heard = tuple(replace(event, messenger=self._messenger) for event in events)
        call = _Call(heard, cursor, asyncio.get_running_loop().create_future())
        self._calls.append(call)
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all())
        await call.stored

    async def _store_all(self) -> None:
        while self._calls:
            calls = self._calls[:TOGETHER]
            del self._calls[:TOGETHER]
            await self._keep(calls)

    async def _keep(self, calls: Sequence[_Call]) -> None:
        events = tuple(event for call in calls for event in call.events)
        cursor = next((call.cursor for call in reversed(calls) if call.cursor is not None), None)
        change = StoreEvents(self._messenger, events, cursor)
        try:
            new = await self._at.transact(lambda uow: uow.apply(change))
        except Exception as error:
            if len(calls) > 1 and not isinstance(error, Busy | Full | Fenced):
                for call in calls:  # one that cannot be stored must not take others with it
                    await self._keep([call])
                return
            for call in calls:
                if not call.stored.done():
                    call.stored.set_exception(error)
            return
        self._received[self._messenger] += new
        for call in calls:
            if not call.stored.done():
                call.stored.set_result(None)
