"""How fast a bot account may send: a bucket for everything, one for each chat, and pauses that a messenger imposes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from core.chat.capabilities import Pace

_REMEMBERED = 20_000
"""Chats whose bucket is kept; one that was forgotten is long full again."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` tokens a second, at most `size`. Times are seconds of any steady clock."""

    rate: float
    size: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when one is."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 - 1e-9 else (1 - self.level) / self.rate

    def take(self) -> None:
        """Takes a token after `wait` gave 0."""
        self.level -= 1


_SUCCESSES = 8
"""Messages that must arrive before one more may be in flight again."""


class Pacer:
    """Decides when the next message may leave, and how many may be on their way at once.

    After a refusal for all chats `window` is 1, so that a messenger that has had enough is not asked in a crowd
    again, and grows back as messages arrive.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._overall = Bucket(pace.overall, max(1.0, pace.overall / 10), 1.0, 0.0)
        self._chats: OrderedDict[str, Bucket] = OrderedDict()
        self._held: dict[str, float] = {}
        self._held_all = 0.0
        self._arrived = 0
        self.window = pace.in_flight

    def refused(self) -> None:
        """The messenger wants all chats to wait."""
        self.window, self._arrived = 1, 0

    def arrived(self) -> None:
        """A message was taken."""
        self._arrived += 1
        if self._arrived >= _SUCCESSES:
            self.window, self._arrived = min(self._pace.in_flight, self.window + 1), 0

    def wait(self, chat: str, now: float, *, private: bool = True) -> float:
        """Seconds until a message to this chat may leave; 0 takes the place at once."""
        held = max(self._held_all, self._held.get(chat, 0.0)) - now
        if held > 0:
            return held
        bucket = self._chats.get(chat)
        if bucket is None:
            rate = self._pace.chat if private else self._pace.group
            bucket = self._chats[chat] = Bucket(rate, self._pace.burst, self._pace.burst, now)
            if len(self._chats) > _REMEMBERED:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat)
        wait = max(bucket.wait(now), self._overall.wait(now))
        if wait == 0:
            bucket.take()
            self._overall.take()
        return wait

    def held(self, now: float) -> float:
        """Seconds for which nothing at all may leave."""
        return max(0.0, self._held_all - now)

    def hold(self, chat: str | None, until: float) -> None:
        """Sends nothing to a chat, or to anybody when None, before `until`."""
        if chat is None:
            self._held_all = max(self._held_all, until)
        else:
            self._held = {known: end for known, end in self._held.items() if end > until - 3600}
            self._held[chat] = until
