"""The sections of the menu and of the help: by what people want, with room for many features in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from bot.talk.request import Request
from core.access import Right
from core.chat.actions import Action
from core.chat.phrases import Phrase, phrase


class Section(Enum):
    """A part of the menu; they stand in this order."""

    NEWS = "n"
    COLLEAGUES = "p"
    GROUPS = "g"
    QUESTIONS = "q"
    CALLS = "c"
    WORK = "w"
    REQUESTS = "r"
    LEARNING = "l"
    ME = "m"
    ADMINISTRATION = "a"
    HELP = "h"


TITLES: Mapping[Section, Phrase] = {
    Section.NEWS: phrase("📰 News and events"),
    Section.COLLEAGUES: phrase("👥 Colleagues"),
    Section.GROUPS: phrase("💬 Groups and conversations"),
    Section.QUESTIONS: phrase("💡 Questions and knowledge"),
    Section.CALLS: phrase("📞 Calls"),
    Section.WORK: phrase("✅ Tasks and projects"),
    Section.REQUESTS: phrase("📄 Requests and services"),
    Section.LEARNING: phrase("🎓 Learning"),
    Section.ME: phrase("👤 About me"),
    Section.ADMINISTRATION: phrase("⚙️ Administration"),
    Section.HELP: phrase("❓ Help"),
}

_ORDER = {section: number for number, section in enumerate(Section)}


@dataclass(frozen=True, slots=True)
class OpenSection(Action, code="ms"):
    """One section of the menu."""

    section: Section


@dataclass(frozen=True, slots=True)
class Entry:
    """A way from the menu into a room, for those who hold `right`; within its section a smaller `weight` stands first.

    `count` tells how much waits there for whoever asks. It is asked each time the menu is shown: one indexed query,
    whose function is registered as `apart`.
    """

    section: Section
    label: Phrase
    action: Action
    right: Right
    weight: int
    count: Callable[[Request], int] | None = None

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
    for entry in request.house.entries:
        if section in (None, entry.section) and request.may(entry.right):
            waiting = 0 if entry.count is None else entry.count(request)
            found.setdefault(entry.section, []).append(Shown(entry, waiting))
    return found
