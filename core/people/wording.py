"""What people write when they look for somebody: which of the words name the person, and which only ask.

“Phone of Anton Lipatov” names somebody with two words and asks with two. The table beside this file lists what asks, in
both languages; whatever else stands in a sentence may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Protocol

from rapidfuzz.distance import OSA

from core.people.spelling import rows, words

_MOST_WORDS, _MOST_NAMES = 24, 8
_LONG_ENOUGH_TO_SLIP = 6
_ASKS, _JOINS = _ABOUT_NOTHING = ("-", "~")
_POSSESSIVE = re.compile(r"['’`]s\b", re.IGNORECASE)
_INITIALS = re.compile(r"[^\W\d_]{2}")


_Test = Callable[[str], bool]


class About(Enum):
    """What of a person a request is about."""

    PHONE = "phone"
    MAIL = "mail"
    PLACE = "place"
    BOSS = "boss"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to part a text: the words that name somebody, initials, and the words that ask."""

    names: tuple[str, ...]
    initials: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    asked: bool = True
    """Whether somebody is looked for: false for a sentence that has no word for it (“how are you”)."""

    def __bool__(self) -> bool:
        return 0 < len(self.names) <= _MOST_NAMES


@dataclass(frozen=True, slots=True)
class _Token:
    """A folded word as it was typed; `sure` if it can be nothing but an initial, `asks` if it may be no name."""

    word: str
    upper: bool
    sure: bool
    asks: bool


class Known(Protocol):
    """What is known of the names that a text may mean; all words are folded."""

    def called(self, word: str) -> bool:
        """Whether somebody's name has this word as it is written."""

    def knows(self, word: str) -> bool:
        """Whether somebody's word is written or sounds like this one."""

    def named(self, word: str) -> bool:
        """Whether a word may be a form or the beginning of somebody's, without a slip."""


def wordings(text: str, known: Known) -> list[Wording]:
    """The ways to part a text, the likeliest first; none for a text that is too long to look for somebody.

    A word that asks and is a name too (“Will”) is tried as a name first; two letters are a short name first and
    initials afterwards.
    """
    tokens = _tokens(text, known.named)
    if not 0 < len(tokens) <= _MOST_WORDS:
        return []
    found: dict[Wording, None] = {}
    for homonym, whole in ((known.called, known.knows), (_nobody, known.knows), (_nobody, _nobody)):
        wording = _part(tokens, homonym, whole)
        if wording:
            found[wording] = None
    return list(found) or _literally(tokens)


def about(text: str) -> About | None:
    """What a text asks for first, if it says so."""
    table = _table()
    return next((table[word] for word in words(text) if table.get(word) is not None), None)


def essence(text: str, size: int) -> str:
    """The text, cut to at most `size` bytes in UTF-8 so that it means the same people as far as it can.

    What only joins is left out first, then all but one of the words that ask, then that one, then the last names;
    empty when not even one name fits.
    """
    table, written = _table(), text.split()
    asking = [word for word in written if all(part in table for part in words(word))]
    names = [word for word in written if word not in asking]
    asked = [word for word in asking if not _joining().issuperset(words(word))]
    heart = [word for word in asked if about(word)] or asked
    shorter = (written, [*heart[:1], *names], *(names[:count] for count in range(len(names), 0, -1)))
    return next((cut for cut in map(" ".join, shorter) if len(cut.encode()) <= size), "")


def asks(word: str) -> bool:
    """Whether a folded word may only ask."""
    return word in _table()


def _tokens(text: str, named: _Test) -> list[_Token]:
    shouted = text.isupper()
    tokens: list[_Token] = []
    for written in _POSSESSIVE.sub("", text).split():
        parts = words(written)
        if "-" in written and "".join(parts) in _table():  # “e-mail”
            parts = ["".join(parts)]
        for part in parts:
            upper = written.isupper() and not shouted
            two = len(part) == 2 and part.isascii() and "." in written[:-1]  # “M.Ya.”: one letter in Russian
            dotted = two or (len(part) == 1 and "." in written)
            asks = not dotted and not (upper and len(part) <= 2) and _asking(part, named)
            tokens.append(_Token(part, upper, dotted, asks))
    return _with_initials(tokens)


def _with_initials(tokens: list[_Token]) -> list[_Token]:
    """Tells letters that join words from initials.

    In a mere name a small one is an initial when it stands at the end or beside another one.
    """
    if any(token.asks and len(token.word) > 1 for token in tokens):
        return [replace(token, asks=token.asks or _joins(tokens, place)) for place, token in enumerate(tokens)]
    if len(tokens) < 2:
        return tokens
    single = [len(token.word) == 1 for token in tokens]
    beside = [before or after for before, after in zip([False, *single[:-1]], [*single[1:], True], strict=True)]
    return [
        replace(token, asks=False) if one and near else token
        for token, one, near in zip(tokens, single, beside, strict=True)
    ]


def _joins(tokens: list[_Token], place: int) -> bool:
    """Whether a capital letter in a sentence is no initial: it comes first (“I need…”) or among words that ask."""
    token = tokens[place]
    beside = [*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2]]
    alone = len(token.word) == 1 and not token.sure and asks(token.word)
    return alone and (place == 0 or all(other.asks for other in beside))


def _part(tokens: list[_Token], homonym: _Test, whole: _Test) -> Wording:
    names: list[str] = []
    initials: list[str] = []
    asking: list[str] = []
    for token in tokens:
        word = token.word
        if token.asks and not homonym(word):
            asking.append(word)
        elif not token.sure and (len(word) > 2 or word.isdecimal() or whole(word)):
            names.append(word)
        elif token.upper or whole is _nobody:
            initials.extend(word)
        else:
            initials.append(word)
    joined = bool(asking) and all(word in _joining() for word in asking)
    return Wording(tuple(names), tuple(initials), tuple(asking), asked=not joined)


def _literally(tokens: list[_Token]) -> list[Wording]:
    """A word that only asks, taken for a name: somebody's may begin so."""
    return [Wording((tokens[0].word,), asked=False)] if len(tokens) == 1 else []


def _nobody(word: str) -> bool:
    return False


def _asking(word: str, named: _Test) -> bool:
    """Whether a word only asks, also with one slip unless it may be a name."""
    if asks(word):
        return True
    if len(word) < _LONG_ENOUGH_TO_SLIP or named(word):
        return False
    return any(OSA.distance(word, other, score_cutoff=1) <= 1 for other in _long_words().get(len(word), ()))


@cache
def _table() -> dict[str, About | None]:
    return {
        word: None if what in _ABOUT_NOTHING else About(what)
        for what, forms in rows("wording.tsv")
        for word in forms.split()
    }


@cache
def _joining() -> frozenset[str]:
    return frozenset(word for what, forms in rows("wording.tsv") if what == _JOINS for word in forms.split())


@cache
def _long_words() -> dict[int, tuple[str, ...]]:
    """The words that are long enough to be recognised with a slip, by the lengths that they can have with it."""
    long = [word for word in _table() if len(word) >= _LONG_ENOUGH_TO_SLIP]
    lengths = range(_LONG_ENOUGH_TO_SLIP, max(map(len, long)) + 2)
    return {length: tuple(word for word in long if abs(len(word) - length) <= 1) for length in lengths}
