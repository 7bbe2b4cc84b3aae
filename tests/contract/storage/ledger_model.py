"""A model of the ledger, in other words than the implementation has: what must be due, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from core.delivery import DeliveryState, MessageState, Priority

S = DeliveryState
M = MessageState
WORK = (S.WAITING, S.STALE)
PEOPLE: dict[str, int | None] = {"a": 1, "b": 2, "c": 3, "group": None}
"""The chats, and whose they are."""
FEW = 1
"""How many copies are changed together with their message."""


@dataclass
class ModelCopy:
    """What is known of one copy."""

    chat: str
    priority: Priority
    state: DeliveryState = S.WAITING
    shown: int = 0
    due: datetime | None = None
    mark: str = ""

    def again(self) -> None:
        """It is to be sent, at once."""
        self.become(S.STALE if self.shown else S.WAITING)

    def become(self, state: DeliveryState, due: datetime | None = None) -> None:
        """It is in a state now."""
        self.state, self.due = state, due


@dataclass
class ModelMessage:
    """What is known of one message. `swept_to` is the last person whose copy follows the message already."""

    id: int
    priority: Priority
    urgent: bool
    revision: int = 1
    state: MessageState = M.RUNNING
    swept_to: int | None = None
    copies: dict[str, ModelCopy] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        """Whether it may still be sent to somebody, sooner or later."""
        return self.state in (M.RUNNING, M.PAUSED)

    @property
    def goes(self) -> bool:
        """Whether copies of it may be sent now."""
        return self.state is M.RUNNING or (self.state in (M.WITHDRAWN, M.ENDED) and self.swept_to is None)

    def add(self, chat: str) -> None:
        """One copy more."""
        self.copies[chat] = ModelCopy(chat, self.priority)

    def changed(self) -> None:
        """Its row was flipped."""
        if len(self.copies) <= FEW:
            self.line_up(self.copies.values())
            self.swept_to = None
        else:
            self.line_up(copy for copy in self.copies.values() if PEOPLE[copy.chat] is None)
            self.swept_to = 0

    def sweep(self, most: int) -> None:
        """Some more copies follow."""
        left = sorted((PEOPLE[chat] or 0, copy) for chat, copy in self._unswept())
        self.line_up(copy for _, copy in left[:most])
        self.swept_to = left[most - 1][0] if len(left) >= most else None

    def line_up(self, copies: Iterable[ModelCopy]) -> None:
        """These copies follow."""
        for copy in copies:
            after = self.follows(copy)
            if after is not copy.state:
                copy.become(after)
                copy.priority = self.priority

    def follows(self, copy: ModelCopy) -> DeliveryState:
        """What a copy is to be once it follows."""
        unsettled = copy.state in (S.WAITING, S.HELD, S.FAILED)
        outdated = copy.state is S.SENT and copy.shown < self.revision
        if self.state is M.CANCELLED and (unsettled or copy.state is S.STALE):
            return S.SENT if copy.shown else S.CANCELLED
        if self.state in (M.WITHDRAWN, M.ENDED) and (unsettled or outdated):
            return S.STALE if copy.shown else S.CANCELLED
        if self.state is M.WITHDRAWN and copy.state is S.UNREACHABLE and not copy.shown:
            return S.CANCELLED
        if self.alive and (copy.state is S.FAILED or outdated):
            return S.STALE if copy.shown else S.WAITING
        return copy.state

    def mark(self, chat: str, mark: str) -> bool:
        """Its recipient has answered; whether that was new."""
        copy = self.copies.get(chat)
        if copy is None or copy.mark == mark or not (self.alive or self.state is M.ENDED):
            return False
        copy.mark = mark
        if copy.state in (S.SENT, S.STALE):
            copy.become(S.STALE)
            copy.priority = Priority.REPLY
        return True

    def lands(self, copy: ModelCopy, end: DeliveryState, shown: tuple[int, str], retry_at: datetime | None) -> None:
        """A copy that was in flight, with the revision and the mark in `shown`, has come to an end."""
        revision, mark = shown
        before = copy.state if self.alive else self.follows(copy)
        if end is S.SENT:
            copy.shown = revision
            behind = (revision < self.revision or mark != copy.mark) and self.state is not M.CANCELLED
            copy.become(S.STALE if behind else S.SENT)
        elif end in (S.UNCERTAIN, S.REMOVED):
            copy.become(end)
        elif before not in WORK or (end is S.HELD and copy.shown):
            copy.become(before)
        else:
            copy.become(before if end is S.WAITING else end, retry_at)

    def _unswept(self) -> Iterator[tuple[str, ModelCopy]]:
        for chat, copy in self.copies.items():
            person = PEOPLE[chat]
            if person is not None and self.swept_to is not None and person > self.swept_to:
                yield chat, copy


Due = tuple[ModelMessage, ModelCopy]


def due(messages: Iterable[ModelMessage], now: datetime) -> list[Due]:
    """All copies that may be sent now, by priority and then in order."""
    waiting = [(message, copy) for message in messages if message.goes for copy in message.copies.values()]
    waiting = [place for place in waiting if place[1].state in WORK]
    heads: dict[tuple[str, Priority], Due] = {}
    for message, copy in sorted(waiting, key=lambda place: (place[1].priority, place[0].id)):
        heads.setdefault((copy.chat, copy.priority), (message, copy))
    ready = [place for place in heads.values() if place[1].due is None or place[1].due <= now]
    return sorted(ready, key=lambda place: (place[1].priority, place[0].id))


def fair(taken: Counter[int], available: Counter[int], limit: int) -> bool:
    """Whether broadcasts share a limit: nothing is left over, and none has more than one copy more than another that
    could have had more."""
    if taken.total() != min(limit, available.total()) or taken - available:
        return False
    hungry = [taken[key] for key in available if taken[key] < available[key]]
    return not hungry or max(taken.values(), default=0) <= min(hungry) + 1
