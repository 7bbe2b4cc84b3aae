"""Posts updates to webhooks as Telegram does: `python -m benchmarks.delivery.load`.

Arguments: `EVENTS AFTER PEOPLE FIRST TEXT SECRET URL…`; the updates are numbered from AFTER on, and their people from
FIRST on.

Some connections to each gateway, each with the next update once the last one was taken; one that was not taken is
repeated. Prints the moment of the first one by CLOCK_MONOTONIC.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from benchmarks.delivery.server import update

CONNECTIONS = 24
"""To each gateway."""
_REPEAT = 0.05


async def post(url: str, secret: str, waiting: Iterator[bytes]) -> None:
    """Posts one update after the other over one connection."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
    ).encode()
    for body in waiting:
        while True:
            writer.write(b"%b%d\r\n\r\n%b" % (head, len(body), body))
            if await _taken(reader):
                break
            await asyncio.sleep(_REPEAT)
    writer.close()


async def _taken(reader: asyncio.StreamReader) -> bool:
    answer = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0].partition(b":")[2]) if lengths else 0)
    return answer.split(b" ", 2)[1] == b"200"


async def main(events: int, after: int, people: int, first: int, text: str, secret: str, urls: list[str]) -> None:
    numbers = range(after + 1, after + events + 1)
    made = (json.dumps(update(number, first + number % people, text)).encode() for number in numbers)
    sys.stdout.write(f"{time.monotonic()}\n")
    sys.stdout.flush()
    await asyncio.gather(*(post(url, secret, made) for url in urls for _ in range(CONNECTIONS)))


if __name__ == "__main__":
    events, after, people, first = map(int, sys.argv[1:5])
    asyncio.run(main(events, after, people, first, sys.argv[5], sys.argv[6], sys.argv[7:]))
