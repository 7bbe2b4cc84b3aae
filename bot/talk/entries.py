"""The ways from the menu into the rooms, and what waits there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.talk.request import Request
from bot.talk.sections import Section
from core.access import Right
from core.chat.actions import Action
from core.chat.phrases import Phrase

_ORDER = {section: number for number, section in enumerate(Section)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A way from the menu into a room, for those who hold `right`; within its section a smaller `weight` stands first.

    `count` tells how much waits there for whoever asks. It is asked each time the menu is shown: one indexed query,
    whose function is registered as `apart` and, where all may ask, reads it `of_each` of a crowd at once. `when` tells
    likewise whether the company has at all what it leads to.
    """

    section: Section
    label: Phrase
    action: Action
    right: Right
    weight: int
    count: Callable[[Request], int] | None = None
    when: Callable[[Request], bool] | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Where it stands among all entries."""
        return _ORDER[self.section], self.weight


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry, and how much waits there."""

    entry: Entry
    waiting: int


def entries_for(request: Request, section: Section | None = None) -> dict[Section, list[Shown]]:
    """The entries that the asker may use, by section and in order; of one section only when it is named."""
    found: dict[Section, list[Shown]] = {}
    for entry in request.house.plugged(Entry):
        if (
            section in (None, entry.section)
            and request.may(entry.right)
            and (entry.when is None or entry.when(request))
        ):
            waiting = 0 if entry.count is None else entry.count(request)
            found.setdefault(entry.section, []).append(Shown(entry, waiting))
    return found
