"""What takes the place of a file that Telegram does not let anybody delete any more."""

from __future__ import annotations

import hashlib
import struct
import zlib

from adapters.telegram.receipts import One
from adapters.telegram.write import File
from core.chat.files import Media

_WIDTH, _HEIGHT, _GREY = 320, 180, b"\xe6"
_WORDS = "…\n"


def instead_of(old: One) -> File | None:
    """A file of a kind that a message can be made to show: an empty picture, or an empty document in an album of those.

    None for a voice message and for the music of an album, which Telegram replaces by nothing else.
    """
    if old.kind is None or (old.member and old.kind == "audio"):
        return None
    return _DOCUMENT if old.member and old.kind == "document" else _PICTURE


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _picture() -> bytes:
    """A grey PNG."""
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    rows = (b"\0" + _GREY * _WIDTH) * _HEIGHT
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _file(media: Media, name: str, content: bytes) -> File:
    return File(media=media, name=name, digest=hashlib.sha256(content).hexdigest(), content=content)


_PICTURE = _file(Media.PHOTO, "empty.png", _picture())
_DOCUMENT = _file(Media.DOCUMENT, "empty.txt", _WORDS.encode())
