"""Full names in one cell, taken apart into last name, first name and patronymic."""

from __future__ import annotations

import re
from functools import cache

from core.chat.phrases import Phrase, phrase
from core.people.spelling import fold, kin, rows

_ASIDE = re.compile(r"\(.*?\)")
_BEYOND_LATIN = 0x370
_INITIALS = re.compile(r"(?<=\w)\.(?=\w)")


def parted(text: str) -> tuple[str, str, str] | Phrase:
    """Last name, first name, patronymic ("" for none), or why they cannot be told apart.

    The patronymic shows the order where there is one, a comma does, or a first name that is known. Otherwise the last
    name is first in Cyrillic, as in every list of a company, and last in other letters. What stands in brackets, such
    as a maiden name, stays with the last name.
    """
    aside = " ".join(_ASIDE.findall(text))
    found = _parted(_ASIDE.sub(" ", text))
    return found if isinstance(found, Phrase) or not aside else (f"{found[0]} {aside}", *found[1:])


def _parted(text: str) -> tuple[str, str, str] | Phrase:
    family, comma, given = text.partition(",")
    if comma and family.strip() and given.strip():
        return " ".join(_words(family)), *_given(_words(given))
    words = _words(text)
    if len(words) < 2 or (len(words) == 2 and _ends(words[1], "woman")):
        return phrase("The last name or the first name is missing")
    if words[0].endswith(".") and not words[-1].endswith("."):
        words = [words[-1], *words[:-1]]
    elif len(words) == 3 and _is_patronymic(words[1]) and (not _is_patronymic(words[2]) or kin(fold(words[0]))):
        return words[2], words[0], words[1]
    elif _given_first(words):
        words = [words[-1], *words[:-1]]
    first, patronymic = _given(words[1:])
    if not patronymic and len(words) > 3:
        return phrase("It is not clear which word is the last name; give it a column of its own")
    return words[0], first, patronymic


def _words(text: str) -> list[str]:
    return _INITIALS.sub(". ", text).split()


def _given(words: list[str]) -> tuple[str, str]:
    """First name and patronymic; the names of many peoples have several words."""
    cut = 2 if words[-1].casefold() in _endings("child") else 1
    if len(words) > cut and (cut == 2 or _is_patronymic(words[-1]) or words[-1].endswith(".")):
        return " ".join(words[:-cut]), " ".join(words[-cut:])
    return " ".join(words), ""


def _given_first(words: list[str]) -> bool:
    if words[-1].endswith(".") or words[-1].casefold() in _endings("child"):
        return False
    if len(words) > 2 and _is_patronymic(words[-1]):
        return False
    known = [bool(kin(fold(word))) for word in (words[0], words[-1])]
    if known[0] != known[1]:
        return known[0]
    return all(ord(letter) < _BEYOND_LATIN for letter in "".join(words))


def _is_patronymic(word: str) -> bool:
    return _ends(word, "any")


def _ends(word: str, how: str) -> bool:
    return word.casefold().endswith(_endings(how))


@cache
def _endings(how: str) -> tuple[str, ...]:
    """Of "any" patronymic, of a "woman" (no last name ends so, as some do that end like those of men), or "child"."""
    return tuple(dict(rows("patronymics.tsv"))[how].split())
