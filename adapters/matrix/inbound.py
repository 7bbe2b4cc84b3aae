"""Receives what happens in rooms, and stores it as events before the place in the stream moves on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from secrets import randbelow
from typing import TYPE_CHECKING, Any

import structlog

from adapters.matrix import sync
from adapters.matrix.arrivals import Arrivals
from adapters.matrix.changes import Change
from adapters.matrix.connection import Connection, Lost, NotReached, Refusal
from adapters.matrix.faults import REVOKED, fault
from adapters.matrix.fetching import Fetching
from adapters.matrix.intake import Intake
from adapters.matrix.membership import Membership
from adapters.matrix.patience import Patience
from adapters.matrix.read import Received
from adapters.matrix.rooms import Rooms
from adapters.matrix.settings import Account
from adapters.matrix.sync import words
from adapters.matrix.timeline import Timelines
from adapters.matrix.timing import Timing
from adapters.matrix.waiting import Waiting
from core.chat.clock import Clock
from core.chat.events import Attached, Chosen, Doubted, Event, Said
from core.chat.files import Files
from core.chat.messenger import Health, Inbox

if TYPE_CHECKING:
    from adapters.matrix.encryption import Encryption

log = structlog.get_logger()

_SLICE = 100
"""Rooms after which others get their turn."""


class Inbound:
    """The way in of one account.

    `ready` is set when the rooms are known and all that happened before is stored. `heard` is told of each event with
    which a person asks for an answer, and of its room, once it is stored; `entered` of the person and room of each
    private room that the bot was invited to.
    """

    def __init__(
        self,
        connection: Connection,
        settings: Account,
        rooms: Rooms,
        encryption: Encryption | None,
        files: Files,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._connection, self._rooms, self._encryption, self._timing = connection, rooms, encryption, timing
        self._waiting = Waiting(rooms.notes, clock)
        self._timelines = Timelines(connection, rooms, encryption, self._waiting, clock)
        self._patience = Patience(connection, rooms, encryption, self._waiting, clock, timing)
        self._membership = Membership(connection, rooms.notes, settings.servers, clock, timing)
        self._intake = Intake(connection, rooms, self._membership, clock)
        self._fetching = Fetching(connection, files, timing)
        self.arrivals = Arrivals(rooms, encryption, clock)
        self._keys_came = True
        self._stored_at = 0.0
        self._delay = 0.0
        self.fault: Health | None = None
        self.ready = asyncio.Event()
        self.heard: Callable[[str, Event], None] = lambda room, event: None
        self.entered: Callable[[str, str], None] = lambda person, room: None

    async def listen(self, inbox: Inbox) -> None:
        """Receives until cancelled. After a fault it waits, longer each time, and says in `fault` what is wrong."""
        self._membership.start()
        patience = asyncio.create_task(self._patience.run(inbox))
        try:
            while not self._revoked():
                try:
                    await self._receive(inbox)
                except Exception as error:
                    await asyncio.sleep(self._mind(error))
            await self._membership.stop()
            await asyncio.Event().wait()
        finally:
            patience.cancel()
            with suppress(asyncio.CancelledError):
                await patience
            await self._membership.stop()

    def _revoked(self) -> bool:
        return self.fault is REVOKED

    async def _receive(self, inbox: Inbox) -> None:
        cursor = await inbox.cursor()
        if cursor is None or not self._rooms.at(self._connection.user, cursor):
            cursor = await self._learn(inbox, cursor)
        wait, lost = 0.0, False
        while True:
            query = {"since": cursor, "filter": sync.NEWS, "timeout": str(round(wait * 1000))}
            try:
                answer = await self._sync(query, wait + self._timing.request)
            except Refusal as error:
                if error.status != HTTPStatus.BAD_REQUEST or lost:
                    raise
                lost = True  # a server that was set back to an earlier state does not know the place
                log.error("matrix_place_lost", code=error.code)
                cursor = await self._learn(inbox, None)
                continue
            cursor = await self._take(inbox, answer, cursor)
            self._recovered()
            self.ready.set()
            wait = self._timing.poll

    async def _sync(self, query: Mapping[str, str], seconds: float) -> Mapping[str, Any]:
        answer = await self._connection.request("GET", "/_matrix/client/v3/sync", query=query, seconds=seconds)
        if not words(answer.get("next_batch")):
            raise NotReached("an answer without a place in the stream")
        return answer

    async def _learn(self, inbox: Inbox, cursor: str | None) -> str:
        """Asks for all rooms; where reading begins. Without a cursor their history is not answered."""
        # Synapse repeats its answer to the same first question for two minutes; nothing else depends on this number.
        query = {"filter": sync.FIRST, "timeout": str(randbelow(10_000))}
        answer = await self._sync(query, self._timing.first_sync)
        rooms = await self._intake.rooms(answer)
        self._invite(answer)
        self._take_in_keys(answer)
        if cursor is None:
            cursor = words(answer["next_batch"])
            await inbox.store([], cursor)
        self._rooms.replace(rooms)
        self._rooms.reached(self._connection.user, cursor, ())
        self._intake.settle([])
        return cursor

    async def _take(self, inbox: Inbox, answer: Mapping[str, Any], since: str) -> str:
        """Stores what an answer tells; the place to go on from."""
        self._timelines.begin()
        self._invite(answer)
        changes = await self._intake.changes(answer)
        self._take_in_keys(answer)
        await self._intake.fill(changes, since)
        received, readable = self._timelines.retry() if self._keys_came and self._waiting.any else ([], [])
        for number, change in enumerate(changes):
            if number % _SLICE == 0:
                await asyncio.sleep(0)
            received += [(change.room.id, one) for one in self._read(change)]
        events = list(await asyncio.gather(*(self._fetching.complete(one) for _, one in received)))
        cursor = words(answer["next_batch"])
        await self._store(inbox, events, cursor, changed=bool(changes))
        self._keys_came = False
        self._waiting.drop(readable)
        self._finish(changes, events, {one.event.id: room for room, one in received})
        await self._catch_up(inbox)
        return cursor

    async def _store(self, inbox: Inbox, events: list[Event], cursor: str, *, changed: bool) -> None:
        now = asyncio.get_running_loop().time()
        if events or changed or not self.ready.is_set() or now - self._stored_at >= self._timing.idle:
            await inbox.store(events, cursor)
            self._rooms.reached(self._connection.user, cursor, self._intake.touched)
            self._stored_at = now

    def _read(self, change: Change) -> list[Received]:
        """The events of one room; a room that cannot be read does not hold up the others."""
        try:
            first = [Received(event) for event in self._intake.entered(change)] if change.fresh else []
            return [*first, *self._timelines.read(change)]
        except Exception as error:
            log.error("matrix_room_unreadable", error=type(error).__name__)
            return []

    def _finish(self, changes: list[Change], events: list[Event], rooms: Mapping[str, str]) -> None:
        """What follows once all is stored."""
        for change in self._intake.settle(changes):
            person = change.room.person
            assert person is not None
            self._rooms.use(person, change.room.id)
            if change.inviter is not None:
                self.entered(person, change.room.id)
        for event in events:
            room = rooms[event.id]
            if isinstance(event, Said | Attached | Chosen | Doubted):
                if event.private:
                    self._rooms.use(event.account, room)
                    self.arrivals.heard(event)
                self.heard(room, event)
        self._timelines.keep()
        self._patience.begin(self._timelines.unread)

    def _invite(self, answer: Mapping[str, Any]) -> None:
        for room, inviter in sync.invitations(answer, self._connection.user):
            self._membership.invited(room, inviter)

    def _take_in_keys(self, answer: Mapping[str, Any]) -> None:
        if self._encryption is None:
            return
        try:
            self._keys_came |= self._encryption.take_in(answer)
        except Exception as error:  # what strangers sent must not stop what others said
            log.error("matrix_keys_not_taken_in", error=type(error).__name__)

    async def _catch_up(self, inbox: Inbox) -> None:
        try:
            if self._encryption is not None:
                await self._encryption.catch_up()
            await self.arrivals.greet(inbox)
        except (Refusal, NotReached, Lost) as error:
            log.warning("matrix_keys_not_caught_up", error=type(error).__name__)

    def _recovered(self) -> None:
        if self.fault is not None:
            log.info("matrix_recovered")
        self.fault, self._delay = None, 0.0

    def _mind(self, error: Exception) -> float:
        """Logs what went wrong and keeps it for the state; seconds to wait."""
        self._delay = min(self._timing.longest_delay, max(self._timing.first_delay, self._delay * 2))
        self.fault = fault(error)
        log.warning(
            "matrix_not_receiving", state=self.fault.state, remedy=self.fault.remedy, error=type(error).__name__
        )
        if self._revoked():
            return 0.0
        if isinstance(error, Refusal) and error.seconds is not None:
            return error.seconds
        return self._delay * (0.5 + randbelow(1000) / 2000)
