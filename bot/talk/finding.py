"""What rooms find by a person's words: one list over all of them, each with only what the person may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Annotated

from bot.talk.request import Reply, Request
from core.access import Right
from core.chat.actions import Action, Limit
from core.chat.phrases import Phrase, Text

ON_A_BUTTON = 40
"""Bytes of a text that fit on a button."""


@dataclass(frozen=True, slots=True)
class OpenFound(Action, code="mf"):
    """A page of what all rooms find by a text."""

    page: int
    text: Annotated[str, Limit(ON_A_BUTTON)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that a text may mean, with a likeness from 0 to 1; `action` opens it from a list of what was found.

    `alone` opens it when there is no such list, because nothing else was found; by default `action` does.
    `title` fits on a button, `snippet` is a line that shows why it was found. It is `meant` when nobody can doubt that
    it is what was looked for: then it is shown at once.
    """

    title: Text
    action: Action
    score: float
    snippet: str = ""
    meant: bool = False
    alone: Action | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a room looks: `title` names it in a sentence; `find` gives the likeliest of what the asker may see.

    `lists` shows all of it, in the room's own way, when no other room finds anything.
    """

    title: Phrase
    right: Right
    find: Callable[[Request, str], Sequence[Hit]]
    lists: Callable[[Request, str], Reply] | None = None


def sources(request: Request) -> tuple[Source, ...]:
    """Where the asker can look."""
    return tuple(source for source in request.house.plugged(Source) if request.may(source.right))


def find(request: Request, text: str) -> tuple[Hit, ...]:
    """What all rooms find, the likeliest first."""
    return in_order(hits for _, hits in find_by_source(request, text))


def find_by_source(request: Request, text: str, least: float = 0.0) -> list[tuple[Source, list[Hit]]]:
    """What each room finds that has a score of at least `least`; without the rooms that find nothing."""
    found = [(source, [hit for hit in source.find(request, text) if hit.score >= least]) for source in sources(request)]
    return [(source, hits) for source, hits in found if hits]


def in_order(found: Iterable[Iterable[Hit]]) -> tuple[Hit, ...]:
    """Hits of several rooms in one list, the likeliest first."""
    return tuple(sorted(chain.from_iterable(found), key=lambda hit: -hit.score))
