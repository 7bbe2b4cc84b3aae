"""How fast `kollega run` answers, and what it needs when idle: `python -m benchmarks.start [RUNS] [IDLE] [COPIES]`.

The bot runs on SQLite with Telegram on, against a local server that never has an update, as it is and with so many
copies of one room, `--rooms NAME` (see `benchmarks.copies`). IDLE is the seconds after which its memory is looked at.
Beside other work only the processor time means something.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import astuple, dataclass
from pathlib import Path

from benchmarks.copies import multiply
from benchmarks.delivery.stage import database
from benchmarks.figures import is_short, median, row, sizes
from benchmarks.processes import Bot, Telegram, end, environment, running, start_anew, telegram

USUAL, SHORT = (3, 10, 30), (1, 0, 1)
ROOMS = ("polls", "news")
"""The room that is copied: the first of these that is there."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until the bot was alive and ready, of the clock and of the processor; megabytes after some idle ones."""

    health: float
    health_cpu: float
    ready: float
    ready_cpu: float
    memory: float


def main() -> None:
    runs, idle, copies = sizes(USUAL, SHORT)
    print(f"{runs} starts, medians; processor time in brackets")
    with telegram() as wire, tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        if not is_short():
            _show("", "1.5 s", "under 200 MB", [_measure(wire, idle) for _ in range(runs)])
        room = _room()
        multiply(room, copies, Path(folder))
        found = [_measure(wire, idle, Path(folder)) for _ in range(runs)]
        _show(f", {copies} copies of {room}", "1.2 s", "190 MB", found)


def _room() -> str:
    if "--rooms" in sys.argv:
        return sys.argv[sys.argv.index("--rooms") + 1]
    return next(room for room in ROOMS if Path("bot", "handlers", room, "room.py").exists())


def _measure(wire: Telegram, idle: int, root: Path | None = None) -> Start:
    with database("sqlite") as url:
        if root is not None:
            _upgrade(url, root)
        bot = Bot(url, wire, root="" if root is None else str(root))
        started = time.perf_counter()
        with running(bot):
            bot.ready(path="healthz", every=0.01)
            health, health_cpu = time.perf_counter() - started, bot.cpu()
            bot.ready(every=0.01)
            ready, ready_cpu = time.perf_counter() - started, bot.cpu()
            time.sleep(idle)
            return Start(health, health_cpu, ready, ready_cpu, bot.resident())


def _upgrade(url: str, root: Path) -> None:
    """The tables of the copies are made in advance: an installation starts often and is upgraded rarely."""
    output = root / "upgrade"
    process = start_anew(("bot", "db", "upgrade"), environment(DATABASE_URL=url), output, output, root)
    assert process.wait(60) == 0 == end(process), output.read_text()


def _show(what: str, health: str, memory: str, found: list[Start]) -> None:
    middle = Start(*map(median, zip(*map(astuple, found), strict=True)))
    row(f"/healthz answers after{what}", health, f"{middle.health:.2f} s ({middle.health_cpu:.2f} s)")
    row(f"/readyz is 200 after{what}", "", f"{middle.ready:.2f} s ({middle.ready_cpu:.2f} s)")
    row(f"idle memory (RSS){what}", memory, f"{middle.memory:.0f} MB")


if __name__ == "__main__":
    main()
