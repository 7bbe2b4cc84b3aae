"""Parts a text about time into tokens and knows what its words mean; the words themselves are data."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_AM_PM = re.compile(r"(?<![^\W\d_])([ap])\.?\s?m\b\.?")
_LONGEST_IDIOM = 6
"""Words."""
_TOKEN = re.compile(
    r"(?P<date>[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{4}|[0-9]{2}))(?![0-9])"
    r"|(?P<time>[0-9]{1,2}:[0-9]{2})(?![0-9:])"
    r"|(?P<pair>[0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2},[0-9])(?![0-9])"
    r"|(?P<number>[0-9]{1,4})(?![0-9])"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<space>[\s,;.()\-\N{EN DASH}\N{EM DASH}]+)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `kind` is date, time, pair, number or word."""

    kind: str
    text: str

    def means(self, kind: str) -> str | None:
        """The meaning of a word as one of the kinds of date_words.tsv; None if it is no such word."""
        return meaning(kind, self.text) if self.kind == "word" else None

    @property
    def numbers(self) -> list[int]:
        """The numbers that a date, time, pair or number is made of."""
        return [int(number) for number in re.findall("[0-9]+", self.text)]


NOTHING = Token("nothing", "")


def tokens(text: str) -> list[Token]:
    """The tokens of a casefolded text without spaces and commas; empty if a part of it is none."""
    text = spelt(text)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match or not match.lastgroup:
            return []
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[0]))
        place = match.end()
    return _without_idioms(found)


def _without_idioms(found: list[Token]) -> list[Token]:
    """Words that mean something only together, such as "day after tomorrow", as the one word that the grammar knows."""
    plain: list[Token] = []
    place = 0
    while place < len(found):
        for length in range(_LONGEST_IDIOM, 0, -1):
            several = found[place : place + length]
            one = meaning("idiom", " ".join(token.text for token in several)) if len(several) == length else None
            if one is not None:
                plain.append(Token("word", one))
                break
        else:
            length = 1
            plain.append(found[place])
        place += length
    return plain


def spelt(text: str) -> str:
    """A casefolded text with its apostrophes taken away and "a.m." written as one word."""
    return _AM_PM.sub(r" \1m", _APOSTROPHES.sub("", text))


def meaning(kind: str, words: str) -> str | None:
    """What a word, or several in a row, mean as one of the kinds of date_words.tsv; None if they are nothing such."""
    return _meanings()[kind].get(words)


@cache
def _meanings() -> dict[str, dict[str, str]]:
    meanings: defaultdict[str, dict[str, str]] = defaultdict(dict)
    text = resources.files(__package__).joinpath("date_words.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            kind, word, meaning = line.split("\t")
            meanings[kind][word] = meaning
    return meanings
