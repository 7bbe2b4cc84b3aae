"""The lean Bot API server of this benchmark: hands out updates as fast as they are asked for, counts the answers.

`python -m benchmarks.interaction.server UPDATES PEOPLE` prints its address, and later the seconds from the first
request for updates to the last answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiohttp import web

BOT = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


class LeanServer:
    """Knows getMe, getUpdates and sendMessage; everything else succeeds with True."""

    def __init__(self, updates: int, people: int) -> None:
        self._updates = [_update(number, number % people + 1000) for number in range(1, updates + 1)]
        self._wanted, self._answered, self._started = updates, 0, 0.0
        self.done = asyncio.Event()
        self.seconds = 0.0

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        if method == "getme":
            return _ok(BOT)
        if method == "getupdates":
            return _ok(await self._poll(await params(request)))
        if method == "sendmessage":
            wanted = await params(request)
            self._answered += 1
            if self._answered == self._wanted:
                self.seconds = time.perf_counter() - self._started
                self.done.set()
            return _ok(_message(self._answered, int(wanted["chat_id"]), str(wanted["text"])))
        return _ok(True)

    async def _poll(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        self._started = self._started or time.perf_counter()
        offset = max(1, int(params.get("offset") or 1))
        if offset > len(self._updates):
            await asyncio.sleep(1)
            return []
        return self._updates[offset - 1 : offset + 99]


async def params(request: web.Request) -> dict[str, Any]:
    """What a request says, as JSON or as a form."""
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post())


def _ok(result: object) -> web.Response:
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


def _update(number: int, person: int) -> dict[str, Any]:
    user = {"id": person, "is_bot": False, "first_name": "Anna", "language_code": "en"}
    message = _message(number, person, f"hello {number}") | {"from": user}
    return {"update_id": number, "message": message}


def _message(number: int, chat: int, text: str) -> dict[str, Any]:
    return {
        "message_id": number,
        "date": 1_800_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "Anna"},
        "text": text,
    }


async def serve(updates: int, people: int) -> None:
    server = LeanServer(updates, people)
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", server.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await server.done.wait()
    sys.stdout.write(f"{server.seconds:.3f}\n")
    sys.stdout.flush()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
