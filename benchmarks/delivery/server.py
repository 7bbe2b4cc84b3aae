"""A lean Bot API server that is never the bottleneck: `python -m benchmarks.delivery.server [OPTIONS]`.

It speaks HTTP/1.1 by hand over a plain protocol and prints its port. The path before `/bot` tells processes apart.
Each message is noted with the moment of its arrival (CLOCK_MONOTONIC), who sent it, its chat and the number that its
text has as `~17~`. GET /-/state and /-/sends tell what came, GET /-/bodies gives the requests themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_KIND = re.compile(rb"\r\ncontent-type:\s*([^\r\n]+)", re.IGNORECASE)
_CHAT = re.compile(rb"chat_id\"?(?:=|:\s*\"?|\r\n\r\n)(-?\d+)")  # a form, JSON, or a form of several parts
_TIMEOUT = re.compile(rb"\btimeout\"?(?:=|:\s*\"?|\r\n\r\n)(\d+)")
_OFFSET = re.compile(rb"\boffset\"?(?:=|:\s*\"?|\r\n\r\n)(\d+)")
_NUMBER = re.compile(rb"(?:~|%7E)(\d+)(?:~|%7E)")
_TARGET = re.compile(r"(?P<who>.*?)/bot[^/]+/(?P<method>\w+)")
_BOT = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Bench","username":"bench_bot"}}'
_TRUE = b'{"ok":true,"result":true}'
_TOLD = {
    "getme": _BOT,
    "getwebhookinfo": b'{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}',
    "getmydescription": b'{"ok":true,"result":{"description":""}}',
    "getmyshortdescription": b'{"ok":true,"result":{"short_description":""}}',
}
_KEPT = 2000
"""Bodies of messages that are kept to be sent again by a bare loop."""
_PAGE = 100
"""Updates in one answer."""


@dataclass(slots=True)
class State:
    """What has happened so far: messages, to how many chats, refusals, updates handed out.

    `broken` are messages whose sender went away before the answer, by sender.
    """

    sends: int = 0
    reached: int = 0
    refused: int = 0
    handed: int = 0
    broken: Counter[str] = field(default_factory=Counter)


class Limit:
    """A bucket of a second's messages."""

    def __init__(self, rate: float) -> None:
        self._rate, self._level, self._at = rate, rate, time.monotonic()

    def wait(self) -> float:
        """Takes a place; 0, or the seconds until there is one."""
        now = time.monotonic()
        self._level, self._at = min(self._rate, self._level + (now - self._at) * self._rate), now
        if self._level < 1:
            return (1 - self._level) / self._rate
        self._level -= 1
        return 0.0


class Telegram:
    """One bot account. `ahead` holds back updates while so many are not answered yet."""

    def __init__(self, *, delay: float, limit: float, updates: int, people: int, ahead: int, text: str) -> None:
        self._delay, self._limit = delay, Limit(limit) if limit else None
        self._updates, self._people, self._ahead, self._text = updates, people, ahead, text
        self._sends: list[tuple[float, str, int, int]] = []
        self._bodies: list[tuple[str, str]] = []
        self._chats: set[int] = set()
        self.state = State()

    def handle(self, wire: Wire, target: str, kind: bytes, body: bytes) -> None:
        """Answers a request, now or later."""
        found = _TARGET.fullmatch(target)
        method = found["method"].lower() if found else ""
        if found and method == "sendmessage":
            self._take(wire, found["who"].strip("/"), kind, body)
        elif method == "getupdates":
            self._poll(wire, body, time.monotonic() + float(_first(_TIMEOUT, body, 0)))
        elif found:
            wire.answer(_TOLD.get(method, _TRUE))
        else:
            wire.answer(self._told(target))

    def _take(self, wire: Wire, who: str, kind: bytes, body: bytes) -> None:
        now = time.monotonic()
        wait = self._limit.wait() if self._limit is not None else 0.0
        if wait:
            self.state.refused += 1
            wire.answer(_too_many(math.ceil(wait)), status=b"429 Too Many Requests")
            return
        chat, number = _first(_CHAT, body, 0), _first(_NUMBER, body, -1)
        self._sends.append((now, who, chat, number))
        self._chats.add(chat)
        self.state.sends, self.state.reached = len(self._sends), len(self._chats)
        if len(self._bodies) < _KEPT:
            self._bodies.append((kind.decode(), body.decode()))
        message = (
            b'{"ok":true,"result":{"message_id":%d,"date":1800000000,"text":"x",'
            b'"chat":{"id":%d,"type":"private","first_name":"Anna"}}}' % (self.state.sends, chat)
        )
        wire.answer_later(self._delay, message, who)

    def _poll(self, wire: Wire, body: bytes, until: float) -> None:
        """Updates from the offset on, as many as are not too far ahead of the answers."""
        offset = max(1, _first(_OFFSET, body, 1))
        last = min(self._updates, offset + _PAGE - 1, self.state.sends + self._ahead)
        if last >= offset:
            self.state.handed = max(self.state.handed, last)
            found = [self._update(number) for number in range(offset, last + 1)]
            wire.answer(json.dumps({"ok": True, "result": found}).encode())
        elif time.monotonic() >= until:
            wire.answer(b'{"ok":true,"result":[]}')
        else:
            pause = 0.005 if offset <= self._updates else 0.25
            asyncio.get_running_loop().call_later(pause, self._poll, wire, body, until)

    def _update(self, number: int) -> dict[str, object]:
        return update(number, 1_000_001 + number % self._people, self._text)

    def _told(self, target: str) -> bytes:
        path, _, start = target.partition("?from=")
        match path:
            case "/-/state":
                return json.dumps({name: getattr(self.state, name) for name in State.__slots__}).encode()
            case "/-/sends":
                return json.dumps(self._sends[int(start or 0) :]).encode()
            case "/-/bodies":
                return json.dumps(self._bodies).encode()
        return b"{}"


