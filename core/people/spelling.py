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

from core.alike import look_alike

_APOSTROPHES = re.compile("['`\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{PRIME}]")
_WORD = re.compile(r"[^\W_]+")
_MIXED = re.compile("[a-z][\u0430-\u044f]|[\u0430-\u044f][a-z]")
_GLIDE = re.compile("i+([aueo])")
_GLIDES = {"a": "Q", "u": "W", "e": "e", "o": "e"}
_LONGEST_ENDING = 5
_DOUBLE = re.compile(r"(.)\1+")


def rows(name: str) -> Iterator[tuple[str, str]]:
    """The pairs of a table beside this file."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            left, _, right = line.partition("\t")
            yield left, right


def fold(text: str) -> str:
    """The text without the differences that nobody hears: case, width, and the dots of a Russian yo."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")


def words(text: str) -> list[str]:
    """The folded words of a text; an apostrophe inside a word does not part it, a hyphen does.

    Latin letters in a word that is otherwise Cyrillic are those that they look like.
    """
    found = _WORD.findall(_APOSTROPHES.sub("", fold(text)))
    return [look_alike(word) if _MIXED.search(word) else word for word in found]


def sound(word: str) -> str:
    """A key that all transliterations of a name share; one letter a sound, so that one slip costs one edit.

    Letters of scripts that the table does not know stand for themselves.
    """
    return heard(letters(word))


def heard(letters: str) -> str:
    """The key of a word whose sounds are known letter by letter."""
    key = _joined(letters)
    return key[:-1] + "v" if key.endswith("f") else key


def beginning(part: str) -> str:
    """The sound of the first letters of a name, which is how the sound of the whole begins."""
    return _joined(letters(part))


def letters(word: str) -> str:
    """The sounds of a word letter by letter: no two are taken for one, so that a slip cannot make or part a pair."""
    pattern, sounds = _sounds()
    key = pattern.sub(lambda found: sounds[found[0]], word)
    if not key.isascii():
        key = "".join(letter for letter in unicodedata.normalize("NFKD", key) if not unicodedata.combining(letter))
    return key


def other_layout(text: str) -> str:
    """What the same keys would have written with the other keyboard layout switched on."""
    return text.translate(_keyboard())


def layouts(text: str) -> list[str]:
    """The ways to read a text: as it stands, with the other layout, and its Latin words alone with the other layout."""
    written = text.split()
    mixed = " ".join(other_layout(word) if word.isascii() else word for word in written)
    return list(dict.fromkeys((text, other_layout(text), text if text.isascii() else mixed)))


def nominatives(word: str) -> Iterator[str]:
    """Words that `word` may be a case form of; most of them are no names at all."""
    endings = _inflections()
    for length in range(4, 0, -1):
        if len(word) > length:
            for ending in endings.get(word[-length:], ()):
                yield word[:-length] + ending


def kin(word: str) -> frozenset[str]:
    """The other forms of a first name, folded: full, familiar and foreign ones, in any script.

    A familiar form may be made more familiar still by an ending (-ka, -ochka), which a table knows.
    """
    families = _families()
    plain = letters(word)
    family = families.get(sound(word))
    for length in range(_LONGEST_ENDING, 1, -1):
        for base in () if family else _familiar_endings().get(plain[-length:], ()):
            family = family or families.get(heard(plain[:-length] + base))
    return family or frozenset()


def _joined(letters: str) -> str:
    return _DOUBLE.sub(r"\1", _GLIDE.sub(lambda found: _GLIDES[found[1]], letters))


@cache
def _sounds() -> tuple[re.Pattern[str], dict[str, str]]:
    table = dict(rows("sounds.tsv"))
    longest_first = sorted(table, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), table


@cache
def _keyboard() -> dict[int, str]:
    keys: dict[int, str] = {}
    for one, other in rows("keyboard.tsv"):
        keys.update({ord(a): b for a, b in zip(one, other, strict=True)})
        keys.update({ord(b): a for a, b in zip(one, other, strict=True)})
    return keys


@cache
def _inflections() -> dict[str, tuple[str, ...]]:
    return {
        ending: tuple("" if base == "-" else base for base in bases.split())
        for ending, bases in rows("inflections.tsv")
    }


@cache
def _familiar_endings() -> dict[str, tuple[str, ...]]:
    return {
        letters(ending): tuple("" if base == "-" else letters(base) for base in bases.split())
        for ending, bases in rows("familiar_endings.tsv")
    }


@cache
def _families() -> dict[str, frozenset[str]]:
    families: defaultdict[str, set[str]] = defaultdict(set)
    for full, forms in rows("familiar_names.tsv"):
        family = {fold(full), *map(fold, forms.split())}
        for form in family:
            families[sound(form)] |= family
    return {key: frozenset(forms) for key, forms in families.items()}
