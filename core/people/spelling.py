"""A name is written in many ways: this folds spellings, cases, keyboards and familiar forms together.

The tables beside this file are the data; the rules here know nothing of any one language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources

_APOSTROPHES = re.compile("['`\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{PRIME}]")
_WORD = re.compile(r"[^\W_]+")
_GLIDE = re.compile("i+([aueo])")
_GLIDES = {"a": "Q", "u": "W", "e": "e", "o": "e"}
_DOUBLE = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """The text without the differences that nobody hears: case, width, and the dots of a Russian yo."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")


def words(text: str) -> list[str]:
    """The folded words of a text; an apostrophe inside a word does not part it, a hyphen does."""
    return _WORD.findall(_APOSTROPHES.sub("", fold(text)))


def sound(word: str) -> str:
    """A key that all transliterations of a name share; one letter a sound, so that one slip costs one edit.

    Letters of scripts that the table does not know stand for themselves.
    """
    pattern, sounds = _sounds()
    key = pattern.sub(lambda found: sounds[found[0]], word)
    if not key.isascii():
        key = "".join(letter for letter in unicodedata.normalize("NFKD", key) if not unicodedata.combining(letter))
    key = _DOUBLE.sub(r"\1", _GLIDE.sub(lambda found: _GLIDES[found[1]], key))
    return key[:-1] + "v" if key.endswith("f") else key


def other_layout(text: str) -> str:
    """What the same keys would have written with the other keyboard layout switched on."""
    return text.translate(_keyboard())


def nominatives(word: str) -> Iterator[str]:
    """Words that `word` may be a case form of; most of them are no names at all."""
    endings = _inflections()
    for length in range(4, 0, -1):
        if len(word) > length:
            for ending in endings.get(word[-length:], ()):
                yield word[:-length] + ending


def kin(word: str) -> frozenset[str]:
    """The other forms of a first name, folded: full, familiar and foreign ones, in any script."""
    return _families().get(sound(word), frozenset())


def _rows(name: str) -> Iterator[tuple[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.partition("\t")
            yield left, right


@cache
def _sounds() -> tuple[re.Pattern[str], dict[str, str]]:
    table = dict(_rows("sounds.tsv"))
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table


@cache
def _keyboard() -> dict[int, str]:
    keys: dict[int, str] = {}
    for one, other in _rows("keyboard.tsv"):
        keys.update({ord(a): b for a, b in zip(one, other, strict=True)})
        keys.update({ord(b): a for a, b in zip(one, other, strict=True)})
    return keys


@cache
def _inflections() -> dict[str, tuple[str, ...]]:
    return {
        ending: tuple("" if base == "-" else base for base in bases.split())
        for ending, bases in _rows("inflections.tsv")
    }


@cache
def _families() -> dict[str, frozenset[str]]:
    families: defaultdict[str, set[str]] = defaultdict(set)
    for full, forms in _rows("familiar_names.tsv"):
        family = {fold(full), *map(fold, forms.split())}
        for form in family:
            families[sound(form)] |= family
    return {key: frozenset(forms) for key, forms in families.items()}
