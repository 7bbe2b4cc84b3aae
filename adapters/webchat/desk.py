"""Where the two sides of the web chat meet: the pages of people, and the messenger that the bot writes to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from adapters.webchat.feed import Feed
from adapters.webchat.history import History
from adapters.webchat.texts import NOT_KEPT, STARTING
from core.chat.adapter import Surroundings
from core.chat.events import Attached, Event, Said
from core.chat.messenger import Inbox
from core.chat.pages import Part
from core.chat.phrases import Phrase

_log = structlog.get_logger(__name__)


class NotKept(Exception):
    """An event could not be handed over; the person is told `reason` and can send it again."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.reason = reason


class Desk:
    """The history and the open pages of all people; `inbox` is where their events go, None while nobody takes them."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.history = History(around.data_dir / "webchat.db")
        self.feed = Feed()
        self.inbox: Inbox | None = None

    async def receive(self, events: Sequence[Event], shown: tuple[int, Part] | None = None) -> None:
        """Stores events of one person and shows their message, under an id reserved before. May raise `NotKept`.

        The message is shown only when its events are kept; the reserved id puts it above the answer to it even if
        the answer is quicker.
        """
        if self.inbox is None:
            raise NotKept(STARTING)
        first = events[0]
        try:
            await self.inbox.store(events, None)
            if shown is not None:
                to = int(first.reply_to) if isinstance(first, Said | Attached) and first.reply_to else None
                await asyncio.to_thread(self.history.say, shown[0], first.chat, first.at, shown[1], first.id, to)
        except Exception as error:
            _log.warning("web_event_not_kept", error=type(error).__name__)
            raise NotKept(NOT_KEPT) from error
        self.feed.wake(first.chat)
