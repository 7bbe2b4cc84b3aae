"""A broadcast of the whole bot against a bare loop: `python -m benchmarks.delivery.sending [MESSAGES] [PAIRS]`.

The server answers after 50 ms and has no limit; both have 100 requests in flight. The campaign is planned before the
bot starts. Time counts from the first message's arrival to the last one's; in the end all copies are written down as
sent. The loop then sends the very same bodies.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from benchmarks.delivery.stage import PostgreSQL, broadcast, database, found_company, postgresql, states
from benchmarks.figures import databases, median, row, sizes
from benchmarks.processes import ROOT, UNLIMITED, Arrival, Bot, running, telegram, until

USUAL, SHORT = (20_000, 3), (200, 1)
"""Messages and pairs."""
DELAY, IN_FLIGHT = 0.05, 100


def measure(kind: str, messages: int, server: PostgreSQL) -> tuple[float, float]:
    """Messages a second of the bot, and of the bare loop right after it."""
    with database(kind, server) as url, telegram(delay=DELAY) as wire:
        found_company(url, messages)
        broadcast(url)
        bot = Bot(url, wire, **UNLIMITED)
        with running(bot):
            until(lambda: wire.sends >= messages, 60 + messages / 20, "all messages", every=0.25)
            assert bot.terminate()[0] == 0, bot.log()
        assert states(url)["sent"] == messages == wire.sends
        command = [sys.executable, "-m", "benchmarks.delivery.bare", wire.url, str(messages), str(IN_FLIGHT)]
        subprocess.run(command, cwd=ROOT, check=True, timeout=60 + messages / 20)
        arrivals = wire.arrivals()
    return rate(arrivals[:messages]), rate(arrivals[messages:])


def rate(arrivals: Sequence[Arrival]) -> float:
    """Messages a second between the first and the last."""
    return (len(arrivals) - 1) / (arrivals[-1].at - arrivals[0].at)


def main() -> None:
    messages, pairs = sizes(USUAL, SHORT)
    print(f"{messages:,} messages, {DELAY * 1000:.0f} ms, {IN_FLIGHT} in flight, medians of {pairs} pairs")
    with postgresql() as server:
        for kind in databases():
            found = [measure(kind, messages, server) for _ in range(pairs)]
            ratios = [ours / bare for ours, bare in found]
            seen = (
                f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}): "
                f"{median([ours for ours, _ in found]):.0f}/s, bare {median([bare for _, bare in found]):.0f}/s"
            )
            row(f"{kind}, durable, against a bare aiohttp loop", "0.9", seen)


if __name__ == "__main__":
    main()
