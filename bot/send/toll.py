"""The turns of one copy's requests: a page of several messages leaves no faster than several pages would."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.send.pace import Pacer

_SLACK = 0.05
"""Seconds that a wait is longer than reckoned: the messenger counts from when the requests before have arrived."""


class Toll:
    """Lets the requests of one copy go. For the first message of it the sender has waited already.

    `messages` is how many turns were asked for; 0 with an adapter that does not ask.
    """

    def __init__(
        self,
        pacer: Pacer,
        chat: str,
        *,
        urgent: bool,
        steady: Callable[[], float],
        nap: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pacer, self._chat, self._urgent = pacer, chat, urgent
        self._steady, self._nap = steady, nap
        self.messages = 0

    async def __call__(self, messages: int) -> None:
        """Returns when a request with so many messages may leave."""
        due = messages if self.messages else messages - 1
        self.messages += messages
        if due <= 0:
            return
        wait = self._pacer.reserve(self._chat, due, self._steady(), urgent=self._urgent)
        while wait > 0:
            await self._nap(wait + _SLACK)
            wait = self._pacer.stopped(self._chat, self._steady())
