"""A real `kollega run` in a process of its own, with its own folder and a port that is free."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientError, ClientSession

from bot.run.setting_names import PREFIX
from tests.support.botapi.server import BotApiServer
from tests.support.preloaded import Forked, Program

TOKEN = "123456:process-token-of-nobody"
ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds that a starved machine may take for what an idle one does in three."""


class RunningBot:
    """One installation. `log` has the lines of standard error of all its processes. `role` is that of `--role`."""

    def __init__(self, folder: Path, server: BotApiServer | None, *, role: str | None = None, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self._arguments = () if role is None else ("--role", role)
        own = {"DATA_DIR": str(folder / "var"), "LANGUAGE": "en", "LOG_LEVEL": "warning", "WEB__PORT": str(self.port)}
        if server is not None:
            own |= {"TELEGRAM__TOKEN": TOKEN, "TELEGRAM__API_SERVER": server.url}
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._environment = clean | {PREFIX + name: value for name, value in (own | settings).items()}
        self._environment["PYTHONPATH"] = str(ROOT)
        self.log: list[str] = []
        self._process: Forked | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writing = 0

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "var" / "kollega.db"

    @property
    def url(self) -> str:
        """The address of its web server."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, *, file_size: int = resource.RLIM_INFINITY) -> None:
        """Starts the process; no file may grow beyond `file_size` bytes, of which its log is none."""
        reading, self._writing = os.pipe()
        program = Program(
            words=("bot", "run", *self._arguments),
            environment=self._environment,
            output=Path(os.devnull),
            log=Path(f"/proc/{os.getpid()}/fd/{self._writing}"),
            folder=self.folder,
            file_size=file_size,
        )
        self._process = Forked(program)
        self._reading = asyncio.create_task(self._read(reading))

    async def ready(self, within: float = PATIENCE) -> None:
        """Waits until everything works."""
        await self.answers("/readyz", lambda status, text: status == 200, within)

    async def answers(self, path: str, accepted: Callable[[int, str], bool], within: float = PATIENCE) -> str:
        """Waits for an answer of the web server that is accepted; its text."""
        last = "no answer"
        try:
            async with asyncio.timeout(within), ClientSession() as session:
                while True:
                    try:
                        async with session.get(self.url + path) as response:
                            last = f"{response.status} {await response.text()}"
                            if accepted(response.status, await response.text()):
                                return await response.text()
                    except ClientError as error:
                        last = type(error).__name__
                    assert self._process is not None
                    assert self._process.poll() is None, f"the bot has ended:\n{self.shown()}"
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{path}: {last}\n{self.shown()}") from None

    async def faults(self) -> dict[str, str]:
        """What /readyz complains about, once the start is over."""
        text = await self.answers("/readyz", lambda status, text: "starting" not in text)
        found: dict[str, str] = json.loads(text)["faults"]
        return found

    async def says(self, *words: str, within: float = PATIENCE) -> None:
        """Waits for a line of the log that has one of these words."""
        try:
            async with asyncio.timeout(within):
                while not any(word in line for line in self.log for word in words):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"none of {words} in the log:\n{self.shown()}") from None

    def limit_files(self, size: int | None) -> None:
        """From now on no file of the running process may grow beyond `size` bytes; None for no limit."""
        assert self._process is not None
        soft = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))

    async def carries_out(self, *words: str) -> tuple[int, str]:
        """Another command with the same settings, beside the running bot: its exit code and what it prints."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=self.folder, env=self._environment, stdout=PIPE
        )
        async with asyncio.timeout(PATIENCE):
            printed, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, printed.decode()

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    def gets(self, how: signal.Signals) -> None:
        """A signal, without waiting for what becomes of it."""
        assert self._process is not None
        self._process.send_signal(how)

    async def ended(self) -> int:
        """Waits until it has ended by itself; the exit code."""
        assert self._process is not None
        assert self._reading is not None
        async with asyncio.timeout(PATIENCE):
            while (status := self._process.poll()) is None:
                await asyncio.sleep(0.02)
            if not self._reading.done():
                os.close(self._writing)
            await self._reading
        return status

    async def close(self) -> None:
        """Whatever became of it, nothing is left."""
        if self._process is not None:
            await self.kill()

    def shown(self) -> str:
        """The end of the log."""
        return "\n".join(self.log[-30:])

    async def _end(self, how: signal.Signals) -> int:
        self.gets(how)
        return await self.ended()

    async def _read(self, pipe: int) -> None:
        lines = asyncio.StreamReader()
        with os.fdopen(pipe, "rb") as opened:
            await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), opened)
            async for line in lines:
                self.log.append(line.decode(errors="replace").rstrip("\n"))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@asynccontextmanager
async def telegram() -> AsyncIterator[BotApiServer]:
    """A strict Bot API server without flood limits, which has heard no mistake in the end."""
    server = BotApiServer(TOKEN, limits=None)
    await server.start()
    try:
        yield server
        assert [f"{call.method}: {call.description}" for call in server.mistakes] == []
    finally:
        await server.stop()
