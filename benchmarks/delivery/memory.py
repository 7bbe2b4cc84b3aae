"""What the whole bot holds in memory after very many events: `python -m benchmarks.delivery.memory [EVENTS] [EARLY]`.

On SQLite, by polling; people open the main menu and are answered. The memory is the resident part of the process, the
most of some readings after EARLY events and at the end.
"""

from __future__ import annotations

import time

from benchmarks.delivery.stage import database, found_company
from benchmarks.figures import row, sizes
from benchmarks.processes import UNLIMITED, Bot, running, telegram, until

USUAL, SHORT = (200_000, 20_000), (100, 50)
"""Events, and how many of them are early."""
PEOPLE, READINGS = 500, 10


def measure(events: int, early: int) -> tuple[float, float]:
    """Megabytes after the early events, and after all."""
    with database("sqlite") as url, telegram(updates=events, people=PEOPLE, text="/menu") as wire:
        found_company(url, PEOPLE)
        bot = Bot(url, wire, **UNLIMITED)
        with running(bot):
            until(lambda: wire.sends >= early, 60 + early / 20, "the early events", every=0.1)
            before = _resident(bot)
            until(lambda: wire.sends >= events, 60 + events / 20, "all events", every=0.1)
            return before, _resident(bot)


def _resident(bot: Bot) -> float:
    readings = []
    for _ in range(READINGS):
        readings.append(bot.resident())
        time.sleep(0.1)
    return max(readings)


def main() -> None:
    events, early = sizes(USUAL, SHORT)
    before, after = measure(events, early)
    seen = f"{after / before - 1:+.1%}: {before:.0f} MB after {early:,}, {after:.0f} MB at the end"
    row(f"{events:,} handled events, memory", "under 5 %", seen)


if __name__ == "__main__":
    main()
