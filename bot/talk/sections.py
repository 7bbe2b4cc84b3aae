"""The sections of the menu and of the help: by what people want, with room for many features in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

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


@dataclass(frozen=True, slots=True)
class OpenSection(Action, code="ms"):
    """One section of the menu."""

    section: Section
