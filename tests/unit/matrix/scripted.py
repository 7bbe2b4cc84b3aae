"""A homeserver of few words on loopback: it keeps each request, and fails as it is told to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from adapters.matrix.connection import Connection

BOT = "@kollega:example.org"
TOO_MANY = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 7000}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `path` is unquoted, `body` the JSON or the bytes."""

    method: str
    path: str
    body: Any
    mime: str = ""

    @property
    def last(self) -> str:
        """The last part of the path, such as the transaction id."""
        return self.path.rpartition("/")[2]


@dataclass(slots=True)
class _Fault:
    pattern: re.Pattern[str]
    status: int
    body: dict[str, Any] | None
    times: int
    gate: asyncio.Event | None = None
    done_first: bool = False


@dataclass(slots=True)
class Scripted:
    """`asked` are all requests in order; `known` what GET requests find, by path."""

    asked: list[Asked] = field(default_factory=list)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    address: str = ""
    _faults: list[_Fault] = field(default_factory=list)

    def refuse(self, pattern: str, status: int, body: dict[str, Any] | None = None, *, times: int = 1) -> None:
        """Answers the next requests whose "METHOD path" has the pattern with this; without a body it is no JSON."""
        self._faults.append(_Fault(re.compile(pattern), status, body, times))

    def lose(self, pattern: str, *, times: int = 1) -> None:
        """Carries the next requests out and hangs up instead of answering."""
        self._faults.append(_Fault(re.compile(pattern), 0, None, times, done_first=True))

    def hold(self, pattern: str) -> asyncio.Event:
        """Answers the next request when the event is set."""
        gate = asyncio.Event()
        self._faults.append(_Fault(re.compile(pattern), 0, None, 1, gate))
        return gate

    def all(self, pattern: str) -> list[Asked]:
        """The requests so far whose "METHOD path" has the pattern."""
        return [asked for asked in self.asked if re.search(pattern, f"{asked.method} {asked.path}")]

    async def until(self, pattern: str, number: int = 1) -> list[Asked]:
        """Waits for so many requests."""
        async with asyncio.timeout(5):
            while len(found := self.all(pattern)) < number:
                await asyncio.sleep(0.005)
        return found

    def connection(self) -> Connection:
        """The bot's way to this server."""
        connection = Connection(self.address, seconds=5)
        connection.user, connection.device, connection.token = BOT, "DEVICE", "secret"
        return connection

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Any request."""
        raw = await request.read()
        is_json = request.content_type == "application/json"
        path = unquote(request.raw_path.partition("?")[0])
        asked = Asked(request.method, path, json.loads(raw) if is_json and raw else raw, request.content_type)
        self.asked.append(asked)
        fault = self._fault(f"{asked.method} {asked.path}")
        if fault is None:
            return self._answer(asked)
        if fault.gate is not None:
            await fault.gate.wait()
            return self._answer(asked)
        if fault.done_first:
            self._answer(asked)
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if fault.body is None:
            return web.Response(status=fault.status, text="<html>no</html>")
        return web.json_response(fault.body, status=fault.status)

    def _fault(self, line: str) -> _Fault | None:
        for fault in self._faults:
            if fault.times and fault.pattern.search(line):
                fault.times -= 1
                return fault
        return None

    def _answer(self, asked: Asked) -> web.Response:
        path = asked.path
        if "/send/" in path or "/redact/" in path:
            event = self.taken.setdefault(path, f"$event{len(self.taken)}")
            return web.json_response({"event_id": event})
        if path.endswith("/createRoom"):
            return web.json_response({"room_id": f"!made{len(self.all('createRoom'))}"})
        if path.endswith("/upload"):
            digest = hashlib.sha256(asked.body).hexdigest()[:8]
            return web.json_response({"content_uri": f"mxc://example.org/{digest}"})
        if asked.method == "PUT":
            self.known[path] = asked.body
            return web.json_response({})
        if "/profile/" in path or path in self.known:
            return web.json_response(self.known.get(path, {}))
        return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)


@asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    """Runs one."""
    script = Scripted()
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", script.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    script.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield script
    finally:
        await runner.cleanup()