class Wire(asyncio.Protocol):
    """One connection that stays open."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram, self._buffer = telegram, b""
        self._transport: asyncio.Transport | None = None
        self._owed: Counter[str] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._telegram.state.broken.update(self._owed)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = _first(_LENGTH, head, 0)
            if not found or len(rest) < length:
                return
            self._buffer = rest[length:]
            target = head.split(b" ", 2)[1].decode()
            kind = _KIND.search(head)
            self._telegram.handle(self, target, kind[1] if kind else b"", rest[:length])

    def answer(self, body: bytes, status: bytes = b"200 OK") -> None:
        """Answers the request that was read last."""
        if self._transport is not None:
            head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(head % (status, len(body)) + body)

    def answer_later(self, delay: float, body: bytes, who: str) -> None:
        """Answers a message of a sender after so many seconds."""
        if not delay:
            self.answer(body)
            return
        self._owed[who] += 1
        asyncio.get_running_loop().call_later(delay, self._pay, body, who)

    def _pay(self, body: bytes, who: str) -> None:
        if self._transport is not None:
            self._owed[who] -= 1
            self.answer(body)


def update(number: int, person: int, text: str) -> dict[str, object]:
    """A private message of somebody; `{}` in the text becomes the number."""
    user = {"id": person, "is_bot": False, "first_name": "Anna", "language_code": "en"}
    words = text.format(number)
    message: dict[str, object] = {
        "message_id": number,
        "date": 1_800_000_000,
        "chat": {"id": person, "type": "private", "first_name": "Anna"},
        "from": user,
        "text": words,
    }
    if words.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(words.split(" ", 1)[0])}]
    return {"update_id": number, "message": message}


def _first(pattern: re.Pattern[bytes], body: bytes, otherwise: int) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else otherwise


def _too_many(seconds: int) -> bytes:
    said = {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {seconds}",
        "parameters": {"retry_after": seconds},
    }
    return json.dumps(said).encode()


async def serve(telegram: Telegram) -> None:
    """Serves on a free port of the loopback until it is ended."""
    server = await asyncio.get_running_loop().create_server(lambda: Wire(telegram), "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def _options() -> dict[str, Any]:
    options = argparse.ArgumentParser()
    options.add_argument("--delay", type=float, default=0.0, help="seconds until a message is answered")
    options.add_argument("--limit", type=float, default=0.0, help="messages a second; the others get 429")
    options.add_argument("--updates", type=int, default=0)
    options.add_argument("--people", type=int, default=1, help="who write the updates, in turn")
    options.add_argument("--ahead", type=int, default=100, help="updates that may be out without an answer")
    options.add_argument("--text", default="/menu", help="what they write")
    return vars(options.parse_args())


if __name__ == "__main__":
    asyncio.run(serve(Telegram(**_options())))
