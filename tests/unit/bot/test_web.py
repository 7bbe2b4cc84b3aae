"""The web server: health at once, readiness when it is true, figures that a monitor can read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from bot.run.web import Readiness, WebServer


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    opened = WebServer("127.0.0.1", 0, Readiness())
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def client(server: WebServer) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session


async def test_health_is_there_before_anything_else(client: ClientSession) -> None:
    async with client.get("/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    async with client.get("/metrics") as answer:
        assert (answer.status, await answer.text()) == (200, "")


async def test_readiness_names_what_does_not_work(client: ClientSession, server: WebServer) -> None:
    readiness = server._readiness
    async with client.get("/readyz") as answer:
        assert answer.status == 503
        assert await answer.json() == {"status": "not ready", "faults": {"start": "starting"}}
    readiness.parts.pop("start")
    readiness.parts["telegram"] = ""
    async with client.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ready", "faults": {}})
    readiness.parts["telegram"] = "Telegram does not accept the bot's token"
    async with client.get("/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json())["faults"] == {"telegram": "Telegram does not accept the bot's token"}


async def test_routes_are_added_without_refusing_anybody(client: ClientSession, server: WebServer) -> None:
    stop = asyncio.Event()

    async def knock() -> int:
        knocks = 0
        while not stop.is_set():
            async with ClientSession() as session, session.get(f"http://127.0.0.1:{server.port}/healthz") as answer:
                assert answer.status == 200
                knocks += 1
        return knocks

    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    knocking = asyncio.create_task(knock())
    await server.open([web.get("/hello", hello)])
    async with client.get("/hello") as answer:
        assert await answer.text() == "hello"
    stop.set()
    assert await knocking > 0


async def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = WebServer("127.0.0.1", taken.getsockname()[1], Readiness())
        with pytest.raises(OSError, match="in use"):
            await server.open()
        await server.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)),
        b"nonsense\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 20_000 + b"\r\n\r\n",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /hook HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        b"DELETE /hook HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=["TLS", "garbage", "length", "header", "chunks", "gzip", "method"],
)
async def test_what_strangers_send_leaves_no_traceback(caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    async def hook(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    server = WebServer("127.0.0.1", 0, Readiness())
    await server.open([web.post("/hook", hook)])
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(sent)
    async with asyncio.timeout(30):
        answer = await reader.readline()
    writer.close()
    await server.close()
    assert answer.startswith(b"HTTP/1.")
    assert caplog.records == []
