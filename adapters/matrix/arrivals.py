"""People who are waited for: greeted as soon as they are in a room with the bot and have something to read with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from adapters.matrix.changes import started
from adapters.matrix.rooms import Room, Rooms
from core.chat.clock import Clock
from core.chat.events import Event, Said
from core.chat.messenger import Inbox

if TYPE_CHECKING:
    from adapters.matrix.encryption import Encryption


class Arrivals:
    """Who could read nothing when there was something to say. Who has a device when she takes the bot's invite finds in
    the room what she was invited for, and needs no greeting.

    Kept in the notes, so that a restart greets nobody twice and forgets nobody.
    """

    def __init__(self, rooms: Rooms, encryption: Encryption | None, clock: Clock) -> None:
        self._rooms, self._encryption, self._clock = rooms, encryption, clock
        self._expected = {person for (person,) in rooms.notes.execute("SELECT person FROM expected")}

    def expect(self, person: str) -> None:
        """Greets a person when the time has come."""
        if person not in self._expected:
            self._expected.add(person)
            self._rooms.notes.execute("INSERT OR IGNORE INTO expected VALUES (?, ?)", (person, uuid4().hex))

    def heard(self, event: Event) -> None:
        """Somebody writes, and is answered: that is a greeting."""
        if event.private and event.account in self._expected:
            self._forget(event.account)

    async def greet(self, inbox: Inbox) -> None:
        """Lets those begin who are there by now. Raises what the connection raises."""
        there = [room for person in self._expected if (room := self._rooms.private(person)) is not None and room.met]
        if not there:
            return
        secret = [room.person for room in there if room.encrypted and room.person is not None]
        reached = await self._encryption.reach(secret) if secret and self._encryption is not None else set()
        ready = [room for room in there if not room.encrypted or room.person in reached]
        if not ready:
            return
        await inbox.store([self._start(room) for room in ready], None)
        for room in ready:
            assert room.person is not None
            self._forget(room.person)

    def _start(self, room: Room) -> Said:
        assert room.person is not None
        found = self._rooms.notes.execute("SELECT id FROM expected WHERE person = ?", (room.person,)).fetchone()
        return started(room, found[0], self._clock.now())

    def _forget(self, person: str) -> None:
        self._expected.discard(person)
        self._rooms.notes.execute("DELETE FROM expected WHERE person = ?", (person,))
