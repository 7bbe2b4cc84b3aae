"""An alert while a long broadcast is being sent: `python -m benchmarks.delivery.alert`.

Arguments: `[WAITING] [ALERTS] [SETTLE]`.

The broadcast leaves at the pace that Telegram's adapter has by itself. On PostgreSQL the alerts are planned by another
process, as a gateway does; on SQLite, where there is only one, by a task inside the bot. Measured from the commit to
the arrival of the request, and from before the transaction.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from benchmarks.delivery.alerting_bot import EACH, alert, read
from benchmarks.delivery.stage import PostgreSQL, broadcast, carried_out, database, found_company, postgresql, store_of
from benchmarks.figures import databases, percentile, row, sizes
from benchmarks.processes import Bot, Telegram, running, telegram, until

USUAL, SHORT = (100_000, 400, 5), (100, 3, 0)
"""People, alerts, and the seconds for which the broadcast runs before the first one."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds of each alert from its commit, and from before its transaction."""

    committed: list[float]
    decided: list[float]


def measure(kind: str, waiting: int, alerts: int, settle: int, server: PostgreSQL) -> Delays:
    """Runs the broadcast and the alerts."""
    with database(kind, server) as url, telegram() as wire:
        found_company(url, waiting)
        broadcast(url)
        plan = _inside if kind == "sqlite" else _beside
        planned = plan(url, wire, waiting, alerts, settle)
        arrived = {arrival.number: arrival.at for arrival in wire.arrivals() if arrival.number}
    return Delays(
        [(arrived[number] - after) * 1000 for number, (_, after) in planned.items()],
        [(arrived[number] - before) * 1000 for number, (before, _) in planned.items()],
    )


def _inside(url: str, wire: Telegram, waiting: int, alerts: int, settle: int) -> dict[int, tuple[float, float]]:
    module = ("benchmarks.delivery.alerting_bot", *map(str, (waiting, alerts, settle)))
    bot = Bot(url, wire, module=module)
    with running(bot):
        _all_arrived(wire, alerts)
        return read(bot.output())


def _beside(url: str, wire: Telegram, waiting: int, alerts: int, settle: int) -> dict[int, tuple[float, float]]:
    bot = Bot(url, wire)
    planned: dict[int, tuple[float, float]] = {}
    with running(bot), store_of(url) as store:
        until(lambda: wire.sends, 60, "the broadcast")
        time.sleep(settle)
        for number in range(1, alerts + 1):
            time.sleep(random.expovariate(1 / EACH))
            change = alert(number, waiting)
            before = time.monotonic()
            carried_out(store, change)
            planned[number] = before, time.monotonic()
        _all_arrived(wire, alerts)
    return planned


def _all_arrived(wire: Telegram, alerts: int) -> None:
    def arrived() -> bool:
        return sum(arrival.number > 0 for arrival in wire.arrivals()) >= alerts

    until(arrived, 120 + 3 * alerts * EACH, "all alerts", every=1)


def main() -> None:
    waiting, alerts, settle = sizes(USUAL, SHORT)
    print(f"{alerts} alerts while {waiting:,} deliveries wait and leave at 30/s")
    with postgresql() as server:
        for kind in databases():
            delays = measure(kind, waiting, alerts, settle, server)
            for name, values in (
                ("from the commit", delays.committed),
                ("from before the transaction", delays.decided),
            ):
                p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
                seen = f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, worst {max(values):.0f} ms"
                row(f"{kind}, {name}", "p50 30 ms, p99 120 ms", seen)


if __name__ == "__main__":
    main()
