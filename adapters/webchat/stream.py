"""The stream of server-sent events that keeps an open page up to date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from adapters.webchat.feed import Acknowledged, Feed, MenuChanged, Note, Subscription
from adapters.webchat.history import History
from adapters.webchat.kept import Message
from adapters.webchat.pages import Pages
from core.chat.clock import Clock
from core.chat.phrases import Language

RETRY = b"retry: 1500\n\n"
"""How many milliseconds a browser waits before it connects again."""
_QUIET = 15.0
"""Seconds after which a comment is sent, so that a broken connection is noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """All that a stream draws from."""

    history: History
    feed: Feed
    pages: Pages
    clock: Clock

    async def events(self, subscription: Subscription, language: Language, since: str) -> AsyncIterator[bytes]:
        """What changed after `since` ("epoch.revision"), then what changes, until the feed closes.

        A `since` of another history gives one `reset`: the page must be loaded again.
        """
        epoch, _, number = since.partition(".")
        revision = int(number) if number.isdecimal() and len(number) < 16 else -1
        if epoch != self.history.epoch or revision < 0:
            yield _event("reset", {})
            return
        yield RETRY
        subscription.notes.extend(MenuChanged(chat) for chat in subscription.chats)  # it may have changed meanwhile
        while not self.feed.closed:
            changed = await asyncio.to_thread(self.history.since, subscription.chats, revision)
            if changed is None:
                yield _event("reset", {})
                return
            for message in changed:
                revision = message.revision
                yield self._message(message, language)
            while subscription.notes:
                yield await self._note(subscription.notes.popleft(), language)
            if not await subscription.wait(_QUIET):
                yield b": still here\n\n"

    def _message(self, message: Message, language: Language) -> bytes:
        id = f"{self.history.epoch}.{message.revision}"
        known = {"chat": message.chat, "id": message.id}
        if message.part is None:
            return _event("gone", known, id)
        html = self.pages.message(message, language, self.clock.now())
        return _event("message", {**known, "own": message.own, "call": message.call.value, "html": html}, id)

    async def _note(self, note: Note, language: Language) -> bytes:
        match note:
            case Acknowledged(chat, press, toast):
                return _event("ack", {"chat": chat, "press": press, "toast": toast})
            case MenuChanged(chat):
                menu = await asyncio.to_thread(self.history.menu, chat, language.code)
                return _event("menu", {"chat": chat, "html": self.pages.menu(chat, menu, language)})


def _event(name: str, data: Mapping[str, object], id: str = "") -> bytes:
    head = f"id: {id}\n" if id else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
