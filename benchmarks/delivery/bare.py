"""The loop that the sender is measured against: aiohttp, nothing stored, nothing paced, so many requests in flight.

`python -m benchmarks.delivery.bare SERVER MESSAGES IN_FLIGHT` sends the bodies again that the server has kept.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from itertools import cycle, islice

from aiohttp import ClientSession, TCPConnector

from benchmarks.processes import TOKEN


async def main(server: str, number: int, in_flight: int) -> None:
    url = f"{server}/bot{TOKEN}/sendMessage"
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        async with session.get(f"{server}/-/bodies") as answer:
            kept = await answer.json()
        waiting: Iterator[tuple[str, str]] = islice(cycle(kept), number)

        async def work() -> None:
            for kind, body in waiting:
                async with session.post(url, data=body.encode(), headers={"Content-Type": kind}) as answer:
                    assert (await answer.json())["ok"]

        await asyncio.gather(*(work() for _ in range(in_flight)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
