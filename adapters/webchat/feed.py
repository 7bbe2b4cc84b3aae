"""Who is looking at which chats, so that an open page learns of a change at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A press was handled; `toast` is shown for a moment."""

    chat: str
    press: str
    toast: str | None


@dataclass(frozen=True, slots=True)
class MenuChanged:
    """The commands of a chat are others now."""

    chat: str


Note = Acknowledged | MenuChanged
"""What an open page is told and a later one need not know."""


class Subscription:
    """One open page. `notes` wait to be sent; at most 50, the oldest give way."""

    def __init__(self, chats: Iterable[str]) -> None:
        self.chats = tuple(dict.fromkeys(chats))
        self.notes: deque[Note] = deque(maxlen=50)
        self.woken = asyncio.Event()

    async def wait(self, seconds: float) -> bool:
        """Waits for news; False when there were none."""
        try:
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        except TimeoutError:
            return False
        self.woken.clear()
        return True


class Feed:
    """All open pages."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()
        self._left = asyncio.Event()
        self.closed = False

    @contextmanager
    def subscribe(self, chats: Iterable[str]) -> Iterator[Subscription]:
        """A subscription for as long as the page is open."""
        subscription = Subscription(chats)
        self._open.add(subscription)
        try:
            yield subscription
        finally:
            self._open.discard(subscription)
            self._left.set()

    def wake(self, chat: str) -> None:
        """Tells the pages of a chat that its history changed."""
        for page in self._open:
            if chat in page.chats:
                page.woken.set()

    def tell(self, note: Note) -> None:
        """Gives a note to the pages of its chat."""
        for page in self._open:
            if note.chat in page.chats:
                page.notes.append(note)
                page.woken.set()

    def tell_menu(self, chat: str | None) -> None:
        """Tells the pages of a chat, or all pages, that commands changed."""
        for page in self._open:
            for shown in page.chats:
                if chat in (None, shown):
                    page.notes.append(MenuChanged(shown))
                    page.woken.set()

    def close(self) -> None:
        """Ends all subscriptions."""
        self.closed = True
        for page in self._open:
            page.woken.set()

    async def emptied(self, patience: float) -> None:
        """Waits until all pages have left, or so many seconds for those that do not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._open:
                    self._left.clear()
                    await self._left.wait()
