"""Addresses of accounts as people write them, brought to the form in which the messenger itself says them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from core.chat.phrases import Phrase, phrase

_MATRIX_ID = re.compile(r"(@[^\s:@]+):([A-Za-z0-9.\-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?)")
_LONGEST_MATRIX_ID = 255
_LARGEST_TELEGRAM_ID = 2**52


def as_it_arrives(network: str, written: str) -> str | Phrase:
    """What an event of this account will have as its address; or why it cannot be one.

    Of a network that is not known here any text is an address.
    """
    read = _READERS.get(network)
    return written if read is None else read(written)


def _telegram(written: str) -> str | Phrase:
    number = int(written) if written.isascii() and written.isdecimal() and len(written) <= 16 else 0
    if 0 < number <= _LARGEST_TELEGRAM_ID:
        return str(number)
    return phrase("“{text}” is not a Telegram id; write the number, not the name", text=written)


def _matrix(written: str) -> str | Phrase:
    """Servers write their names in small letters; what stands before them is theirs to decide."""
    found = _MATRIX_ID.fullmatch(written)
    if found is None or len(written) > _LONGEST_MATRIX_ID:
        return phrase("“{text}” is not a Matrix id; it looks like @user:server", text=written)
    return f"{found[1]}:{found[2].lower()}"


_READERS: Mapping[str, Callable[[str], str | Phrase]] = {"telegram": _telegram, "matrix": _matrix}
