"""Files on disk, by the hash of their content: the same content is kept once, and never half."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
import time
from collections.abc import AsyncIterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from core.chat.files import NoSpace, TooLarge

_HASH = re.compile(r"[0-9a-f]{64}")
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ABANDONED = 24 * 3600
"""Seconds after which a file in the making belongs to a process that was killed."""


class FileStore:
    """The `Files` of core, in `files` under the data folder, spread over 256 folders."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "files"

    async def save(self, chunks: AsyncIterable[bytes], limit: int) -> tuple[str, int]:
        """Stores a content of at most `limit` bytes; its hash and size. Raises `TooLarge` or `NoSpace`."""
        try:
            file = await asyncio.to_thread(self._begin)
            try:
                digest, size = hashlib.sha256(), 0
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge(f"more than {limit} bytes")
                    digest.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                await asyncio.to_thread(self._keep, file, digest.hexdigest())
            finally:
                _discard(file)
        except OSError as error:
            if error.errno in _FULL:
                raise NoSpace("the disk is full") from error
            raise
        return digest.hexdigest(), size

    def path(self, content: str) -> Path:
        """Where the bytes of a content lie; ValueError for what is no hash."""
        if _HASH.fullmatch(content) is None:
            raise ValueError("not the hash of a content")
        return self._root / content[:2] / content

    def _begin(self) -> BinaryIO:
        incoming = self._root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        for old in incoming.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - old.stat().st_mtime > _ABANDONED:
                    old.unlink()
        return (incoming / uuid4().hex).open("xb")

    def _keep(self, file: BinaryIO, content: str) -> None:
        file.flush()
        # The event that names this file is about to be committed: the bytes must be on the disk before it.
        os.fsync(file.fileno())
        path = self.path(content)
        path.parent.mkdir(exist_ok=True)
        Path(file.name).replace(path)


def _discard(file: BinaryIO) -> None:
    """Closes a file and removes what is left under its name: nothing, when it was kept."""
    with suppress(OSError):  # a full disk fails once more here
        file.close()
    Path(file.name).unlink(missing_ok=True)
