"""How fast a bot account may send: a bucket for everything, one for each chat, and pauses that a messenger imposes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from core.chat.capabilities import Pace, never, spare
from core.chat.messenger import Later, NotSent, Outcome, Sent, Uncertain

_REMEMBERED = 20_000
"""Chats whose bucket is kept; one that was forgotten is long full again."""
_SLOWER, _SLOWEST = 0.7, 0.1
"""What a refusal leaves of a rate, and what the last of many leaves of the usual one."""
_FASTER = 0.01
"""The part of the usual rate that each message that arrives gives back."""
_LONGEST_OUTAGE = 30.0
"""Seconds between two looks at the latest whether a messenger that was down is back."""
_UNRULY, _GLANCE = 60.0, 60.0
"""Seconds after a refusal for all chats in which what only follows its message yields to what is new; then a chat has
one such change in so many seconds."""
_SUCCESSES = 8
"""Messages that must arrive before one more may be in flight again."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` tokens a second, at most `size`. Times are seconds of any steady clock.

    A refusal slows it down, and what arrives brings it back to its usual rate.
    """

    rate: float
    size: float
    level: float
    at: float
    usual: float = field(init=False)

    def __post_init__(self) -> None:
        self.usual = self.rate

    def wait(self, now: float, tokens: float = 1.0) -> float:
        """Seconds until there are so many tokens; 0 when there are."""
        self._fill(now)
        return 0.0 if self.level >= tokens - 1e-9 else (tokens - self.level) / self.rate

    def take(self, tokens: int = 1) -> None:
        """Takes tokens; what is not there yet is owed."""
        self.level -= tokens

    def holds(self, now: float, within: float) -> int:
        """How many tokens there will be within so many seconds."""
        self._fill(now)
        return max(0, int(min(self.size, self.level) + within * self.rate))

    def refused(self) -> None:
        """It was too fast."""
        self.rate = max(self.usual * _SLOWEST, self.rate * _SLOWER)

    def arrived(self) -> None:
        """It was not too fast."""
        if self.rate < self.usual:
            self.rate = min(self.usual, self.rate + self.usual * _FASTER)

    def _fill(self, now: float) -> None:
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now


class Pacer:
    """Decides when the next message may leave, and how many may be on their way at once.

    After a refusal for all chats `window` is 1, so that a messenger that has had enough is not asked in a crowd
    again, and grows back as messages arrive. What is urgent may use some more requests and the last token.
    """

    def __init__(self, pace: Pace, group: Callable[[str], bool] = never) -> None:
        self._pace, self._group = pace, group
        # A third of a second makes up for a machine that is late, and no messenger counts in shorter times.
        self._overall = Bucket(pace.overall, max(2.0, pace.overall / 3), 1.0, 0.0)
        self._chats: OrderedDict[str, Bucket] = OrderedDict()
        self._held: dict[str, float] = {}
        self._held_all = 0.0
        self._refused_at = float("-inf")
        self._glanced: dict[str, float] = {}
        self._arrived = 0
        self._down_for = 0.0
        self.window = pace.in_flight

    def free(self, flying: int, *, urgent: bool) -> int:
        """How many more requests may leave beside those on their way."""
        return max(0, self.window + (spare(self.window) if urgent else 0) - flying)

    def within(self, seconds: float, now: float) -> int:
        """How many messages may leave in the next seconds."""
        return 0 if self.held(now) > 0 else self._overall.holds(now, seconds)

    def wait(self, now: float, *, urgent: bool = True) -> float:
        """Seconds until a message may leave at all; what is not urgent leaves the last token for what is."""
        return self.held(now) or self._overall.wait(now, 1.0 if urgent else 2.0)

    def wait_in(self, chat: str, now: float) -> float:
        """Seconds until this chat lets a message in."""
        held = self._held.get(chat, 0.0) - now
        return held if held > 0 else self._bucket(chat, now).wait(now)

    def wait_to_follow(self, chat: str, now: float) -> float:
        """Seconds until a change that nobody waits for may leave for a chat: each counts with a messenger like a new
        message, and the next one will tell more."""
        if now - self._refused_at >= _UNRULY:
            self._glanced.clear()
            return 0.0
        return max(0.0, self._glanced.get(chat, float("-inf")) + _GLANCE - now)

    def take(self, chat: str, now: float, *, follows: bool = False) -> None:
        """A message leaves for a chat, or a change that nobody waits for."""
        if follows:
            self._glanced[chat] = now
        self._overall.take()
        self._bucket(chat, now).take()

    def reserve(self, chat: str, messages: int, now: float, *, urgent: bool) -> float:
        """Takes so many messages for a request of a page that is under way; seconds until it may leave.

        Whoever asks first leaves first. More than a bucket holds leave at once when it is full, and are owed.
        """
        overall, bucket = self._overall, self._bucket(chat, now)
        wanted = messages if urgent else messages + 1
        waits = (overall.wait(now, min(wanted, overall.size)), bucket.wait(now, min(messages, bucket.size)))
        overall.take(messages)
        bucket.take(messages)
        return max(self.stopped(chat, now), *waits)

    def stopped(self, chat: str, now: float) -> float:
        """Seconds for which the messenger wants nothing more in a chat."""
        return max(self.held(now), self._held.get(chat, 0.0) - now)

    def owe(self, chat: str, messages: int) -> None:
        """So many more messages leave at once with the one before, which the waits after them make up for."""
        self._overall.take(messages)
        if (bucket := self._chats.get(chat)) is not None:
            bucket.take(messages)

    def held(self, now: float) -> float:
        """Seconds for which nothing at all may leave."""
        return max(0.0, self._held_all - now)

    def learn(self, chat: str, outcome: Outcome, now: float) -> float:
        """What an outcome means for the pace of everything else; seconds for which it makes its own copy wait."""
        match outcome:
            case Later(seconds, everywhere):
                self.refused(None if everywhere else chat, now, seconds)
                return seconds
            case NotSent():
                return self._failed(now)
            case Sent():
                self.arrived(chat)
        if not isinstance(outcome, Uncertain):
            self._down_for = 0.0
        return 0.0

    def _failed(self, now: float) -> float:
        """The messenger could not be reached: seconds until it is tried again. Of many failures at once one counts."""
        if self.held(now) == 0:
            self._down_for = min(_LONGEST_OUTAGE, max(1.0, self._down_for * 2))
            self._held_all = now + self._down_for
        return self._down_for

    def refused(self, chat: str | None, now: float, seconds: float) -> None:
        """The messenger wants a chat to wait, or all of them when None. Of many refusals at once the first slows."""
        if chat is None:
            if self.held(now) == 0:
                self._overall.refused()
            self.window, self._arrived, self._refused_at = 1, 0, now
            self._held_all = max(self._held_all, now + seconds)
            return
        if self._held.get(chat, 0.0) <= now:
            self._bucket(chat, now).refused()
        self._held = {known: end for known, end in self._held.items() if end > now}
        self._held[chat] = now + seconds

    def arrived(self, chat: str) -> None:
        """A message was taken."""
        self._overall.arrived()
        if (bucket := self._chats.get(chat)) is not None:
            bucket.arrived()
        self._arrived += 1
        if self._arrived >= _SUCCESSES:
            self.window, self._arrived = min(self._pace.in_flight, self.window + 1), 0

    def _bucket(self, chat: str, now: float) -> Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            rate = self._pace.group if self._group(chat) else self._pace.chat
            bucket = self._chats[chat] = Bucket(rate, self._pace.burst, self._pace.burst, now)
            if len(self._chats) > _REMEMBERED:
                self._chats.popitem(last=False)
        else:
            self._chats.move_to_end(chat)
        return bucket
