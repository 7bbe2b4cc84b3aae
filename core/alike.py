"""Names are one name when people read them as one, however they are written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

_UNREAD = re.compile(
    "[\"'`\u00b4«»„“”‟‚‘’‛‹›″′\u0301\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff]"
)
"""Quotation marks, the accent of dictionaries, and what is not seen at all."""
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_ODD = re.compile(f"{_UNREAD.pattern}|{_DASH.pattern}")


def look_alike(folded: str) -> str:
    """A folded text with Cyrillic letters in place of the Latin ones that look like them."""
    return folded.translate(_look_alikes())


def as_read(text: str) -> str:
    """What two spellings of one name share: never shown and never kept, only compared.

    Case, spaces, composed and decomposed letters, the dots of a yo, quotation marks, kinds of dashes and Latin letters
    in Russian words make no difference.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_look_alikes())
    if _ODD.search(folded):
        folded = _DASH.sub("-", _UNREAD.sub("", folded))
    return " ".join(folded.split())


@cache
def _look_alikes() -> dict[int, str]:
    text = resources.files(__package__).joinpath("look_alikes.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {ord(letter): read_as for letter, read_as in rows}
