"""Telegram's pace: overall, to one private chat, to one group, and no patience with the impatient."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.botapi.model import Chat
from tests.support.botapi.refusal import RefusedError, too_many_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodLimits:
    """Messages a second over all chats, a second to one person after a burst, a minute to one group."""

    per_second: float = 30
    per_person: float = 1
    person_burst: int = 5
    per_group_minute: float = 20


@dataclass(eq=False, kw_only=True)
class _Bucket:
    rate: float
    capacity: float
    level: float = field(init=False)
    at: float

    def __post_init__(self) -> None:
        self.level = self.capacity

    def wait(self, now: float, cost: int) -> float:
        self.level = min(self.capacity, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (min(cost, self.capacity) - self.level) / self.rate)


class Flood:
    """`limits` None lifts all limits; `timer` gives seconds. `impatience` counts requests that came
    before a `retry_after` had passed."""

    def __init__(self, limits: FloodLimits | None, timer: Callable[[], float]) -> None:
        self.limits = limits
        self.impatience = 0
        self._timer = timer
        self._buckets: dict[tuple[str, int], _Bucket] = {}
        self._blocked_until: dict[int | None, float] = {}

    def spend(self, chat: Chat, kind: str, cost: int = 1) -> None:
        """Count messages sent or edited (`kind`), or refuse with the whole seconds to wait."""
        now = self._timer()
        self.check_patience(chat.id)
        if self.limits is None:
            return
        buckets = [(None, self._overall(now, self.limits)), (chat.id, self._own(chat, kind, now, self.limits))]
        for chat_id, bucket in buckets:
            if wait := bucket.wait(now, cost):
                raise self.block(max(1, math.ceil(wait)), chat_id)
        for _, bucket in buckets:
            bucket.level -= cost

    def block(self, seconds: int, chat_id: int | None) -> RefusedError:
        """From now on refuse for so long: one chat, or all of them with None."""
        self._blocked_until[chat_id] = self._timer() + seconds
        return too_many_requests(seconds)

    def check_patience(self, chat_id: int | None) -> None:
        until = max(self._blocked_until.get(chat_id, 0.0), self._blocked_until.get(None, 0.0))
        left = until - self._timer()
        if left > 0:
            self.impatience += 1
            raise too_many_requests(max(1, math.ceil(left)))

    def _overall(self, now: float, limits: FloodLimits) -> _Bucket:
        bucket = _Bucket(rate=limits.per_second, capacity=limits.per_second, at=now)
        return self._buckets.setdefault(("all", 0), bucket)

    def _own(self, chat: Chat, kind: str, now: float, limits: FloodLimits) -> _Bucket:
        if chat.kind == "private":
            bucket = _Bucket(rate=limits.per_person, capacity=limits.person_burst, at=now)
        else:
            bucket = _Bucket(rate=limits.per_group_minute / 60, capacity=limits.per_group_minute, at=now)
        return self._buckets.setdefault((kind, chat.id), bucket)
