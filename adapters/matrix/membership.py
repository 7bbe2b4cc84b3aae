"""What the bot itself wants to be a member of: invites taken or declined, and rooms left, until it is so."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Iterable
from datetime import timedelta
from http import HTTPStatus
from secrets import randbelow

import structlog

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal, part
from adapters.matrix.timing import Timing
from core.chat.clock import Clock

log = structlog.get_logger()

_AT_ONCE = 8
_JOIN, _LEAVE, _JOINED = "join", "leave", "joined"
_GIVE_UP = timedelta(days=1)
_REQUEST_SECONDS = 90.0
"""Joining a room of another server takes that one's time too."""


class Membership:
    """Wishes are kept in the notes first, then carried out beside everything else and tried again until they are true.

    `servers` are those whose people may invite the bot; the bot's own when there are none.
    """

    def __init__(
        self,
        connection: Connection,
        notes: sqlite3.Connection,
        servers: Collection[str],
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._connection, self._notes, self._servers = connection, notes, servers
        self._clock, self._timing = clock, timing
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._quiet_until = 0.0
        self._running = False

    def start(self) -> None:
        """Goes on with what was not done when the process ended."""
        self._running = True
        for (room,) in self._notes.execute("SELECT room FROM wishes WHERE wish <> ?", (_JOINED,)).fetchall():
            self._work(room)

    async def stop(self) -> None:
        """Ends what is under way; it is taken up again at the next start."""
        self._running = False
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def invited(self, room: str, inviter: str) -> None:
        """Takes the invite of somebody from a known server, and declines any other."""
        known = self._servers or (_server(self._connection.user),)
        wish = _JOIN if inviter and _server(inviter) in known else _LEAVE
        if wish == _LEAVE:
            log.info("matrix_invite_declined", server=_server(inviter)[:255])
        self._wish(room, inviter, wish)

    def leave(self, room: str) -> None:
        """Leaves a room for good."""
        self._wish(room, "", _LEAVE)

    def inviter(self, room: str) -> str | None:
        """Who invited the bot into a room that it has joined, until `settled`."""
        row = self._notes.execute("SELECT inviter FROM wishes WHERE room = ? AND wish <> ?", (room, _LEAVE)).fetchone()
        return None if row is None else str(row[0])

    def settled(self, rooms: Iterable[str]) -> None:
        """The consequences of having joined these rooms are stored."""
        self._notes.executemany("DELETE FROM wishes WHERE room = ? AND wish <> ?", [(room, _LEAVE) for room in rooms])

    def _wish(self, room: str, inviter: str, wish: str) -> None:
        row = (room, inviter, wish, self._clock.now().timestamp())
        self._notes.execute("INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?)", row)
        if self._running:
            self._work(room)

    def _work(self, room: str) -> None:
        if room not in self._tasks:
            self._tasks[room] = asyncio.create_task(self._carry_out(room))

    async def _carry_out(self, room: str) -> None:
        delay = self._timing.first_delay
        try:
            while (row := self._row(room)) is not None:
                wish, since = row
                async with self._slots:
                    await self._quiet()
                    done = await self._attempt(room, wish)
                if not done:
                    if self._clock.now().timestamp() - since > _GIVE_UP.total_seconds():
                        self._give_up(room, wish)
                    await asyncio.sleep(delay * (0.5 + randbelow(1000) / 2000))
                    delay = min(self._timing.longest_delay, delay * 2)
        except Exception as error:
            log.error("matrix_membership_failed", error=type(error).__name__)
        finally:
            del self._tasks[room]

    def _row(self, room: str) -> tuple[str, float] | None:
        row = self._notes.execute("SELECT wish, since FROM wishes WHERE room = ?", (room,)).fetchone()
        return None if row is None or row[0] == _JOINED else (row[0], row[1])

    def _give_up(self, room: str, wish: str) -> None:
        log.warning("matrix_membership_given_up", wish=wish)
        if wish == _LEAVE:
            self._done(room, wish)
        else:
            self._becomes(room, wish, _LEAVE)

    async def _attempt(self, room: str, wish: str) -> bool:
        """One try; whether it need not be repeated like this."""
        try:
            await self._connection.request(
                "POST", f"/_matrix/client/v3/rooms/{part(room)}/{wish}", {}, seconds=_REQUEST_SECONDS
            )
            if wish == _LEAVE:
                await self._connection.request("POST", f"/_matrix/client/v3/rooms/{part(room)}/forget", {})
        except (NotReached, Lost):
            return False
        except Refusal as error:
            if error.status == HTTPStatus.TOO_MANY_REQUESTS:
                self._quiet_until = asyncio.get_running_loop().time() + (error.seconds or self._timing.first_delay)
                return False
            if error.status == HTTPStatus.UNAUTHORIZED:
                return False
            log.info("matrix_membership_refused", wish=wish, code=error.code)
            if wish == _JOIN:
                self._becomes(room, wish, _LEAVE)  # the room is gone, or the invite: it need not stay in the list
            else:
                self._done(room, wish)
            return True
        if wish == _JOIN:
            self._becomes(room, wish, _JOINED)
        else:
            self._done(room, wish)
        return True

    async def _quiet(self) -> None:
        """Waits while the server asks to be left alone."""
        await asyncio.sleep(max(0.0, self._quiet_until - asyncio.get_running_loop().time()))

    def _becomes(self, room: str, wish: str, new: str) -> None:
        self._notes.execute("UPDATE wishes SET wish = ? WHERE room = ? AND wish = ?", (new, room, wish))

    def _done(self, room: str, wish: str) -> None:
        self._notes.execute("DELETE FROM wishes WHERE room = ? AND wish = ?", (room, wish))


def _server(user: str) -> str:
    return user.partition(":")[2]
