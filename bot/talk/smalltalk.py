"""What people write out of politeness, and questions: neither is somebody's name, and neither is looked for as one.

The words are in the table beside this file.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from importlib import resources


class Kind(Enum):
    """What a text is that is not looked for as it stands; the values are those of the table."""

    GREETING = "greeting"
    THANKS = "thanks"
    ABOUT_ME = "about me"
    QUESTION = "question"


_FEW = 2
"""A question of so few words may be a name with a question mark behind it."""


def kind_of(text: str) -> Kind | None:
    """What a text is; None for one that can be looked for, such as a name or a word."""
    words = re.findall(r"\w+", text.casefold().replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}"))
    if not words:
        return Kind.THANKS
    line = " ".join(words)
    for said in (line, line.rpartition(" ")[0] if _is_bot(words[-1]) else ""):
        if (kind := _said().get(said)) is not None:
            return kind
    asks = _questions().match(f"{line} ") is not None or text.rstrip().endswith("?")
    return Kind.QUESTION if asks and len(words) > _FEW else None


def _is_bot(word: str) -> bool:
    return word in ("bot", "\N{CYRILLIC SMALL LETTER BE}\N{CYRILLIC SMALL LETTER O}\N{CYRILLIC SMALL LETTER TE}")


@cache
def _said() -> dict[str, Kind]:
    return {words: kind for kind, words in _rows() if kind is not Kind.QUESTION}


@cache
def _questions() -> re.Pattern[str]:
    begun = sorted((words for kind, words in _rows() if kind is Kind.QUESTION), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(begun)})\s")


@cache
def _rows() -> tuple[tuple[Kind, str], ...]:
    text = resources.files(__package__).joinpath("smalltalk.tsv").read_text("utf-8")
    lines = (line.partition("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((Kind(kind), words) for kind, _, words in lines)
