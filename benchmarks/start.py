"""How fast `kollega run` answers, and what it needs when idle: `python -m benchmarks.start [RUNS] [IDLE]`.

The bot runs on SQLite with Telegram on, against a local server that never has an update. IDLE is the seconds after
which its memory is looked at.
"""

from __future__ import annotations

import time

from benchmarks.delivery.stage import database
from benchmarks.figures import median, row, sizes
from benchmarks.processes import Bot, Telegram, running, telegram

USUAL, SHORT = (3, 10), (1, 0)


def main() -> None:
    runs, idle = sizes(USUAL, SHORT)
    with telegram() as wire:
        health, ready, memory = zip(*(_measure(wire, idle) for _ in range(runs)), strict=True)
    print(f"{runs} starts, medians")
    row("/healthz answers after", "1.5 s", f"{median(health):.2f} s")
    row("/readyz is 200 after", "", f"{median(ready):.2f} s")
    row("idle memory (RSS)", "under 200 MB", f"{median(memory):.0f} MB")


def _measure(wire: Telegram, idle: int) -> tuple[float, float, float]:
    """Seconds to health, seconds to readiness, and megabytes after some idle seconds."""
    with database("sqlite") as url:
        bot = Bot(url, wire)
        started = time.perf_counter()
        with running(bot):
            bot.ready(path="healthz", every=0.01)
            health = time.perf_counter() - started
            bot.ready(every=0.01)
            ready = time.perf_counter() - started
            time.sleep(idle)
            return health, ready, bot.resident()


if __name__ == "__main__":
    main()
