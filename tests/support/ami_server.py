"""An Asterisk manager interface on loopback that does what a test tells it, and refuses what the real one refuses."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from adapters.pbx.asterisk.settings import Settings

Headers = Mapping[str, str]


def message(**headers: str) -> bytes:
    """`Event=…` and the rest as one message; `__` in a name stands for a hyphen."""
    lines = "".join(f"{name.replace('__', '-')}: {value}\r\n" for name, value in headers.items())
    return lines.encode() + b"\r\n"


class AmiServer:
    """`channels` is what CoreShowChannels lists; `mute` ignores pings; `may_list` is the right write=reporting."""

    def __init__(self, *, username: str = "kollega", secret: str = "swordfish") -> None:
        self.username, self.secret = username, secret
        self.banner = b"Asterisk Call Manager/9.0.0\r\n"
        self.channels: Sequence[Headers] = ()
        self.uptime = 1000
        self.may_list = True
        self.mute = False
        self.actions: list[dict[str, str]] = []
        self.sessions = 0
        self._heard = asyncio.Condition()
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """On the same port again after a `stop`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self.drop()
        await self._server.wait_closed()
        await asyncio.gather(*self._tasks)

    def settings(self, **changes: object) -> Settings:
        own = {"host": "127.0.0.1", "port": self.port, "username": self.username, "secret": self.secret}
        return Settings.model_validate({**own, **changes})

    async def heard(self, action: str, times: int = 1, within: float = 5) -> dict[str, str]:
        """Wait until the client has sent `action` that many times; returns the last."""

        def sent() -> list[dict[str, str]]:
            return [each for each in self.actions if each["Action"] == action]

        async with asyncio.timeout(within), self._heard:
            await self._heard.wait_for(lambda: len(sent()) >= times)
        return sent()[times - 1]

    async def send(self, raw: bytes) -> None:
        assert self._writer is not None
        self._writer.write(raw)
        await self._writer.drain()

    async def event(self, name: str, **headers: str) -> None:
        await self.send(message(Event=name, Privilege="call,all", **headers))

    async def replay(self, recording: Path) -> None:
        """The events of a recorded connection, as fast as they go, without its greeting."""
        _, _, rest = recording.read_bytes().partition(b"\r\n\r\n")
        await self.send(rest)

    async def drop(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writer = writer
        writer.write(self.banner)
        challenge = ""
        try:
            while request := await self._request(reader):
                await self._note(request)
                if request["Action"] == "Challenge":
                    challenge = f"{len(self.actions)}4071"
                    self._answer(writer, request, Challenge=challenge)
                elif request["Action"] == "Login":
                    if not self._sign_in(writer, request, challenge):
                        break
                else:
                    self._act(writer, request)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> dict[str, str]:
        request: dict[str, str] = {}
        while line := (await reader.readline()).decode().strip():
            name, _, value = line.partition(": ")
            request[name] = value
        return request

    async def _note(self, request: dict[str, str]) -> None:
        async with self._heard:
            self.actions.append(request)
            self._heard.notify_all()

    def _answer(
        self, writer: asyncio.StreamWriter, request: Headers, response: str = "Success", **headers: str
    ) -> None:
        writer.write(message(Response=response, ActionID=request.get("ActionID", ""), **headers))

    def _sign_in(self, writer: asyncio.StreamWriter, request: Headers, challenge: str) -> bool:
        key = hashlib.md5((challenge + self.secret).encode(), usedforsecurity=False).hexdigest()
        if request.get("Username") != self.username or request.get("Key") != key:
            self._answer(writer, request, "Error", Message="Authentication failed")
            return False
        self.sessions += 1
        self._answer(writer, request, Message="Authentication accepted")
        if "system" in request.get("Events", ""):
            writer.write(message(Event="FullyBooted", Privilege="system,all", Uptime=str(self.uptime)))
        return True

    def _act(self, writer: asyncio.StreamWriter, request: Headers) -> None:
        if request["Action"] == "Ping" and not self.mute:
            self._answer(writer, request, Ping="Pong")
        if request["Action"] != "CoreShowChannels":
            return
        if not self.may_list:
            self._answer(writer, request, "Error", Message="Permission denied")
            return
        self._answer(writer, request, EventList="start", Message="Channels will follow")
        for channel in self.channels:
            writer.write(message(Event="CoreShowChannel", **channel))
        writer.write(message(Event="CoreShowChannelsComplete", ListItems=str(len(self.channels))))
