"""A homeserver whose stream a test writes answer by answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.unit.matrix.scripted import BOT, Asked, Scripted

ANNA = "@anna:example.org"
BORIS = "@boris:example.org"
ROOM = "!room"
_V3 = "/_matrix/client/v3"


@dataclass(slots=True)
class Streaming(Scripted):
    """`answers` follow one another; a sync waits for the one after its `since`. The first question gets `first`."""

    first: dict[str, Any] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, answer: Mapping[str, Any]) -> None:
        """Puts an answer into the stream."""
        self.answers.append({"next_batch": f"s{len(self.answers) + 1}", **answer})
        self._news.set()

    def happens(self, *timeline: Mapping[str, Any], room: str = ROOM, **more: Any) -> None:
        """Puts events of one room into the stream; `more` goes beside its timeline."""
        self.tell(joined(*timeline, room=room, **more))

    def may(self, what: str, room: str = ROOM, answer: dict[str, Any] | None = None) -> None:
        """The server takes `join`, `leave`, `forget` … for a room."""
        self.known[f"{_V3}/rooms/{room}/{what}"] = answer or {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = unquote(request.raw_path.partition("?")[0])
        content = self.media.get(path.rpartition("/")[2])
        if content is not None:
            return web.Response(body=content)
        if not path.endswith("/sync"):
            return await Scripted.serve(self, request)
        self.asked.append(Asked("GET", path, dict(request.query)))
        fault = self._fault(f"GET {path}")
        if fault is not None:
            return web.json_response(fault.body or {}, status=fault.status)
        since = request.query.get("since")
        if since is None:
            return web.json_response({"next_batch": f"s{len(self.answers)}", **self.first})
        return await self._news_after(int(since.removeprefix("s")), int(request.query["timeout"]) / 1000)

    async def _news_after(self, number: int, seconds: float) -> web.Response:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while len(self.answers) <= number:
                    self._news.clear()
                    await self._news.wait()
        return web.json_response({"next_batch": f"s{number}"} if len(self.answers) <= number else self.answers[number])


def joined(*timeline: Mapping[str, Any], room: str = ROOM, **more: Any) -> dict[str, Any]:
    """An answer with one room; `more` goes beside its timeline, `limited` and `prev_batch` into it."""
    place = {key: more.pop(key) for key in ("limited", "prev_batch") if key in more}
    return {"rooms": {"join": {room: {"timeline": {"events": list(timeline), **place}, **more}}}}


def counted(joined: int, invited: int = 0, *heroes: str) -> dict[str, Any]:
    """A summary of a room."""
    return {"m.joined_member_count": joined, "m.invited_member_count": invited, "m.heroes": list(heroes)}


def text(id: str, words: str, sender: str = ANNA, **more: Any) -> dict[str, Any]:
    """A message."""
    return event(id, "m.room.message", {"msgtype": "m.text", "body": words, **more}, sender)


def event(id: str, kind: str, content: Mapping[str, Any], sender: str = ANNA) -> dict[str, Any]:
    """Any event without a state key."""
    at = 1_790_000_000_000 + (int(id) if id.isdecimal() else 0)
    return {"event_id": f"${id}", "type": kind, "sender": sender, "origin_server_ts": at, "content": dict(content)}


def member(id: str, who: str, membership: str, before: str = "", sender: str = "", **more: Any) -> dict[str, Any]:
    """A member event."""
    made = event(id, "m.room.member", {"membership": membership, **more}, sender or who)
    unsigned = {"unsigned": {"prev_content": {"membership": before}}} if before else {}
    return {**made, "state_key": who, **unsigned}


def invite(room: str = ROOM, inviter: str = ANNA) -> dict[str, Any]:
    """An answer with an invite."""
    state = [{"type": "m.room.member", "state_key": BOT, "sender": inviter, "content": {"membership": "invite"}}]
    return {"rooms": {"invite": {room: {"invite_state": {"events": state}}}}}


PRIVATE = joined(text("0", "old"), state=[member("m", ANNA, "join", displayname="Anna")], summary=counted(2, 0, ANNA))
"""A first answer with Anna's private room."""


@asynccontextmanager
async def streaming() -> AsyncIterator[Streaming]:
    """Runs one."""
    server = Streaming(first=PRIVATE)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
