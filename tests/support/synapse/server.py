"""A Synapse as a process: started, killed and started again, and the accounts on it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.support.synapse.config import NAME, SHARED_SECRET, Limits, write_config

_PREFIX = "kollega-synapse-"
_STARTS_WITHIN = 60.0
"""Seconds; on an idle machine it is two and a half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What somebody needs to use an account."""

    user_id: str
    password: str
    access_token: str
    device_id: str


class Process:
    """A Synapse process with its data in a folder, in memory where this system has such a place."""

    def __init__(
        self,
        run: int,
        *,
        limits: Limits = "lifted",
        default_room_version: str = "12",
        service: str | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """`run` is the process with which the server has to end."""
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()
        _clear(Path(place))
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{run}-", dir=place))
        self.port = _free_port()
        self.pid: int | None = None
        self._run = run
        write_config(self.folder, self.port, limits, default_room_version, service, more or {})

    def start(self) -> None:
        """Starts it, without waiting until it answers."""
        log = (os.POSIX_SPAWN_OPEN, 2, str(self.folder / "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        quiet = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
        script = str(Path(__file__).with_name("run.py"))
        # -P: beside the script are modules of ours with everyday names.
        command = [sys.executable, "-P", script, str(self.folder), str(self._run)]
        self.pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=[log, quiet])

    def answers(self) -> bool:
        """Whether it takes requests. RuntimeError with its log when it has ended."""
        if self.pid is not None and os.waitpid(self.pid, os.WNOHANG) != (0, 0):
            self.pid = None
            raise RuntimeError(f"Synapse did not start:\n{(self.folder / 'log').read_text()[-4000:]}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Ends it as a power failure does."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = None


class Homeserver:
    """A homeserver as the tests use it."""

    name = NAME

    def __init__(self, url: str) -> None:
        self.url = url

    async def register(self, localpart: str, *, admin: bool = False, password: str = "secret") -> Credentials:
        """A new account with one device."""
        path = "/_synapse/admin/v1/register"
        nonce = (await self.request("GET", path))["nonce"]
        words = (nonce, localpart, password, "admin" if admin else "notadmin")
        mac = hmac.new(SHARED_SECRET.encode(), "\0".join(words).encode(), hashlib.sha1).hexdigest()
        wanted = {"nonce": nonce, "username": localpart, "password": password, "admin": admin, "mac": mac}
        made = await self.request("POST", path, wanted)
        return Credentials(
            user_id=made["user_id"],
            password=password,
            access_token=made["access_token"],
            device_id=made["device_id"],
        )

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
        made: bool = False,
    ) -> dict[str, Any]:
        """The answer to any request. AssertionError when the server says no; `made` when it says that it made
        something."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            ClientSession() as session,
            session.request(method, self.url + path, json=body, headers=headers) as response,
        ):
            answer: dict[str, Any] = await response.json()
            assert response.status == (201 if made else 200), f"{method} {path}: {response.status} {answer}"
            return answer


class OwnHomeserver(Homeserver):
    """A homeserver of one test, which may kill it."""

    def __init__(self, process: Process) -> None:
        super().__init__(f"http://127.0.0.1:{process.port}")
        self._process = process

    def kill(self) -> None:
        """Ends it as a power failure does; what it said yes to is kept."""
        self._process.kill()

    async def start_again(self) -> None:
        """Starts it on the same data and address, and waits until it answers."""
        self._process.start()
        until = time.monotonic() + _STARTS_WITHIN
        while not self._process.answers():
            assert time.monotonic() < until, "Synapse does not answer"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def a_homeserver(
    *,
    limits: Limits = "lifted",
    default_room_version: str = "12",
    service: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> AsyncIterator[OwnHomeserver]:
    """A homeserver of its own for one test; `limits` are of requests, `service` registers an application service,
    `more` are settings of Synapse."""
    process = Process(os.getpid(), limits=limits, default_room_version=default_room_version, service=service, more=more)
    own = OwnHomeserver(process)
    try:
        await own.start_again()
        yield own
    finally:
        process.kill()
        shutil.rmtree(process.folder, ignore_errors=True)


def start_for_the_run(run: int) -> str:
    """Starts a homeserver that ends with the process `run`; its address, when it answers."""
    process = Process(run)
    process.start()
    until = time.monotonic() + _STARTS_WITHIN
    while not process.answers():
        assert time.monotonic() < until, "Synapse does not answer"
        time.sleep(0.02)
    return f"http://127.0.0.1:{process.port}"


def _clear(place: Path) -> None:
    """Removes what is left of runs that were killed while their server was down."""
    for folder in place.glob(f"{_PREFIX}*-*"):
        run = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if run.isdecimal() and not Path(f"/proc/{run}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
