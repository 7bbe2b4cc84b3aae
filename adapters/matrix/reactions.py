"""Keeps the reactions under menus as they should be, behind the messages: a menu works without them, only typed.

Each reaction counts for the server's limits like a message. So one task sends them one after another, and whenever
the server asks for patience, what waits is dropped and nothing is seeded for a while, longer each time.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import takewhile
from typing import Any

import structlog

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal, part
from adapters.matrix.redacting import redact

log = structlog.get_logger()

LONGEST_PAUSE = 600.0
_SHORTEST_PAUSE = 5.0
_QUEUE = 500
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Work:
    """What is to become of one message's reactions. `signs` is None when the seeds stay; `pressed` are to go."""

    room: str
    signs: tuple[str, ...] | None = None
    key: str = ""
    pressed: list[str] = field(default_factory=list)


class Reactions:
    """The reactions of one account. `steady` gives seconds of a clock that never jumps."""

    def __init__(self, connection: Connection, steady: Callable[[], float] = time.monotonic) -> None:
        self._connection, self._steady = connection, steady
        self._queue: OrderedDict[str, _Work] = OrderedDict()
        self._seeds: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._worker: asyncio.Task[None] | None = None
        self._paused_until = float("-inf")
        self._pause = 0.0

    def show(self, room: str, message: str, signs: Sequence[str], key: str, *, new: bool = False) -> None:
        """Wants these signs under a message, in order. `new` when it has none yet; `key` names this state of it."""
        if new and message not in self._seeds:
            self._know(message, {})
        if not signs and self._seeds.get(message) == {}:
            self._queue.pop(message, None)
            return
        work = self._work(room, message)
        work.signs, work.key = tuple(signs), key
        self._start(message, work)

    def pressed(self, room: str, message: str, reaction: str) -> None:
        """Takes a person's reaction away, so that she can give it again."""
        work = self._work(room, message)
        work.pressed.append(reaction)
        self._start(message, work)

    def pause(self, seconds: float) -> None:
        """Sends nothing for so long as the server asked, and longer if it had to ask before."""
        now = self._steady()
        if now < self._paused_until:
            return
        recent = now - self._paused_until < 2 * LONGEST_PAUSE
        self._pause = min(LONGEST_PAUSE, max(seconds, _SHORTEST_PAUSE, self._pause * 2 if recent else 0.0))
        self._paused_until = now + self._pause
        self._queue.clear()

    async def settled(self) -> None:
        """Waits until nothing is left to do."""
        while self._worker is not None and not self._worker.done():
            await asyncio.wait([self._worker])

    async def close(self) -> None:
        """Ends the task; what waits is dropped."""
        self._queue.clear()
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker

    def _work(self, room: str, message: str) -> _Work:
        return self._queue.get(message) or _Work(room)

    def _start(self, message: str, work: _Work) -> None:
        if self._steady() < self._paused_until:
            return
        self._queue[message] = work
        if len(self._queue) > _QUEUE:
            self._queue.popitem(last=False)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._queue:
            message, work = self._queue.popitem(last=False)
            try:
                await self._carry_out(message, work)
            except Refusal as error:
                log.debug("matrix_reaction_refused", reason=error.code)
                if error.status == HTTPStatus.TOO_MANY_REQUESTS:
                    self.pause(error.seconds or 0.0)
            except (NotReached, Lost):
                self._seeds.pop(message, None)  # nobody knows what arrived
                self.pause(0.0)

    async def _carry_out(self, message: str, work: _Work) -> None:
        for reaction in work.pressed:
            await self._redact(work.room, reaction)
        if work.signs is None:
            return
        seeds = self._seeds.get(message)
        if seeds is None:
            seeds = self._know(message, await self._ask(work.room, message))
        stay = _kept(tuple(seeds), work.signs)
        for sign in [sign for sign in seeds if sign not in stay]:
            if self._must_stop(message):
                return
            await self._redact(work.room, seeds[sign])
            del seeds[sign]
        for number, sign in enumerate(work.signs):
            if self._must_stop(message):
                return
            if sign not in seeds:
                await self._seed(work.room, message, seeds, sign, f"s{work.key}.{number}")

    def _must_stop(self, message: str) -> bool:
        """Whether a newer state of the message waits, or the messages need what the server still takes."""
        waiting = self._queue.get(message)
        return self._steady() < self._paused_until or (waiting is not None and waiting.signs is not None)

    async def _seed(self, room: str, message: str, seeds: dict[str, str], sign: str, txn: str) -> None:
        path = f"/_matrix/client/v3/rooms/{part(room)}/send/m.reaction/{part(txn)}"
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": message, "key": sign}}
        try:
            answer = await self._connection.request("PUT", path, content)
        except Refusal as error:
            if error.code != "M_DUPLICATE_ANNOTATION":
                raise
            self._seeds.pop(message, None)  # it is there, and its id will be asked for when it matters
            return
        if isinstance(answer.get("event_id"), str):
            seeds[sign] = answer["event_id"]

    async def _redact(self, room: str, reaction: str) -> None:
        """Takes a reaction away where the bot may."""
        try:
            await redact(self._connection, room, reaction)
        except Refusal as error:
            if error.code not in ("M_FORBIDDEN", "M_NOT_FOUND"):
                raise

    async def _ask(self, room: str, message: str) -> dict[str, str]:
        """The bot's own reactions under a message, in their order."""
        path = f"/_matrix/client/v1/rooms/{part(room)}/relations/{part(message)}/m.annotation/m.reaction"
        answer = await self._connection.request("GET", path, query={"dir": "f", "limit": "100"})
        found: dict[str, str] = {}
        chunk = answer.get("chunk")
        for event in chunk if isinstance(chunk, list) else ():
            sign = _sign(event)
            if sign and event.get("sender") == self._connection.user and isinstance(event.get("event_id"), str):
                found[sign] = event["event_id"]
        return found

    def _know(self, message: str, seeds: dict[str, str]) -> dict[str, str]:
        self._seeds[message] = seeds
        while len(self._seeds) > _REMEMBERED:
            self._seeds.popitem(last=False)
        return seeds


def _kept(old: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The seeds that can stay: clients show reactions in the order in which they came, so whatever follows one that
    is missing has to come after it."""
    common = [sign for sign in old if sign in wanted]
    return tuple(sign for sign, _ in takewhile(lambda pair: pair[0] == pair[1], zip(common, wanted, strict=False)))


def _sign(event: Any) -> str:
    """The key of a reaction, empty for what is none."""
    content = event.get("content") if isinstance(event, dict) else None
    relation = content.get("m.relates_to") if isinstance(content, dict) else None
    sign = relation.get("key") if isinstance(relation, dict) else None
    return sign if isinstance(sign, str) else ""
