"""What rooms find by a person's words: one list over all of them, each with only what the person may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.talk.request import Request
from core.access import Right
from core.chat.actions import Action
from core.chat.phrases import Phrase, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that a text may mean, with a likeness from 0 to 1; `action` opens it.

    `title` fits on a button, `snippet` is a line that shows why it was found. It is `meant` when nobody can doubt that
    it is what was looked for: then it is shown at once.
    """

    title: Text
    action: Action
    score: float
    snippet: str = ""
    meant: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a room looks: `title` names it in a sentence; `find` gives the likeliest of what the asker may see."""

    title: Phrase
    right: Right
    find: Callable[[Request, str], Sequence[Hit]]


def sources(request: Request) -> tuple[Source, ...]:
    """Where the asker can look."""
    return tuple(source for source in request.house.plugged(Source) if request.may(source.right))


def find(request: Request, text: str) -> tuple[Hit, ...]:
    """What all rooms find, the likeliest first."""
    hits = [hit for source in sources(request) for hit in source.find(request, text)]
    return tuple(sorted(hits, key=lambda hit: -hit.score))
