"""A whole bot in whose process alerts are planned: `python -m benchmarks.delivery.alerting_bot`.

Arguments: `WAITING ALERTS SETTLE`, the last in seconds from the start to the first alert.

Prints when each was decided and committed, by CLOCK_MONOTONIC.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from functools import partial

from core.chat.screens import screen
from core.delivery import Priority, Send, ToPerson
from core.unit_of_work import UnitOfWork
from tests.support.notices import WORD

EACH = 0.25
"""Seconds between two alerts on average."""


def alert(number: int, people: int) -> Send:
    """An alert to one of the people whose turn in the broadcast comes last."""
    return Send(
        kind=WORD,
        content=screen(None, f"Missed call: call the client back ~{number}~"),
        to=ToPerson(people - number),
        priority=Priority.ALERT,
    )


def read(printed: str) -> dict[int, tuple[float, float]]:
    """When each alert was decided and committed, by its number."""
    rows = (line.split() for line in printed.splitlines())
    return {int(number): (float(before), float(after)) for number, before, after in rows}


def _plan(change: Send, uow: UnitOfWork) -> None:
    uow.apply(change)


async def main(waiting: int, alerts: int, settle: int) -> None:
    from bot.build import build
    from bot.run.logs import set_up
    from bot.run.settings import load
    from bot.run.web import Readiness

    set_up()
    app = (await asyncio.to_thread(build, load(), Readiness()))()
    async with app.running():
        await asyncio.sleep(settle)
        for number in range(1, alerts + 1):
            await asyncio.sleep(random.expovariate(1 / EACH))
            plan = partial(_plan, alert(number, waiting))
            before = time.monotonic()
            await app.store.transact(plan)
            sys.stdout.write(f"{number} {before} {time.monotonic()}\n")
            sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
