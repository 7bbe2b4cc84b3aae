"""Which of the copies that are ready leaves next: pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable

from core.copies import Wanted
from core.delivery import Priority

URGENT = (Priority.ALERT, Priority.REPLY)
"""What somebody waits for."""

_IN_A_ROW = 3
"""How often the more urgent may leave before what is less urgent has a turn: at 30 a second replies wait 0.1 s."""


class Turns:
    """The most urgent leaves first, but every fourth turn is for the next less urgent that waits, broadcasts excepted.

    So replies get a quarter of the pace while alerts stream, and notices a sixteenth while both do. A broadcast takes
    what is left over.
    """

    def __init__(self) -> None:
        self._in_a_row: Counter[Priority] = Counter()

    def first(self, waiting: Collection[Priority]) -> Priority:
        """Whose turn it is. Raises ValueError when nothing waits."""
        *urgent, last = _in_turn(waiting)
        return next((priority for priority in urgent if self._in_a_row[priority] < _IN_A_ROW), last)

    def left(self, priority: Priority, waiting: Collection[Priority]) -> None:
        """A copy of this priority has left while those of `waiting`, itself included, wanted to."""
        if len(waiting) == 1:
            return
        for other in _in_turn(waiting)[:-1]:
            if other < priority:
                self._in_a_row[other] = 0
            elif other is priority:
                self._in_a_row[other] += 1


class Ready:
    """Copies that were read and may leave, each priority in its order."""

    def __init__(self) -> None:
        self._queues: dict[Priority, deque[Wanted]] = {priority: deque() for priority in Priority}

    def replace(self, copies: Iterable[Wanted], *, broadcasts: bool) -> None:
        """Has these instead of those before, which may have changed; without `broadcasts` those are kept."""
        for priority, queue in self._queues.items():
            if broadcasts or priority is not Priority.BROADCAST:
                queue.clear()
        for copy in copies:
            self._queues[copy.priority].append(copy)

    def priorities(self) -> list[Priority]:
        """Of what there are copies."""
        return [priority for priority, queue in self._queues.items() if queue]

    def take(self, priority: Priority) -> Wanted:
        """The first copy of a priority. Raises IndexError when there is none."""
        return self._queues[priority].popleft()

    def give_back(self, copy: Wanted) -> None:
        """Puts one back that was taken last and has not left."""
        self._queues[copy.priority].appendleft(copy)


def _in_turn(waiting: Collection[Priority]) -> list[Priority]:
    if len(waiting) == 1:
        return list(waiting)
    return sorted(priority for priority in waiting if priority is not Priority.BROADCAST) or list(waiting)
