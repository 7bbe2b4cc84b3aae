"""What a delivery costs the longer the queue is: `python -m benchmarks.delivery.rows [RUNS] [FEW] [MORE] [MOST]`.

One round is what the sender does with the database: the outcomes of 40 copies go in and the next 40 come out, in one
transaction. Planned in one broadcast to so many people, and measured right after it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from benchmarks.delivery.stage import PostgreSQL, broadcast, database, found_company, postgresql, store_of
from benchmarks.figures import databases, median, row, sizes
from core.chat.messenger import Receipt
from core.copies import Settle, Settled, Wanted, WantedCopies
from core.delivery import DeliveryState
from core.unit_of_work import UnitOfWork

USUAL, SHORT = (5, 1_000, 100_000, 1_000_000), (1, 1_000, 1_500)
"""Runs, and the lengths of the queue."""
COPIES = 40
ROUNDS = 20
"""With `COPIES` each, no more than the shortest queue has."""


def measure(kind: str, waiting: int, server: PostgreSQL) -> float:
    """Microseconds for a delivery, the median of the rounds."""
    taken = []
    with database(kind, server) as url:
        found_company(url, waiting)
        broadcast(url)
        with store_of(url) as store:
            copies: tuple[Wanted, ...] = ()
            for _ in range(ROUNDS + 2):
                began = time.perf_counter()
                copies = store.transact_now(partial(_round, copies))
                taken.append(time.perf_counter() - began)
                assert len(copies) == COPIES
    return median(taken[2:]) / COPIES * 1e6  # the first rounds have nothing to write down, and prepare statements


def _round(sent: Sequence[Wanted], uow: UnitOfWork) -> tuple[Wanted, ...]:
    if sent:
        uow.apply(Settle(tuple(_outcome(copy) for copy in sent)))
    return uow.ask(WantedCopies("telegram", COPIES))


def _outcome(copy: Wanted) -> Settled:
    return Settled(
        delivery_id=copy.delivery_id,
        state=DeliveryState.SENT,
        shown=copy.revision,
        receipt=Receipt((str(copy.delivery_id),)),
    )


def main() -> None:
    runs, *waiting = sizes(USUAL, SHORT)
    print(f"rounds of {COPIES} deliveries, medians of {ROUNDS} in {runs} runs side by side")
    with postgresql() as server:
        for kind in databases():
            measure(kind, waiting[0], server)  # a database server that has just started is slower
            found = [[measure(kind, number, server) for number in waiting] for _ in range(runs)]
            costs = [median(each) for each in zip(*found, strict=True)]
            each = ", ".join(f"{cost:.0f} µs at {number:,}" for number, cost in zip(waiting, costs, strict=True))
            row(f"{kind}, cost for a delivery", "within 1.5 times", f"{max(costs) / min(costs):.2f} times: {each}")


if __name__ == "__main__":
    main()
