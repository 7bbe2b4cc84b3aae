"""How long it takes to plan a campaign for everybody: `python -m benchmarks.delivery.planning [PEOPLE] [MANY] [RUNS]`.

From the transaction's begin until it is committed. MANY people are tried on PostgreSQL alone; 0 leaves that out.
"""

from __future__ import annotations

import time
from functools import partial

from benchmarks.delivery.stage import (
    EVERYBODY,
    PostgreSQL,
    carried_out,
    database,
    found_company,
    postgresql,
    store_of,
    words,
)
from benchmarks.figures import median, row, sizes
from core.delivery import Priority, Progress, Send, Tally
from core.unit_of_work import UnitOfWork
from tests.support.notices import WORD

USUAL, SHORT = (100_000, 1_000_000, 3), (200, 0, 1)
"""People, people on PostgreSQL alone, and runs."""


def measure(kind: str, people: int, runs: int, server: PostgreSQL) -> list[float]:
    """Seconds of each campaign for so many people."""
    taken = []
    with database(kind, server) as url:
        found_company(url, people)
        with store_of(url) as store:
            for number in range(runs):
                change = Send(kind=WORD, content=words(number), to=EVERYBODY, priority=Priority.BROADCAST)
                began = time.perf_counter()
                message = carried_out(store, change)
                taken.append(time.perf_counter() - began)
                tally = store.transact_now(partial(_progress, message))
                assert tally.waiting == tally.total == people, tally
    return taken


def _progress(message: int, uow: UnitOfWork) -> Tally:
    return uow.ask(Progress(message))


def main() -> None:
    people, many, runs = sizes(USUAL, SHORT)
    print(f"planning a campaign, medians of {runs}")
    with postgresql() as server:
        for kind, number, figure in (
            ("sqlite", people, "2 s for 100,000"),
            ("postgresql", people, "2 s for 100,000"),
            ("postgresql", many, "20 s for 1,000,000"),
        ):
            if number:
                taken = measure(kind, number, runs, server)
                row(f"{kind}, {number:,} people", figure, f"{median(taken):.2f} s (worst {max(taken):.2f} s)")


if __name__ == "__main__":
    main()
