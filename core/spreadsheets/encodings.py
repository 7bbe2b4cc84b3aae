"""In which encoding a text was saved: one in which its words can be words, or none."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from itertools import islice

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLOCKS = frozenset({0x00, 0x04})
"""The upper bytes of Latin and Cyrillic letters in UTF-16; no other encoding of a text has them at all."""
_TOLERATED_DAMAGE = 0.02
_ONE_BYTE = ("cp1251", "cp866", "koi8_u", "mac_cyrillic")
"""What Windows, "CSV (MS-DOS)", old Unix programs and old Macs write."""
_RUN = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_ENOUGH = 5_000
"""Words after which an encoding is certain."""

_OTHER_LETTER, _IMPOSSIBLE = 2, -20
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC_WORD = re.compile("[\u0400-\u04ff]+")
_MARKS = frozenset("«»„“”‘’‹›–—…№§°·•€©®™ \u00a0")
_LEAST_POSSIBLE = 0.9
"""The part of the foreign characters that must be in possible words: names of firms hold all kinds of marks."""


def decoded(data: bytes) -> str | None:
    """The text; None where no encoding makes words of it. A little damage to UTF-8 stays as replacement characters."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    if silent := _utf16_without_mark(data):
        return data.decode(silent, "replace")
    text = data.decode("utf-8-sig", "replace")
    damage = text.count("\N{REPLACEMENT CHARACTER}")
    if not damage or damage <= sum(not letter.isascii() for letter in text) * _TOLERATED_DAMAGE:
        return text
    sample = b" ".join(found[0] for found in islice(_RUN.finditer(data), _ENOUGH))
    worth, possible, encoding = max((*_judged(sample, name), name) for name in _ONE_BYTE)
    return data.decode(encoding, "replace") if worth > 0 and possible >= _LEAST_POSSIBLE else None


def _utf16_without_mark(data: bytes) -> str | None:
    """Which UTF-16 it is, by every other byte of the header row being that of Latin or Cyrillic letters."""
    begin = data[:16]
    for name, blocks, letters in (("utf-16-le", begin[1::2], begin[::2]), ("utf-16-be", begin[::2], begin[1::2])):
        if len(begin) >= 8 and set(blocks) <= _BLOCKS and not set(letters) <= _BLOCKS:
            return name
    return None


def _judged(sample: bytes, encoding: str) -> tuple[float, float]:
    """How Russian the foreign words are in an encoding, and which part of the foreign characters can be in words."""
    text = sample.decode(encoding, "replace")
    worth, possible, foreign = 0, 0, 0
    worth_of = _worth()
    for letter in _WORD.sub("", text):
        if not letter.isascii():
            foreign += 1
            possible += letter in _MARKS
            worth += 0 if letter in _MARKS else _IMPOSSIBLE
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        foreign += len(word)
        if _CYRILLIC_WORD.fullmatch(word) and (word[1:].islower() or word.isupper() or len(word) == 1):
            possible += len(word)
            worth += sum(worth_of.get(letter, _OTHER_LETTER) for letter in word.lower())
        else:
            worth += _IMPOSSIBLE * len(word)
    return worth, possible / max(foreign, 1)


@cache
def _worth() -> dict[str, int]:
    """More for each letter that is more frequent in Russian."""
    text = resources.files(__package__).joinpath("letters.tsv").read_text("utf-8")
    letters = text.splitlines()[-1]
    return {letter: len(letters) - place for place, letter in enumerate(letters)}
