"""kill -9 during a broadcast: `python -m benchmarks.delivery.kills [DELIVERIES] [KILLS]`.

On SQLite the one process is started again at once. On PostgreSQL two senders run, the one that sends is killed, and is
started again as the standby. Each person's message is counted on the server. What was on its way at a kill is uncertain
afterwards, and not sent again.
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
    """Copies that never arrived and are not told as uncertain, further arrivals of the same one, uncertain ones, and
    requests without an answer at the kills.

    `allowed` is how many may be uncertain.
    """

    lost: int
    twice: int
    uncertain: int
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
            patience = TAKEN_OVER + deliveries / 50
            until(lambda: _settled(url) == deliveries, patience, "every outcome", every=0.5)
            for bot in bots.values():
                bot.ready()
                assert bot.terminate()[0] == 0, bot.log()
        unanswered = sum(wire.state()["broken"].values())
        reached, uncertain = int(wire.state()["reached"]), states(url)["uncertain"]
        lost = max(0, deliveries - reached - uncertain)
        return Result(lost, wire.sends - reached, uncertain, unanswered, kills * IN_FLIGHT)


def _reach(wire: Telegram, place: int) -> None:
    until(lambda: wire.sends >= place, TAKEN_OVER + place / 50, f"message {place}")


def _settled(url: str) -> int:
    found = states(url)
    return found["sent"] + found["uncertain"]


def main() -> None:
    deliveries, kills = sizes(USUAL, SHORT)
    print(f"{kills} kill -9 during {deliveries:,} deliveries, {IN_FLIGHT} in flight")
    with postgresql() as server:
        for kind in databases():
            result = measure(kind, deliveries, kills, server)
            seen = (
                f"{result.lost} lost, {result.twice} twice; {result.uncertain} uncertain, at most {result.allowed}; "
                f"{result.unanswered} without an answer at the kills"
            )
            row(f"{kind}, Telegram", "0 lost, 0 twice", seen)


if __name__ == "__main__":
    main()
