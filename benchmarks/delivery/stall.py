"""The sender is stopped (SIGSTOP) and continued: `python -m benchmarks.delivery.stall`.

Arguments: `[SECONDS] [STALLS] [DELIVERIES]`; there must be more of the last than are sent until the last stall.

Two senders on PostgreSQL. Whichever sends is stopped in the middle of a broadcast, the other takes over; when the first
goes on, nothing of it may reach the server any more. The server tells their requests apart.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from benchmarks.delivery.stage import PostgreSQL, broadcast, database, found_company, postgresql, states
from benchmarks.figures import is_short, row, sizes
from benchmarks.processes import UNLIMITED, Arrival, Bot, Telegram, running, telegram, until

USUAL, SHORT = (30, 1, 4_500), (0, 1, 300)
A_SECOND = 100
DELAY, IN_FLIGHT = 0.05, 20
TAKEN_OVER, BETWEEN = 60.0, 5.0
"""Seconds within which the other must send, and at most from one stall to the next."""


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of each take-over, messages of the stopped ones after it, and what was lost and came twice.

    `uncertain` is what was on its way when a sender was stopped: not sent again, and told.
    """

    seconds: tuple[float, ...]
    after_fence: int
    lost: int
    twice: int
    uncertain: int


def measure(seconds: int, stalls: int, deliveries: int, server: PostgreSQL) -> Result:
    """Stops who sends, each time for so long, or until the other has sent if that takes longer."""
    own = UNLIMITED | {"TELEGRAM__PACE__IN_FLIGHT": str(IN_FLIGHT), "TELEGRAM__PACE__OVERALL": str(A_SECOND)}
    with database("postgresql", server) as url, telegram(delay=DELAY) as wire, TemporaryDirectory() as data:
        own["DATA_DIR"] = data
        found_company(url, deliveries)
        broadcast(url)
        bots = {who: Bot(url, wire, role="sender", who=who, **own) for who in ("a", "b")}
        with running(*bots.values()):
            for bot in bots.values():
                bot.ready()
            until(lambda: wire.sends, 30, "the broadcast")
            stopped = [_stall(wire, bots, seconds) for _ in range(stalls)]
            until(lambda: _settled(url) == deliveries, 60 + deliveries / A_SECOND, "every outcome", every=0.5)
            for bot in bots.values():
                bot.ready()
                assert bot.terminate()[0] == 0, bot.log()
        arrivals, reached, uncertain = wire.arrivals(), int(wire.state()["reached"]), states(url)["uncertain"]
    ends = [*stopped[1:], float("inf")]
    turns = [_turn(begin, end, arrivals) for begin, end in zip(stopped, ends, strict=True)]
    late = sum(number for _, number in turns)
    lost, twice = max(0, deliveries - reached - uncertain), len(arrivals) - reached
    return Result(tuple(seconds for seconds, _ in turns), late, lost, twice, uncertain)


def _settled(url: str) -> int:
    found = states(url)
    return found["sent"] + found["uncertain"]


def _stall(wire: Telegram, bots: Mapping[str, Bot], seconds: float) -> float:
    """Stops who sends until the other does; when it was stopped. Both are there again in the end."""
    who = wire.latest().who
    bots[who].send(signal.SIGSTOP)
    stopped = time.monotonic()
    until(lambda: wire.latest().who != who, TAKEN_OVER, "the standby")
    time.sleep(max(0.0, stopped + seconds - time.monotonic()))
    bots[who].send(signal.SIGCONT)
    bots[who].ready()
    time.sleep(1 if is_short() else random.uniform(1, BETWEEN))
    return stopped


def _turn(begin: float, end: float, arrivals: Sequence[Arrival]) -> tuple[float, int]:
    """From one stall to the next: seconds until the other sent, and messages of the stopped one after that."""
    who = next(arrival.who for arrival in reversed(arrivals) if arrival.at <= begin)
    others = [arrival for arrival in arrivals if begin < arrival.at < end]
    taken = next(arrival.at for arrival in others if arrival.who != who)
    return taken - begin, sum(arrival.who == who and arrival.at > taken for arrival in others)


def main() -> None:
    seconds, stalls, deliveries = sizes(USUAL, SHORT)
    print(f"{stalls} stalls of {seconds} s, {A_SECOND} messages a second, {IN_FLIGHT} in flight")
    with postgresql() as server:
        result = measure(seconds, stalls, deliveries, server)
    row("the standby sends after", "15 s", f"{max(result.seconds):.1f} s")
    row("messages of the first one after that", "0", f"{result.after_fence}")
    row("lost; twice; uncertain", "0; 0; in flight", f"{result.lost}; {result.twice}; {result.uncertain}")


if __name__ == "__main__":
    main()
