"""Files on disk: once each, never half, and nothing left behind."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.chat.files import NoSpace, TooLarge
from storage.files import FileStore


async def chunks(*parts: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if then is not None:
        raise then


def kept(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in root.rglob("*") if path.is_file()]


async def test_a_content_is_kept_under_its_hash(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    content, size = await files.save(chunks(b"ab", b"c"), limit=3)
    assert (content, size) == (hashlib.sha256(b"abc").hexdigest(), 3)
    assert files.path(content).read_bytes() == b"abc"
    assert await files.save(chunks(b"abc"), limit=3) == (content, size)
    assert kept(tmp_path) == [b"abc"]


async def test_what_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await FileStore(tmp_path).save(chunks(b"ab", b"cd"), limit=3)
    assert kept(tmp_path) == []


async def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        await FileStore(tmp_path).save(chunks(b"ab", then=ConnectionResetError()), limit=3)
    assert kept(tmp_path) == []


async def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace):
        await FileStore(tmp_path).save(chunks(b"ab"), limit=3)
    assert kept(tmp_path) == []


async def test_what_a_killed_process_left_is_removed_after_a_day(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    await files.save(chunks(b"a"), limit=1)
    incoming = tmp_path / "files" / "incoming"
    for name, age in (("old", 25 * 3600), ("young", 3600)):
        (incoming / name).write_bytes(name.encode())
        os.utime(incoming / name, (time.time() - age,) * 2)
    await files.save(chunks(b"b"), limit=1)
    assert sorted(kept(tmp_path)) == [b"a", b"b", b"young"]


@pytest.mark.parametrize("content", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_only_a_hash_is_a_path(tmp_path: Path, content: str) -> None:
    with pytest.raises(ValueError, match="hash"):
        FileStore(tmp_path).path(content)
