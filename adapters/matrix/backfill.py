"""Fetches what a sync left out: after a downtime it tells only the latest events of each room."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog

from adapters.matrix.connection import Connection, NotReached, Refusal, part
from adapters.matrix.sync import TYPES, events, words

log = structlog.get_logger()

LIMIT = 5_000
"""Events of one room that are fetched at most."""
_PAGE = 100
_AT_ONCE = 8
_PAGES = 3 * LIMIT // _PAGE
_PATIENCE = 5
_FILTER = json.dumps({"types": list(TYPES), "lazy_load_members": True}, separators=(",", ":"))

Ends = Callable[[Mapping[str, Any]], bool]


class Backfill:
    """Reads timelines backwards, of a few rooms at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def before(self, room: str, start: str, to: str, ends: Ends) -> list[Mapping[str, Any]]:
        """The events of a room before the token `start`, the oldest first.

        They reach back to the token `to` (as far as there is anything when it is empty) or to the first event that
        `ends` them, which is among them. What the server does not give is missing. Raises `NotReached` or `Lost`.
        """
        found: list[Mapping[str, Any]] = []
        try:
            async with self._slots:
                await self._read(room, start, to, ends, found)
        except Refusal as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise
            log.warning("matrix_gap_not_filled", code=error.code)
        return found[::-1]

    async def _read(self, room: str, start: str, to: str, ends: Ends, found: list[Mapping[str, Any]]) -> None:
        seen: set[str] = set()
        for _ in range(_PAGES):
            answer = await self._page(room, start, to)
            for event in events(answer.get("chunk")):
                name = words(event.get("event_id"))
                if name in seen:
                    continue
                seen.add(name)
                found.append(event)
                if ends(event):
                    return
            end = words(answer.get("end"))
            if not end or end == start:
                return
            if len(found) >= LIMIT:
                break
            start = end
        log.error("matrix_gap_too_large", events=len(found))

    async def _page(self, room: str, start: str, to: str) -> dict[str, Any]:
        query = {"dir": "b", "from": start, "limit": str(_PAGE), "filter": _FILTER, **({"to": to} if to else {})}
        path = f"/_matrix/client/v3/rooms/{part(room)}/messages"
        for _ in range(_PATIENCE):
            try:
                return await self._connection.request("GET", path, query=query)
            except Refusal as error:
                if error.status != HTTPStatus.TOO_MANY_REQUESTS:
                    raise
                await asyncio.sleep(error.seconds or 1.0)
        raise NotReached("the server asks for patience")
