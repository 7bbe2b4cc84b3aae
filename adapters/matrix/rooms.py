"""What is known of the rooms that the bot is in: who is talked to where, and who may read along."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.matrix.connection import Connection, part
from adapters.matrix.encoding import mapping
from adapters.matrix.notes import open_notes
from adapters.matrix.sync import events, words

_PRESENT = ("join", "invite")
_COLUMNS = 'id, person, encrypted, joined, invited, successor, name, "left", used'


@dataclass(slots=True)
class Room:
    """A room. `joined` and `invited` count its members, the bot too; `person` is the other one where there are two,
    also after she left.

    `name` is the display name of `person`. `successor` is the room that a tombstone points to. `left` when the bot is
    not in it any more. `used` grows with each use: of several private rooms of a person the latest counts.
    """

    id: str
    person: str | None = None
    encrypted: bool = False
    joined: int = 0
    invited: int = 0
    successor: str | None = None
    name: str = ""
    left: bool = False
    used: int = 0

    @property
    def private(self) -> bool:
        """Whether exactly one person and the bot are in it."""
        return self.person is not None and self.joined + self.invited == 2 and not self.left

    @property
    def met(self) -> bool:
        """Whether that person has come into it."""
        return self.private and self.joined == 2

    @property
    def empty(self) -> bool:
        """Whether nobody but the bot is left in it."""
        return self.left or self.joined + self.invited <= 1


class Rooms:
    """All rooms, in memory and in a file. `notes` is that file, for what else the adapter has to remember."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection = connection
        self.notes = open_notes(folder)
        self._rooms: dict[str, Room] = {}
        self._of: dict[str, set[str]] = {}
        self._person: dict[str, str] = {}
        self._before: dict[str, set[str]] = {}
        self._members: dict[str, Sequence[str]] = {}
        self._invited: dict[str, set[str]] = {}
        self._mute: set[str] = set()
        self._changes: dict[str, int] = {}
        self._counting: dict[str, asyncio.Event] = {}
        for row in self.notes.execute(f"SELECT {_COLUMNS} FROM rooms"):  # noqa: S608
            room_id, person, encrypted, joined, invited, successor, name, left, used = row
            room = Room(room_id, person, bool(encrypted), joined, invited, successor, name, bool(left), used)
            self._hold(room)
        self._latest = max((room.used for room in self._rooms.values()), default=0)

    def get(self, room_id: str) -> Room | None:
        """The room of an id, where it is known."""
        return self._rooms.get(room_id)

    def private(self, person: str) -> Room | None:
        """The room in which this person is talked to now, joined or invited; None when there is none."""
        return max(self.private_rooms(person), key=self._fitness, default=None)

    def mute(self, room_id: str) -> None:
        """The bot may not write in a room, though it is there."""
        self._mute.add(room_id)

    def is_mute(self, room: Room) -> bool:
        """Whether that is so."""
        return room.id in self._mute

    def _fitness(self, room: Room) -> tuple[bool, bool, int]:
        return not self.is_mute(room), room.successor is None, room.used

    def private_rooms(self, person: str) -> list[Room]:
        """All rooms in which only this person and the bot are."""
        found = (self._rooms[room_id] for room_id in self._of.get(person, ()))
        return [room for room in found if room.private]

    def near(self) -> list[str]:
        """Everybody who is alone with the bot in an encrypted room."""
        rooms = (self._rooms[room_id] for ids in self._of.values() for room_id in ids)
        return [room.person for room in rooms if room.encrypted and room.met and room.person is not None]

    def secret(self, person: str) -> list[str]:
        """The encrypted rooms in which only this person and the bot are."""
        return [room.id for room in self.private_rooms(person) if room.encrypted]

    def invited(self, room_id: str) -> Collection[str]:
        """Those of `members` who have not come yet."""
        room = self._rooms.get(room_id)
        if room is not None and room.private and room.person is not None:
            return () if room.met else (room.person,)
        return self._invited.get(room_id, ())

    def had(self, person: str) -> bool:
        """Whether this person has, or has left, a room in which only she and the bot were."""
        return person in self._of

    def count(self, room_id: str) -> None:
        """The server is being asked who is in a room: until then it is nobody's private one, but nobody left it."""
        self._counting.setdefault(room_id, asyncio.Event())

    def count_ended(self, room_id: str) -> None:
        """Who is in a room is known, or will not be."""
        if (ended := self._counting.pop(room_id, None)) is not None:
            ended.set()

    async def counted(self, person: str) -> None:
        """Waits while the server is being asked who is in the rooms of a person."""
        for room_id in list(self._of.get(person, ())):
            if (ended := self._counting.get(room_id)) is not None:
                await ended.wait()

    def successor_of(self, room_id: str) -> list[Room]:
        """The rooms whose tombstone points to this one."""
        found = (self._rooms.get(old) for old in self._before.get(room_id, ()))
        return [room for room in found if room is not None and room.successor == room_id]

    def use(self, person: str, room_id: str) -> None:
        """Makes a room the one in which this person is talked to."""
        room = self._rooms.get(room_id)
        if room is None or room.person != person:
            return
        latest = max((other.used for other in self.private_rooms(person)), default=0)
        if room.used == 0 or room.used < latest:
            self._latest += 1
            room.used = self._latest
            self._write(room)

    def keep(self, *rooms: Room) -> None:
        """Takes what is known of rooms into memory only: it is not sure yet that their events will be stored."""
        for room in rooms:
            self._hold(room)

    def save(self, *rooms: Room) -> None:
        """Takes what is known of rooms, for good."""
        self.keep(*rooms)
        self._write(*rooms)

    def replace(self, rooms: Sequence[Room]) -> None:
        """Forgets every room that is not among these or was left; what was used last stays known."""
        used = {room.id: room.used for room in self._rooms.values()}
        present = {room.id for room in rooms}
        rooms = [*rooms, *(room for room in self._rooms.values() if room.left and room.id not in present)]
        for known in (self._rooms, self._of, self._person, self._before, self._members):
            known.clear()
        self.notes.execute("BEGIN")
        self.notes.execute("DELETE FROM rooms")
        for room in rooms:
            room.used = used.get(room.id, room.used)
            self._hold(room)
        self._insert(rooms)
        self.notes.execute("COMMIT")

    def reached(self, user: str, cursor: str, ids: Iterable[str]) -> None:
        """Saves rooms, and that what is known of all of them belongs to this place in the stream of `user`."""
        self.notes.execute("BEGIN")
        self._insert([self._rooms[room_id] for room_id in ids if room_id in self._rooms])
        self.notes.execute("INSERT OR REPLACE INTO facts VALUES ('reached', ?)", (f"{user} {cursor}",))
        self.notes.execute("COMMIT")

    def at(self, user: str, cursor: str) -> bool:
        """Whether what is known belongs to this place in the stream of `user`."""
        row = self.notes.execute("SELECT value FROM facts WHERE name = 'reached'").fetchone()
        return row is not None and row[0] == f"{user} {cursor}"

    async def members(self, room_id: str) -> Sequence[str]:
        """Who is joined or invited. Raises what `Connection.request` raises."""
        room = self._rooms.get(room_id)
        if room is not None and room.private and room.person is not None:
            return (self._connection.user, room.person)
        known = self._members.get(room_id)
        if known is not None:
            return known
        changes = self._changes.get(room_id, 0)
        roll = await self.roll(room_id)
        members = tuple(user for user, _, _ in roll)
        self._invited[room_id] = {user for user, present, _ in roll if present == "invite"}
        if self._changes.get(room_id, 0) == changes:
            self._members[room_id] = members
        return members

    async def roll(self, room_id: str) -> list[tuple[str, str, str]]:
        """User id, membership and display name of everybody who is in a room or invited, asked from the server."""
        path = f"/_matrix/client/v3/rooms/{part(room_id)}/members"
        answer = await self._connection.request("GET", path, query={"not_membership": "leave"})
        found = (
            (words(event.get("state_key")), mapping(event.get("content"))) for event in events(answer.get("chunk"))
        )
        states = (
            (user, words(content.get("membership")), words(content.get("displayname"))) for user, content in found
        )
        return [(user, present, name) for user, present, name in states if user and present in _PRESENT]

    def forget_members(self, room_id: str) -> None:
        """Who is in the room has changed; also what is being asked just now is not kept."""
        self._members.pop(room_id, None)
        self._changes[room_id] = self._changes.get(room_id, 0) + 1

    def close(self) -> None:
        """Closes the file."""
        self.notes.close()

    def _hold(self, room: Room) -> None:
        before = self._person.pop(room.id, None)
        if before is not None:
            self._of[before].discard(room.id)
            if not self._of[before]:
                del self._of[before]
        self._rooms[room.id] = room
        if room.successor is not None:
            self._before.setdefault(room.successor, set()).add(room.id)
        if room.person is not None:
            self._person[room.id] = room.person
            self._of.setdefault(room.person, set()).add(room.id)

    def _write(self, *rooms: Room) -> None:
        self.notes.execute("BEGIN")
        self._insert(rooms)
        self.notes.execute("COMMIT")

    def _insert(self, rooms: Iterable[Room]) -> None:
        self.notes.executemany(
            f"INSERT OR REPLACE INTO rooms ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            ((r.id, r.person, r.encrypted, r.joined, r.invited, r.successor, r.name, r.left, r.used) for r in rooms),
        )
