"""Events by webhook on PostgreSQL, stored, handled and answered: `python -m benchmarks.delivery.events`.

Arguments: `[EVENTS] [RUNS] [UNCOUNTED]`.

People open the main menu; an event is done when its answer has reached the server. One process that does everything,
then a gateway and a sender, then two gateways and a sender. All of it, with PostgreSQL, the load and the server, shares
this machine's cores, so the processor time of each process is shown too: what one core of its own would do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delivery.stage import FIRST, PostgreSQL, database, found_company, postgresql
from benchmarks.figures import is_short, median, row, sizes
from benchmarks.processes import ROOT, UNLIMITED, Bot, Telegram, cpu, running, telegram, until

USUAL, SHORT = (6_000, 3, 300), (60, 1, 30)
"""Events, runs, and events before them that are not counted."""
PEOPLE = 300
SECRET = "of-this-benchmark"
MOST = "two gateways and a sender"
ROLES = {
    "one process": ("all",),
    "a gateway and a sender": ("gateway", "sender"),
    MOST: ("gateway", "gateway", "sender"),
}


@dataclass(frozen=True, slots=True)
class Handled:
    """Events a second; milliseconds of processor time for an event in each process, and in PostgreSQL."""

    rate: float
    each: tuple[float, ...]
    base: float


def measure(roles: tuple[str, ...], events: int, uncounted: int, server: PostgreSQL) -> Handled:
    """All events by these processes."""
    with database("postgresql", server) as url, telegram() as wire:
        found_company(url, PEOPLE)
        bots = [_process(url, wire, role) for role in roles]
        with running(*bots):
            for bot in bots:
                bot.ready()
            doors = [f"http://127.0.0.1:{bot.port}/telegram" for bot, role in zip(bots, roles, strict=True)]
            doors = [door for door, role in zip(doors, roles, strict=True) if role != "sender"]
            _post(wire, doors, uncounted, 0)
            before, base = [bot.cpu() for bot in bots], postgresql_cpu(server)
            began = _post(wire, doors, events, uncounted)
            spent = [bot.cpu() - used for bot, used in zip(bots, before, strict=True)]
            base = postgresql_cpu(server) - base
        last = wire.arrivals()[uncounted + events - 1].at
    each = tuple(seconds / events * 1000 for seconds in spent)
    return Handled(events / (last - began), each, base / events * 1000)


def _process(url: str, wire: Telegram, role: str) -> Bot:
    own = {"TELEGRAM__WEBHOOK_URL": "http://127.0.0.1/telegram", "TELEGRAM__WEBHOOK_SECRET": SECRET}
    return Bot(url, wire, role=role, **UNLIMITED, **own)


def _post(wire: Telegram, doors: list[str], events: int, answered: int) -> float:
    """Posts events and waits for all answers; when the first one left. The numbers go on from `answered`."""
    words = [*map(str, (events, answered, PEOPLE, FIRST + 1)), "/menu", SECRET, *doors]
    command = [sys.executable, "-m", "benchmarks.delivery.load", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as load:
        try:
            assert load.stdout is not None
            began = float(load.stdout.readline())
            until(lambda: wire.sends >= answered + events, 60 + events / 20, "all answers", every=0.1)
            assert load.wait(10) == 0
        finally:
            load.kill()
    return began


def postgresql_cpu(server: PostgreSQL) -> float:
    """Seconds of processor time that the server's processes have used."""
    total = 0.0
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and (place.name == str(server.pid) or _parent(place) == server.pid):
            total += cpu(int(place.name))
    return total


def _parent(place: Path) -> int:
    try:
        return int((place / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def main() -> None:
    events, runs, uncounted = sizes(USUAL, SHORT)
    wanted = {name: roles for name, roles in ROLES.items() if name != MOST or not is_short()}
    print(f"{events:,} events by webhook on PostgreSQL, medians of {runs}; {os.cpu_count()} cores shared by everything")
    with postgresql() as server:
        found: dict[str, list[Handled]] = {name: [] for name in wanted}
        for _ in range(runs):
            for name, roles in wanted.items():
                found[name].append(measure(roles, events, uncounted, server))
        one = median([handled.rate for handled in found["one process"]])
        for name, roles in wanted.items():
            rate = median([handled.rate for handled in found[name]])
            times = [median([handled.each[place] for handled in found[name]]) for place in range(len(roles))]
            base = median([handled.base for handled in found[name]])
            spent = ", ".join(f"{role} {time:.1f}" for role, time in zip(roles, times, strict=True))
            seen = (
                f"{rate:.0f}/s ({rate / one:.2f} times one process); CPU ms an event: {spent}, PostgreSQL {base:.1f}; "
                f"{1000 / sum(times):.0f}/s for each core of the bot"
            )
            row(name, "300/s a core, 1.6 times" if name == MOST else "300/s a core", seen)


if __name__ == "__main__":
    main()
