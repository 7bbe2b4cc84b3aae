"""Tells the house of messages that stay unreadable, so that their senders hear what to do instead of silence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal
from adapters.matrix.read import NAME
from adapters.matrix.rooms import Rooms
from adapters.matrix.sync import moment, words
from adapters.matrix.timing import Timing
from adapters.matrix.waiting import Waiting
from core.chat.clock import Clock
from core.chat.events import Event, Unreadable
from core.chat.messenger import Inbox

if TYPE_CHECKING:
    from adapters.matrix.encryption import Encryption

log = structlog.get_logger()


class Patience:
    """Gives keys some seconds to come. Of several messages that somebody wrote in a room only the latest is told."""

    def __init__(
        self,
        connection: Connection,
        rooms: Rooms,
        encryption: Encryption | None,
        waiting: Waiting,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._connection, self._rooms, self._encryption = connection, rooms, encryption
        self._waiting, self._clock, self._timing = waiting, clock, timing
        self._due: dict[str, float] = {}
        self._asked: list[tuple[str, Mapping[str, Any]]] = []
        self._new = asyncio.Event()

    def begin(self, events: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Events of rooms that wait for their keys from now on."""
        if events:
            due = asyncio.get_running_loop().time() + self._timing.patience
            self._due.update((words(event.get("event_id")), due) for _, event in events)
            self._asked += events
            self._new.set()

    async def run(self, inbox: Inbox) -> None:
        """Asks for keys and tells what is overdue, until cancelled."""
        due = asyncio.get_running_loop().time() + self._timing.patience
        self._due.update((words(event.get("event_id")), due) for _, event in self._waiting.untold())
        while True:
            await self._ask()
            await self._wait()
            try:
                await self._tell(inbox)
            except Exception as error:
                log.warning("matrix_unreadable_not_told", error=type(error).__name__)
                await asyncio.sleep(self._timing.longest_delay)

    async def _wait(self) -> None:
        first = min(self._due.values(), default=None)
        wait = None if first is None else max(0.0, first - asyncio.get_running_loop().time())
        try:
            async with asyncio.timeout(wait):
                await self._new.wait()
        except TimeoutError:
            return
        self._new.clear()

    async def _ask(self) -> None:
        asked, self._asked = self._asked, []
        for room, event in asked if self._encryption is not None else ():
            assert self._encryption is not None
            try:
                await self._encryption.ask_for_key(room, event)
            except (Refusal, NotReached, Lost) as error:
                log.info("matrix_key_not_asked_for", error=type(error).__name__)

    async def _tell(self, inbox: Inbox) -> None:
        now = asyncio.get_running_loop().time()
        overdue = {id for id, due in self._due.items() if due <= now}
        if not overdue:
            return
        untold = [(room, event) for room, event in self._waiting.untold() if words(event.get("event_id")) in overdue]
        latest = {(room, words(event.get("sender"))): event for room, event in untold}
        await inbox.store([self._unreadable(room, who, event) for (room, who), event in latest.items()], None)
        self._waiting.told(overdue)
        for id in overdue:
            del self._due[id]

    def _unreadable(self, room_id: str, who: str, event: Mapping[str, Any]) -> Event:
        room, message = self._rooms.get(room_id), words(event.get("event_id"))
        private = room is not None and room.private and room.person == who
        return Unreadable(
            messenger=NAME,
            id=f"unreadable:{message}",
            at=moment(event, self._clock),
            account=who,
            chat=who if private else room_id,
            private=private,
            name=room.name if room is not None and private else "",
            message=message,
        )
