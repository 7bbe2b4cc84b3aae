"""Takes what an answer says of rooms: first who is in them, then what its timelines left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog

from adapters.matrix.backfill import Backfill
from adapters.matrix.changes import (
    Change,
    at_invite,
    changed,
    greeting,
    members_changed,
    moved,
    recounted,
    since_invite,
)
from adapters.matrix.connection import Connection, Refusal
from adapters.matrix.membership import Membership
from adapters.matrix.rooms import Room, Rooms
from adapters.matrix.sync import Section, sections
from core.chat.clock import Clock
from core.chat.events import Event

log = structlog.get_logger()

_SLICE = 100
"""Rooms after which others get their turn."""


class Intake:
    """An answer may be taken several times, until what it told is stored: `settle` says so."""

    def __init__(self, connection: Connection, rooms: Rooms, membership: Membership, clock: Clock) -> None:
        self._connection, self._rooms, self._membership, self._clock = connection, rooms, membership, clock
        self._backfill = Backfill(connection)
        self._before: dict[str, Room | None] = {}

    @property
    def touched(self) -> list[str]:
        """The rooms that have changed since `settle`."""
        return list(self._before)

    async def rooms(self, answer: Mapping[str, Any]) -> list[Room]:
        """All rooms that the answer to a first sync tells of."""
        found = []
        for number, section in enumerate(sections(answer)):
            if number % _SLICE == 0:
                await asyncio.sleep(0)
            if not section.left:
                change = changed(None, section, self._connection.user, None)
                await self._recount(change)
                found.append(change.room)
        return found

    async def changes(self, answer: Mapping[str, Any]) -> list[Change]:
        """Takes who is in the rooms, first of all: nothing private may be sent where others read along."""
        found = []
        for number, section in enumerate(sections(answer)):
            if number % _SLICE == 0:
                await asyncio.sleep(0)
            before = self._before.get(section.room) or self._rooms.get(section.room)
            if before is None and section.left:
                self._membership.settled([section.room])
            else:
                found.append(self._changed(self._before.setdefault(section.room, before), section))
        await asyncio.gather(*(self._recount(change) for change in found))
        return found

    async def fill(self, changes: list[Change], since: str) -> None:
        """Completes timelines back to `since`; those of rooms that the bot has just entered back to its invite."""
        await asyncio.gather(*(self._fill(change, since) for change in changes))

    def entered(self, change: Change) -> list[Event]:
        """What it means that the bot has entered a room; its timeline then begins with the invite."""
        user, room = self._connection.user, change.room
        events = [moved(old, room, user, self._clock) for old in self._moved_here(room)]
        others = () if room.person is None else self._rooms.private_rooms(room.person)
        known = any(other.id != room.id and other.met for other in others)
        start = None if events or known else greeting(change, user, self._clock)
        change.timeline = since_invite(change.timeline, user)
        return [*events, *([start] if start is not None else [])]

    def settle(self, changes: list[Change]) -> list[Change]:
        """All is stored: empty rooms are left. Those that are somebody's new private room."""
        for change in changes:
            room, before = change.room, change.before
            if room.empty and not room.left and before is not None and not before.empty:
                self._membership.leave(room.id)
        self._membership.settled(change.room.id for change in changes)
        self._before.clear()
        return [
            change for change in changes if change.fresh and change.room.private and not self._moved_here(change.room)
        ]

    def _changed(self, before: Room | None, section: Section) -> Change:
        now = self._rooms.get(section.room)
        change = changed(before, section, self._connection.user, self._membership.inviter(section.room))
        change.room.used = now.used if now is not None else 0
        self._rooms.keep(change.room)
        (self._rooms.count if change.unsure else self._rooms.count_ended)(section.room)
        if change.fresh or section.left or section.limited or members_changed(section):
            self._rooms.forget_members(section.room)
        return change

    async def _recount(self, change: Change) -> None:
        if not change.unsure:
            return
        try:
            roll = await self._rooms.roll(change.room.id)
        except Refusal as error:
            if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
                raise
            log.warning("matrix_members_unknown", code=error.code)
            self._rooms.count_ended(change.room.id)
            return
        recounted(change, roll, self._connection.user)
        if self._rooms.get(change.room.id) is change.room:
            self._rooms.keep(change.room)  # under the person that is known only now
        self._rooms.count_ended(change.room.id)

    async def _fill(self, change: Change, since: str) -> None:
        section, user = change.section, self._connection.user
        if section.left or not section.prev_batch:
            return
        if change.fresh:
            # also where nothing was left out: after a crash an answer may begin behind the entry that names the start
            if not any(at_invite(event, user) for event in section.timeline):
                change.timeline = await self._earlier(section, "", lambda event: at_invite(event, user))
        elif section.limited:
            change.timeline = await self._earlier(section, since, lambda event: False)

    async def _earlier(
        self, section: Section, since: str, enough: Callable[[Mapping[str, Any]], bool]
    ) -> list[Mapping[str, Any]]:
        earlier = await self._backfill.before(section.room, section.prev_batch, since, enough)
        return [*earlier, *section.timeline]

    def _moved_here(self, room: Room) -> list[Room]:
        return [old for old in self._rooms.successor_of(room.id) if not old.private and not old.empty]
