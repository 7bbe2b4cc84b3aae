"""The bot's own web server: health at once, and everything that adapters serve once they are there."""

from __future__ import annotations

import logging
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger

log = structlog.get_logger()

Measures = Callable[[], Awaitable[bytes]]


@runtime_checkable
class Served(Protocol):
    """An adapter that has routes of its own: webhooks, or pages."""

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The routes to mount."""


@dataclass(slots=True)
class Readiness:
    """What /readyz answers: each part with what is wrong with it; empty texts are well."""

    parts: dict[str, str] = field(default_factory=lambda: {"start": "starting"})

    def faults(self) -> dict[str, str]:
        """The parts that do not work."""
        return {name: fault for name, fault in self.parts.items() if fault}


class _Log(logging.LoggerAdapter[logging.Logger]):
    """What strangers send, such as TLS or garbage, is no fault of this program: it needs no traceback."""

    def exception(self, msg: object, *args: object, exc_info: Any = True, **rest: Any) -> None:
        """Logs a fault; what could not be read is mentioned for whoever looks for it."""
        if isinstance(exc_info, HttpProcessingError | web.RequestPayloadError):
            log.debug("web_request_unreadable", error=type(exc_info).__name__)
        else:
            super().exception(msg, *args, exc_info=exc_info, **rest)


class WebServer:
    """Listens on one address. `open` can be called again with more routes: no connection is refused in between."""

    def __init__(self, host: str, port: int, readiness: Readiness) -> None:
        self._host, self._port, self._readiness = host, port, readiness
        self._measures: Measures | None = None
        self._socket: socket.socket | None = None
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port in use, also when 0 was asked for."""
        return self._port

    async def open(self, routes: Iterable[web.AbstractRouteDef] = (), measures: Measures | None = None) -> None:
        """Serves health, metrics and these routes. OSError when the address is taken."""
        self._measures = measures
        if self._socket is None:
            self._socket = socket.create_server((self._host, self._port), backlog=256)
            self._port = self._socket.getsockname()[1]
        app = web.Application(client_max_size=22 * 2**20)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.add_routes(routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2, logger=_Log(server_logger))
        await runner.setup()
        await web.SockSite(runner, self._socket.dup()).start()
        before, self._runner = self._runner, runner
        if before is not None:
            await before.cleanup()

    async def close(self) -> None:
        """Ends listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._socket is not None:
            self._socket.close()

    async def _healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _readyz(self, request: web.Request) -> web.Response:
        faults = self._readiness.faults()
        status = {"status": "not ready" if faults else "ready", "faults": faults}
        return web.json_response(status, status=503 if faults else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        body = await self._measures() if self._measures is not None else b""
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4"})
