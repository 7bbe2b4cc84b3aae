"""Names are one name when people read them as one, however they are written."""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKE = str.maketrans("abcehkmoptxyëё", "авсенкмортхуее")
"""Latin letters that look like Cyrillic ones in capitals or in small letters; and the yo that people leave out."""
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]\s*")
_QUOTES = re.compile("[\"'`´«»„“”‟‚‘’‛‹›″′]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff]")


def as_read(text: str) -> str:
    """What two spellings of one name share: never shown and never kept, only compared.

    Case, spaces, composed and decomposed letters, the dots of a yo, quotation marks, kinds of dashes and Latin letters
    in Russian words make no difference.
    """
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold().translate(_LOOK_ALIKE)
    return " ".join(_QUOTES.sub("", _DASH.sub("-", folded)).split())
