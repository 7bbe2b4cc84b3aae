"""Uploads files once: where a content lies on the server is remembered, so that a broadcast uploads it one time."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from nio.crypto.attachments import encrypt_attachment

from adapters.matrix.connection import Connection, Refusal
from adapters.matrix.thumbnails import Picture, picture
from adapters.matrix.write import Uploaded
from core.chat.files import Attachment, Draft, Files
from core.chat.files import Media as Kind

_REMEMBERED = 1000
_LIMIT_PATHS = ("/_matrix/client/v1/media/config", "/_matrix/media/v3/config")
_BYTES = "application/octet-stream"
_MIME = re.compile(r"[a-z]+/[a-z0-9!#$&^_.+-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on the server, with the small copy of a large picture."""

    file: Uploaded
    thumbnail: Uploaded | None = None


class Media:
    """The media store of one account."""

    def __init__(self, connection: Connection, files: Files) -> None:
        self._connection, self._files = connection, files
        self._stored: OrderedDict[tuple[str, str, bool], Stored] = OrderedDict()
        self._locks: WeakValueDictionary[tuple[str, str, bool], asyncio.Lock] = WeakValueDictionary()
        self._drawing = asyncio.Semaphore(1)  # a large picture takes a hundred megabytes while it is made small
        self._limit: int | None = None
        self._asked = False

    async def upload(self, file: Attachment | Draft, encrypted: bool) -> Stored:
        """Puts a file on the server, or finds where it is; those who want the same one at once share the upload.

        Raises FileNotFoundError when its bytes are not kept here, a Refusal of status 413 when it is too large, and
        what requests raise.
        """
        digest = file.content if isinstance(file, Attachment) else hashlib.sha256(file.content).hexdigest()
        key = (digest, file.mime, encrypted)
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            if key not in self._stored:
                self._stored[key] = await self._store(file, encrypted)
                while len(self._stored) > _REMEMBERED:
                    self._stored.popitem(last=False)
            self._stored.move_to_end(key)
            return self._stored[key]

    async def _store(self, file: Attachment | Draft, encrypted: bool) -> Stored:
        content = await self._content(file)
        seen: Picture | None = None
        mime = file.mime.lower() if _MIME.fullmatch(file.mime) else _BYTES
        if mime.startswith("image/"):
            async with self._drawing:
                seen = await asyncio.to_thread(picture, content)
            mime = seen.mime if seen is not None else _BYTES
        width, height = _pixels(file, seen)
        thumbnail = None
        if seen is not None and seen.small is not None:
            small = seen.small
            thumbnail = await self._put(small.content, small.mime, small.width, small.height, encrypted)
        return Stored(await self._put(content, mime, width, height, encrypted), thumbnail)

    async def _content(self, file: Attachment | Draft) -> bytes:
        limit = await self._most()
        if isinstance(file, Draft):
            _check(len(file.content), limit)
            return file.content
        if not file.content:
            raise FileNotFoundError
        return await asyncio.to_thread(_read, self._files.path(file.content), limit)

    async def _put(self, content: bytes, mime: str, width: int | None, height: int | None, encrypted: bool) -> Uploaded:
        if not encrypted:
            address = await self._connection.upload(content, mime)
            return Uploaded(address, None, len(content), mime, width, height)
        secret, keys = await asyncio.to_thread(encrypt_attachment, content)
        address = await self._connection.upload(secret, _BYTES)
        return Uploaded(address, keys, len(content), mime, width, height)

    async def _most(self) -> int | None:
        """The server's limit in bytes, where it tells: a server may cut off what is too large without an answer."""
        for path in () if self._asked else _LIMIT_PATHS:
            try:
                found: Any = (await self._connection.request("GET", path)).get("m.upload.size")
            except Refusal as error:
                if error.seconds is not None:
                    raise
                continue
            self._limit = found if isinstance(found, int) and found > 0 else None
            break
        self._asked = True
        return self._limit


def _read(path: Path, limit: int | None) -> bytes:
    _check(path.stat().st_size, limit)
    return path.read_bytes()


def _check(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise Refusal(413, {"errcode": "M_TOO_LARGE"})


def _pixels(file: Attachment | Draft, seen: Picture | None) -> tuple[int | None, int | None]:
    """As the picture is shown: what others said of it may be from before it was turned."""
    if seen is not None:
        return seen.width, seen.height
    if isinstance(file, Attachment) and file.media in (Kind.PHOTO, Kind.VIDEO):
        return file.width, file.height
    return None, None
