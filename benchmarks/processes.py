"""The processes of a benchmark: the lean server, and real `kollega run`s. Nothing of them is left in the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).parents[1]
TOKEN = "1:bench"
UNLIMITED = {
    "TELEGRAM__PACE__OVERALL": "100000",
    "TELEGRAM__PACE__CHAT": "100000",
    "TELEGRAM__PACE__IN_FLIGHT": "100",
}


class Started(Protocol):
    """What is wanted of a process; `subprocess.Popen` has it."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...


def start_anew(
    words: Sequence[str], environment: Mapping[str, str], output: Path, log: Path, root: Path = ROOT
) -> Started:
    """`python -m WORDS` in this project's folder, or another; what it prints and logs is added to files."""
    with output.open("ab") as printed, log.open("ab") as logged:
        command = [sys.executable, "-m", *words]
        return subprocess.Popen(command, env=dict(environment), cwd=root, stdout=printed, stderr=logged)


start: Callable[[Sequence[str], Mapping[str, str], Path, Path], Started] = start_anew
"""How the programs that are measured are started; the tests of the short forms have a cheaper way."""


def environment(**settings: str) -> dict[str, str]:
    """That of this process with these settings of Kollega, named without their prefix, and no others."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KOLLEGA_")}
    return inherited | {f"KOLLEGA_{name}": value for name, value in settings.items()}


def end(process: Started, within: float = 20) -> int:
    """SIGTERM, unless it has ended; the exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    return process.wait(within)


class TooLong(Exception):
    """Something that was waited for did not come."""


def until(condition: Callable[[], object], within: float, what: str, every: float = 0.02) -> None:
    """Waits for something to become true. Raises `TooLong`."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise TooLong(f"{what}: not within {within:.0f} s")
        time.sleep(every)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as the server got it. `at` is of CLOCK_MONOTONIC."""

    at: float
    who: str
    chat: int
    number: int


class Telegram:
    """The lean server as a process of its own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def state(self) -> dict[str, Any]:
        """See `server.State`."""
        found: dict[str, Any] = self._get("/-/state")
        return found

    @property
    def sends(self) -> int:
        """How many messages have come."""
        return int(self.state()["sends"])

    def arrivals(self, start: int = 0) -> list[Arrival]:
        """The messages in order, from a place on."""
        return [Arrival(*row) for row in self._get(f"/-/sends?from={start}")]

    def latest(self) -> Arrival:
        """The message that came last."""
        return self.arrivals(self.sends - 1)[-1]

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def telegram(**options: object) -> Iterator[Telegram]:
    """A server with these options of `benchmarks.delivery.server`."""
    words = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "benchmarks.delivery.server", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield Telegram(int(process.stdout.readline()))
        finally:
            process.kill()


class Bot:
    """A real `kollega run`, or `module` in its place. `who` is the name by which the server knows it.

    `root` is where the sources are, if they are not this project's own.
    """

    def __init__(
        self,
        url: str,
        server: Telegram | None,
        *,
        role: str = "",
        who: str = "",
        module: Sequence[str] = ("bot", "run"),
        root: str = "",
        **settings: str,
    ) -> None:
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="kollega-bench-bot-")
        own = {
            "DATA_DIR": self.folder.name,
            "DATABASE_URL": url,
            "LANGUAGE": "en",
            "WEB__PORT": str(self.port),
            "SECRET_KEY": "the-same-on-each-process-of-this-benchmark",
        }
        if server is not None:
            own |= {"TELEGRAM__TOKEN": TOKEN, "TELEGRAM__API_SERVER": f"{server.url}/{who}".rstrip("/")}
        self._environment = environment(**own | settings)
        self._root = root
        self._words = [*module, *(("--role", role) if role else ())]
        self._process: Started | None = None

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Starts the process, without waiting. What it writes goes to files."""
        how = partial(start_anew, root=Path(self._root)) if self._root else start
        self._process = how(self._words, self._environment, self._output, self._log)

    def ready(self, within: float = 120, path: str = "readyz", every: float = 0.02) -> None:
        """Waits until everything works, or until `path` says yes. Raises `TooLong` with the end of the log."""
        try:
            until(lambda: self._answers(path), within, "the bot is not ready", every)
        except TooLong as error:
            raise TooLong(f"{error}\n{self.log()}") from None

    def send(self, how: signal.Signals) -> None:
        """A signal to the process."""
        assert self._process is not None
        self._process.send_signal(how)

    def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        self._wait(10)

    def terminate(self, within: float = 20) -> tuple[int, float]:
        """SIGTERM; the exit code, and the seconds that it took."""
        began = time.monotonic()
        self.send(signal.SIGTERM)
        return self._wait(within), time.monotonic() - began

    def close(self) -> None:
        """Whatever became of it, nothing is left."""
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                self.send(signal.SIGCONT)
            self.kill()
        self.folder.cleanup()

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        return cpu(self.pid)

    def resident(self) -> float:
        """Megabytes resident now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise LookupError(self.pid)

    def log(self) -> str:
        """The end of what it wrote to standard error."""
        return self._log.read_text(errors="replace")[-3000:]

    def output(self) -> str:
        """What it wrote to standard output, in whole lines."""
        return self._output.read_text().rpartition("\n")[0]

    @property
    def _output(self) -> Path:
        return Path(self.folder.name) / "output"

    @property
    def _log(self) -> Path:
        return Path(self.folder.name) / "log"

    def _answers(self, path: str) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the bot has ended:\n{self.log()}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _wait(self, within: float) -> int:
        assert self._process is not None
        return self._process.wait(within)


@contextmanager
def running(*bots: Bot) -> Iterator[None]:
    """Starts bots; in the end none is left."""
    try:
        for bot in bots:
            bot.start()
        yield
    finally:
        for bot in bots:
            bot.close()


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
