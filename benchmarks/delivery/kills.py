"""kill -9 during a broadcast: `python -m benchmarks.delivery.kills [DELIVERIES] [KILLS]`.

On SQLite the one process is started again at once. On PostgreSQL two senders run, the one that sends is killed, and is
started again as the standby. Each person's message is counted on the server.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from benchmarks.delivery.stage import PostgreSQL, broadcast, database, found_company, postgresql, states
from benchmarks.figures import databases, row, sizes
from benchmarks.processes import UNLIMITED, Bot, Telegram, running, telegram, until

USUAL, SHORT = (20_000, 20), (300, 1)
"""Deliveries and kills."""
DELAY, IN_FLIGHT = 0.05, 50
TAKEN_OVER = 60.0
"""Seconds after a kill within which messages must arrive again."""


@dataclass(frozen=True, slots=True)
class Result:
    """Copies that never arrived, further arrivals of the same one, and requests without an answer at the kills.

    `allowed` is how many may have left without being written down.
    """

    lost: int
    twice: int
    unanswered: int
    allowed: int


def measure(kind: str, deliveries: int, kills: int, server: PostgreSQL) -> Result:
    """Kills whoever sends at random places of the broadcast."""
    with database(kind, server) as url, telegram(delay=DELAY) as wire, TemporaryDirectory(prefix="kollega-") as data:
        own = UNLIMITED | {"TELEGRAM__PACE__IN_FLIGHT": str(IN_FLIGHT), "DATA_DIR": data}
        found_company(url, deliveries)
        broadcast(url)
        names = ("",) if kind == "sqlite" else ("a", "b")
        bots = {who: Bot(url, wire, role="sender" if who else "", who=who, **own) for who in names}
        with running(*bots.values()):
            for place in sorted(random.sample(range(1, deliveries), kills)):
                _reach(wire, place)
                bot = bots[wire.latest().who]
                bot.kill()
                bot.start()
                _reach(wire, min(deliveries, wire.sends + 1))
            until(lambda: _lost(wire, deliveries) == 0, TAKEN_OVER + deliveries / 50, "every person", every=0.5)
            # A kill near the end leaves copies that have arrived and are not written down yet.
            until(lambda: states(url)["sent"] == deliveries, TAKEN_OVER + deliveries / 50, "every outcome", every=0.5)
            for bot in bots.values():
                bot.ready()
                assert bot.terminate()[0] == 0, bot.log()
        unanswered = sum(wire.state()["broken"].values())
        return Result(_lost(wire, deliveries), wire.sends - deliveries, unanswered, kills * IN_FLIGHT)


def _reach(wire: Telegram, place: int) -> None:
    until(lambda: wire.sends >= place, TAKEN_OVER + place / 50, f"message {place}")


def _lost(wire: Telegram, deliveries: int) -> int:
    return deliveries - int(wire.state()["reached"])


def main() -> None:
    deliveries, kills = sizes(USUAL, SHORT)
    print(f"{kills} kill -9 during {deliveries:,} deliveries, {IN_FLIGHT} in flight")
    with postgresql() as server:
        for kind in databases():
            result = measure(kind, deliveries, kills, server)
            seen = (
                f"{result.lost} lost, {result.twice} twice; {result.unanswered} without an answer at the kills, "
                f"at most {result.allowed} not written down"
            )
            row(f"{kind}, Telegram", "0 lost, in flight twice", seen)


if __name__ == "__main__":
    main()
