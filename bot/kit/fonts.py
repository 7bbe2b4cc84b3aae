"""The one font of pictures and documents: it has Cyrillic letters and comes with a package, not with the system."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_EMPTY = "\N{WHITE SQUARE}"
_LETTERS = ("L", "N")


def font_file(*, bold: bool = False) -> Path:
    """Where the font lies."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / name


def drawable(text: str) -> str:
    """A text as the font can show it, in one line.

    Emoji and other signs that the font does not have are left out, as are marks that turn the direction of writing; a
    letter or a digit that it does not have becomes an empty square, because a word without it would be another one.
    """
    known = _characters()
    shown = (char if ord(char) in known else _instead(char) for char in unicodedata.normalize("NFC", text))
    return " ".join("".join(shown).split())


def _instead(char: str) -> str:
    if char.isspace():
        return " "
    return _EMPTY if unicodedata.category(char).startswith(_LETTERS) else ""


@cache
def _characters() -> frozenset[int]:
    """The characters of both weights that leave ink or space and keep the direction."""
    from fontTools.ttLib import TTFont

    both = []
    for bold in (False, True):
        with TTFont(font_file(bold=bold), lazy=True) as font:
            both.append(set(font.getBestCmap()))
    return frozenset(one for one in both[0] & both[1] if not unicodedata.category(chr(one)).startswith("C"))
