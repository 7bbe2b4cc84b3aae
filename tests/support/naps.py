"""Waiting that a test ends when it likes."""

from __future__ import annotations

import asyncio


class Naps:
    """Stands for `sleep`: remembers what was asked for and lasts until the test wakes it."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._waking: dict[float, list[asyncio.Event]] = {}
        self._asked = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        waking = asyncio.Event()
        self.asked.append(seconds)
        self._waking.setdefault(seconds, []).append(waking)
        self._asked.set()
        await waking.wait()

    async def taken(self, seconds: float) -> None:
        """Wait until a nap of that length is taken."""
        async with asyncio.timeout(5):
            while not self._waking.get(seconds):
                self._asked.clear()
                await self._asked.wait()

    async def wake(self, seconds: float) -> None:
        """Wait until a nap of that length is taken, and end it."""
        await self.taken(seconds)
        self._waking[seconds].pop(0).set()
