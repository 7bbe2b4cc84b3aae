"""Pictures, documents and voice: what they are, apart from where their bytes are kept."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from core.chat.blocks import Block
from core.chat.codec import record


@record
class Media(Enum):
    """How a messenger shows an attachment."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"


@record
class Loss(Enum):
    """Why an attachment that somebody sent has no content here."""

    TOO_LARGE = "too_large"
    NOT_FETCHED = "not_fetched"
    DISK_FULL = "disk_full"
    EMPTY = "empty"
    DANGEROUS = "dangerous"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file by the hash of its content. `size` in bytes; pixels and seconds where known.

    `content` is the SHA-256 in hexadecimal under which `Files` keeps the bytes; empty when `loss` says why not.
    `caption` is what its sender wrote to it.
    """

    media: Media
    name: str
    mime: str
    size: int
    content: str = ""
    width: int | None = None
    height: int | None = None
    seconds: int | None = None
    loss: Loss | None = None
    caption: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that a page itself brings, such as a picture that was drawn, or a text too long for a message."""

    name: str
    mime: str
    content: bytes

    @property
    def media(self) -> Media:
        """How it is shown: what every messenger can show as a picture is one."""
        return Media.PHOTO if self.mime in ("image/png", "image/jpeg") else Media.DOCUMENT


class TooLarge(Exception):
    """The file exceeds the limit given to `Files.save`."""


class NoSpace(Exception):
    """The disk is full."""


class Files(Protocol):
    """Keeps contents by their hash; the same content is kept once."""

    async def save(self, chunks: AsyncIterable[bytes], limit: int) -> tuple[str, int]:
        """Stores a content of at most `limit` bytes; its hash and size. Raises `TooLarge` or `NoSpace`."""

    def path(self, content: str) -> Path:
        """Where the bytes of a content lie."""
