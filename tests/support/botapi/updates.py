"""Updates waiting for the bot: what is allowed is kept until confirmed, the rest is lost."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.support.botapi.model import Json
from tests.support.botapi.refusal import RefusedError

KINDS = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "shipping_query",
        "poll",
        "pre_checkout_query",
        "poll_answer",
        "chat_join_request",
    ]
)
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
_KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    id: int
    kind: str
    chat_id: int
    body: Json
    at: datetime

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


@dataclass(eq=False)
class _Poll:
    ended: RefusedError | None = None


class Updates:
    """`lost` are the updates nobody will get, because `allowed_updates` left them out."""

    def __init__(self, changed: asyncio.Condition, now: Callable[[], datetime]) -> None:
        self.pending: list[Update] = []
        self.lost: list[Update] = []
        self.allowed = KINDS - ON_REQUEST
        self._changed = changed
        self._now = now
        self._next_id = 431_000_001
        self._poll: _Poll | None = None

    def add(self, kind: str, chat_id: int, body: Json) -> None:
        update = Update(id=self._next_id, kind=kind, chat_id=chat_id, body=body, at=self._now())
        self._next_id += 1
        (self.pending if kind in self.allowed else self.lost).append(update)

    def allow(self, kinds: Any) -> None:
        """None leaves the last choice, an empty list means the default."""
        if isinstance(kinds, list):
            self.allowed = frozenset(map(str, kinds)) & KINDS or KINDS - ON_REQUEST

    def expire(self) -> None:
        self.pending = [update for update in self.pending if self._now() - update.at < _KEPT_FOR]

    def confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [update for update in self.pending if update.id >= offset]

    def end_poll(self, reason: RefusedError) -> None:
        if self._poll:
            self._poll.ended = reason

    async def poll(self, offset: int, limit: int, seconds: int) -> Sequence[Update]:
        """Wait up to so many real seconds; a newer poll ends an older one with a 409."""
        self.end_poll(RefusedError(409, _OTHER_POLL))
        self.expire()
        self.confirm(offset)
        poll = self._poll = _Poll()
        try:
            async with self._changed:
                self._changed.notify_all()
                async with asyncio.timeout(max(seconds, 0)):
                    await self._changed.wait_for(lambda: bool(poll.ended or self.pending))
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None
        if poll.ended:
            raise poll.ended
        return self.pending[: min(max(limit, 1), 100)]
