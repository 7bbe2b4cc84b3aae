"""Shows that an answer is on its way when it takes longer than a moment."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal, part

SLOW = 1.0
"""Seconds after which an answer is slow."""
_SHOWN = 30.0
"""Seconds for which the server shows it at most."""


class TypingNotice:
    """Watches the chats in which somebody waits for an answer."""

    def __init__(self, connection: Connection, *, slow: float = SLOW) -> None:
        self._connection, self._slow = connection, slow
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._shown: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def expect(self, chat: str, room: str) -> None:
        """Somebody wrote in a room and waits."""
        if chat not in self._waiting and chat not in self._shown:
            self._waiting[chat] = asyncio.get_running_loop().call_later(self._slow, self._show, chat, room)

    def answered(self, chat: str) -> None:
        """An answer goes out now."""
        timer = self._waiting.pop(chat, None)
        if timer is not None:
            timer.cancel()
        room = self._shown.pop(chat, None)
        if room is not None:
            self._tell(room, {"typing": False})

    def close(self) -> None:
        """Forgets everybody who waits."""
        for timer in self._waiting.values():
            timer.cancel()
        for task in self._tasks:
            task.cancel()
        self._waiting.clear()

    def _show(self, chat: str, room: str) -> None:
        del self._waiting[chat]
        self._shown[chat] = room
        asyncio.get_running_loop().call_later(_SHOWN, self._shown.pop, chat, None)
        self._tell(room, {"typing": True, "timeout": round(_SHOWN * 1000)})

    def _tell(self, room: str, state: dict[str, Any]) -> None:
        task = asyncio.create_task(self._request(room, state))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _request(self, room: str, state: dict[str, Any]) -> None:
        path = f"/_matrix/client/v3/rooms/{part(room)}/typing/{part(self._connection.user)}"
        try:
            await self._connection.request("PUT", path, state)
        except (Refusal, NotReached, Lost):
            return  # a courtesy: nobody misses it
