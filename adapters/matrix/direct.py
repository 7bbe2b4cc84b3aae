"""Opens private rooms with people who have none with the bot yet, and lists them as such for its account."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal, part
from adapters.matrix.rooms import Room, Rooms

log = structlog.get_logger()

_AT_ONCE = 4
_RETRY_AFTER = 5.0


class Direct:
    """The private rooms that the bot makes. `steady` gives seconds of a clock that never jumps."""

    def __init__(
        self,
        connection: Connection,
        rooms: Rooms,
        *,
        encrypted: bool,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection, self._rooms = connection, rooms
        self._encrypted, self._steady = encrypted, steady
        self._opening: dict[str, asyncio.Task[Room]] = {}
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._held_until = float("-inf")
        self._listed: dict[str, Any] | None = None
        self._unlisted: list[tuple[str, str]] = []
        self._lister: asyncio.Task[None] | None = None

    async def open(self, person: str) -> Room:
        """A new room with a person, one however many ask at once. Raises what requests raise.

        While the server refuses new rooms it is not asked: the Refusal then has the seconds that are left.
        """
        task = self._opening.get(person)
        if task is None:
            task = self._opening[person] = asyncio.create_task(self._open(person))
            task.add_done_callback(lambda _: self._opening.pop(person, None))
        return await asyncio.shield(task)

    def enlist(self, person: str, room: str) -> None:
        """Adds a room to the account's list of private ones, soon and as well as it goes."""
        self._unlisted.append((person, room))
        if self._lister is None or self._lister.done():
            self._lister = asyncio.create_task(self._write_list())

    async def settled(self) -> None:
        """Waits until the account's list is written, or could not be."""
        if self._lister is not None:
            await asyncio.wait([self._lister])

    async def close(self) -> None:
        """Ends what is under way."""
        tasks = [*self._opening.values(), *([self._lister] if self._lister else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _open(self, person: str) -> Room:
        async with self._turn:
            left = self._held_until - self._steady()
            if left > 0:
                raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, {"errcode": "M_LIMIT_EXCEEDED"}, left)
            known = self._rooms.private(person)
            if known is not None and not self._rooms.is_mute(known):
                return known
            await self._look_up(person)
            try:
                answer = await self._connection.request("POST", "/_matrix/client/v3/createRoom", self._wanted(person))
            except Refusal as error:
                if error.status == HTTPStatus.TOO_MANY_REQUESTS:
                    wait = _RETRY_AFTER if error.seconds is None else error.seconds
                    self._held_until = self._steady() + wait
                raise
        name = answer.get("room_id")
        if not isinstance(name, str):
            raise Lost("a new room without an id")
        room = Room(id=name, person=person, encrypted=self._encrypted, joined=1, invited=1)
        self._rooms.save(room)
        self._rooms.use(person, name)
        self.enlist(person, name)
        return room

    async def _look_up(self, person: str) -> None:
        """Raises M_NOT_FOUND for nobody, with whom the server would make a room all the same.

        Only our own server knows surely. A profile may be empty or hidden, but then the person has devices.
        """
        if _server(person) != _server(self._connection.user):
            return
        try:
            await self._connection.request("GET", f"/_matrix/client/v3/profile/{part(person)}")
        except Refusal as error:
            if error.status == HTTPStatus.NOT_FOUND and error.code and not await self._has_devices(person):
                raise Refusal(HTTPStatus.NOT_FOUND, {"errcode": "M_NOT_FOUND"}) from None

    async def _has_devices(self, person: str) -> bool:
        answer = await self._connection.request("POST", "/_matrix/client/v3/keys/query", {"device_keys": {person: []}})
        found = answer.get("device_keys")
        return isinstance(found, dict) and bool(found.get(person))

    def _wanted(self, person: str) -> dict[str, Any]:
        """The bot stays the only one who can bring in others: nobody's private answers get a second reader."""
        state = [{"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}}]
        if self._encrypted:
            algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
            state.append({"type": "m.room.encryption", "state_key": "", "content": algorithm})
        return {
            "preset": "private_chat",
            "visibility": "private",
            "is_direct": True,
            "invite": [person],
            "initial_state": state,
            "power_level_content_override": {"invite": 50},
        }

    async def _write_list(self) -> None:
        """Writes what gathered in one request: with very many rooms the list is large."""
        path = f"/_matrix/client/v3/user/{part(self._connection.user)}/account_data/m.direct"
        try:
            if self._listed is None:
                self._listed = await self._read_list(path)
            while self._unlisted:
                new, self._unlisted = self._unlisted, []
                if _added(self._listed, new):
                    await self._connection.request("PUT", path, self._listed)
        except (Refusal, NotReached, Lost) as error:
            log.info("matrix_direct_rooms_not_listed", reason=str(error))

    async def _read_list(self, path: str) -> dict[str, Any]:
        try:
            return await self._connection.request("GET", path)
        except Refusal as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return {}
            raise


def _server(user: str) -> str:
    return user.partition(":")[2]


def _added(listed: dict[str, Any], new: list[tuple[str, str]]) -> bool:
    """Puts rooms into the list; whether that changed it. What somebody else broke in it is mended."""
    changed = False
    for person, room in new:
        rooms = listed.get(person)
        rooms = rooms if isinstance(rooms, list) else []
        if room not in rooms:
            listed[person] = [*rooms, room]
            changed = True
    return changed
