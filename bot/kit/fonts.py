"""The one font of pictures and documents: it has Cyrillic letters and comes with a package, not with the system."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_EMPTY = "\N{WHITE SQUARE}"
_LETTERS = ("L", "N")


def font_file(*, bold: bool = False, oblique: bool = False) -> Path:
    """Where the font lies."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    style = "Bold" * bold + "Oblique" * oblique
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / f"DejaVuSans{'-' * bool(style)}{style}.ttf"


def drawable(text: str) -> str:
    """A text as the font can show it, in one line without needless spaces; see `known`."""
    return " ".join(known(text).split())


def known(text: str, *, oblique: bool = False) -> str:
    """A text as the font can show it, each kind of space as a plain one.

    Emoji and other signs that the font does not have are left out, as are marks that turn the direction of writing; a
    letter or a digit that it does not have becomes an empty square, because a word without it would be another one.
    """
    characters = _characters(oblique)
    return "".join(
        char if ord(char) in characters and not char.isspace() else _instead(char)
        for char in unicodedata.normalize("NFC", text)
    )


def _instead(char: str) -> str:
    if char.isspace():
        return " "
    return _EMPTY if unicodedata.category(char).startswith(_LETTERS) else ""


@cache
def _characters(oblique: bool) -> frozenset[int]:
    """The characters of both weights that leave ink or space and keep the direction; the oblique ones are fewer."""
    from fontTools.ttLib import TTFont

    weights = []
    for bold in (False, True):
        with TTFont(font_file(bold=bold, oblique=oblique), lazy=True) as font:
            weights.append(set(font.getBestCmap()))
    return frozenset(one for one in weights[0] & weights[1] if not unicodedata.category(chr(one)).startswith("C"))
