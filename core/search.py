"""Words by which things are found: their stems, kept in one index beside whatever a room keeps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from core.unit_of_work import Change

if TYPE_CHECKING:
    from Stemmer import Stemmer

_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[\N{CYRILLIC SMALL LETTER A}-\N{CYRILLIC SMALL LETTER YA}]")
_SHORTEST, _LONGEST = 3, 40
"""Characters of a word that is worth finding; one with a digit may be shorter."""
_MOST = 3_000
"""Words of one thing: whatever is longer is a pasted log."""
_EXCERPT, _BEFORE = 90, 40


@dataclass(frozen=True, slots=True)
class IndexWords(Change[None]):
    """Makes a thing findable by these stems, with the weight of each, and by no others; by none it is forgotten.

    `kind` says what things these are, such as the name of their notice.
    """

    kind: str
    item: int
    words: Mapping[str, int]


def stems(text: str) -> list[str]:
    """The stems of the words of a text, each once and in order: what `IndexWords` keeps and what is looked for."""
    found: dict[str, None] = {}
    folded = unicodedata.normalize("NFC", text).casefold()
    for word in _WORD.findall(folded.replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")):
        if len(word) <= _LONGEST and (len(word) >= _SHORTEST or any(map(str.isdigit, word))):
            found[_stem(word)] = None
    return list(found)


def weighed(texts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The stems of several texts; of one that stands in more than one the greatest weight."""
    words: dict[str, int] = {}
    for text, weight in texts:
        for stem in stems(text):
            if stem in words or len(words) < _MOST:
                words[stem] = max(weight, words.get(stem, 0))
    return words


def excerpt(text: str, wanted: Collection[str]) -> str:
    """About a line of a text, around the first word that begins with one of the stems; its beginning when none does."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    folded = line.lower().replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, wanted))})", folded) if wanted else None
    at = 0 if found is None else found.start()
    start = 0 if at < _BEFORE else line.rfind(" ", 0, at - _BEFORE // 2) + 1
    head, tail = "…" if start else "", "…" if start + _EXCERPT < len(line) else ""
    return f"{head}{line[start : start + _EXCERPT].rstrip()}{tail}"


def _stem(word: str) -> str:
    """Stemmed twice: once leaves apart some forms of one word, mostly of borrowed ones."""
    stemmer = _stemmer("russian" if _CYRILLIC.search(word) else "english")
    stem: str = stemmer.stemWord(stemmer.stemWord(word))
    return stem


@cache
def _stemmer(language: str) -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer(language)
