"""Sending against a server that takes 30 messages a second: `python -m benchmarks.delivery.limit [SECONDS]`.

The pace is the one that Telegram's adapter has by itself. What comes too fast is refused with 429 and counted.
"""

from __future__ import annotations

import time

from benchmarks.delivery.stage import PostgreSQL, broadcast, database, found_company, postgresql
from benchmarks.figures import databases, row, sizes
from benchmarks.processes import Bot, running, telegram, until

USUAL, SHORT = (60,), (1,)
"""Seconds."""
LIMIT = 30


def measure(kind: str, seconds: int, server: PostgreSQL) -> tuple[float, int]:
    """Messages a second for so long after the first one, and how many were refused."""
    with database(kind, server) as url, telegram(limit=LIMIT) as wire:
        found_company(url, LIMIT * (seconds + 20))
        broadcast(url)
        bot = Bot(url, wire)
        with running(bot):
            until(lambda: wire.sends, 60, "the first message")
            time.sleep(seconds + 0.5)
            arrivals, refused = wire.arrivals(), int(wire.state()["refused"])
    counted = sum(arrival.at < arrivals[0].at + seconds for arrival in arrivals)
    return counted / seconds, refused


def main() -> None:
    (seconds,) = sizes(USUAL, SHORT)
    print(f"sending for {seconds} s against {LIMIT}/s")
    with postgresql() as server:
        for kind in databases():
            rate, refused = measure(kind, seconds, server)
            row(f"{kind}, against {LIMIT}/s", "29.7/s, no 429", f"{rate:.2f}/s, {refused} refused")


if __name__ == "__main__":
    main()
