"""From a backup to an installation: everything is unpacked and checked aside, and only then put in place.

A backup comes from outside: no name in it leads out of the data folder, and nothing is larger than it says.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from core.chat.phrases import phrase
from storage.backup import (
    COMPANIONS,
    DATA,
    DATABASE,
    FORMAT,
    MANIFEST,
    REPLACED,
    Contents,
    Member,
    Unusable,
    check_whole,
    fsync_folder,
    pour,
    sqlite_path,
)
from storage.migrate import upgrade

_STAGE = ".restoring"
_LARGEST_MANIFEST = 256 * 2**20
_DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What the standard library raises for archives that are none, or not whole any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did: `replaced` is where the former data lies now, `migrated` whether the backup was older."""

    contents: Contents
    replaced: tuple[Path, ...]
    migrated: bool


def read_backup(source: Path, *, database_url: str, data_dir: Path, replace: bool, now: datetime) -> Restored:
    """Puts a backup where the settings want it; what is there is kept aside, or with `replace` unset, in the way.

    Nobody else may use the database meanwhile. Raises `Unusable`, `NewerDatabase` or OSError: then nothing changed.
    """
    own = sqlite_path(database_url)
    former = _former(own, data_dir, now)
    if former and not replace:
        raise Unusable(phrase("there is data already: {file}; --force puts it aside", file=str(next(iter(former)))))
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(source) as archive, _stage(data_dir, own) as (stage, fresh):
        contents = _contents(archive)
        if contents.database != ("postgresql" if own is None else "sqlite"):
            raise Unusable(
                phrase(
                    "the backup is of an installation on {database}, and the settings name another",
                    database=contents.database,
                )
            )
        if contents.size > shutil.disk_usage(data_dir).free:
            raise Unusable(
                phrase(
                    "it needs {megabytes} MB, and there is less room in {folder}",
                    megabytes=contents.size // 2**20 + 1,
                    folder=str(data_dir),
                )
            )
        for info, member in _members(archive, contents):
            path = fresh if info.filename == DATABASE else stage / info.filename.removeprefix(DATA)
            _unpack(archive, info, member, path)
        migrated = own is not None and _made_current(fresh)
        with _all_or_none() as moves:
            for path, aside in former.items():
                moves.rename(path, aside)
            for path in sorted(stage.iterdir()):
                moves.rename(path, data_dir / path.name)
            if own is not None:  # last: without a database it is plain that something is missing
                moves.rename(fresh, own)
    kept = {aside.parent if aside.parent.parent == data_dir else aside for aside in former.values()}
    replaced = tuple(sorted(path for path in kept if not path.name.endswith(COMPANIONS)))
    return Restored(contents=contents, replaced=replaced, migrated=migrated)


def _former(own: Path | None, data_dir: Path, now: datetime) -> dict[Path, Path]:
    """What is there now, each with the name under which it is kept."""
    stamp = REPLACED + now.strftime("%Y%m%d-%H%M%S")
    entries = sorted(data_dir.iterdir()) if data_dir.is_dir() else []
    former = {path: data_dir / stamp / path.name for path in entries if not _stays(path.name)}
    if own is not None and not _inside(own, data_dir):
        for end in ("", *COMPANIONS):
            path = own.with_name(own.name + end)
            if path.exists():
                former[path] = own.with_name(f"{own.name}.{stamp}{end}")
    return former


def _stays(name: str) -> bool:
    return name in (_STAGE, "lost+found") or name.startswith(REPLACED) or name.endswith(".lock")


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


@contextmanager
def _stage(data_dir: Path, own: Path | None) -> Iterator[tuple[Path, Path]]:
    """Where files and the database are unpacked, each on its own file system; what a killed restore left is removed."""
    folder = data_dir / _STAGE
    beside = own is not None and not _inside(own, data_dir)
    fresh = own.with_name(own.name + ".new") if own is not None and beside else folder / DATABASE
    shutil.rmtree(folder, ignore_errors=True)
    fresh.unlink(missing_ok=True)
    (folder / "data").mkdir(mode=0o700, parents=True)
    fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield folder / "data", fresh
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for end in ("", *COMPANIONS):
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)


@contextmanager
def _opened(source: Path) -> Iterator[ZipFile]:
    """The archive; whatever is wrong with it is `Unusable`."""
    with source.open("rb") as file:
        try:
            with ZipFile(file) as archive:
                yield archive
        except _DAMAGE as error:
            raise Unusable(
                phrase("{file} is no backup, or damaged ({reason})", file=str(source), reason=str(error))
            ) from error


def _contents(archive: ZipFile) -> Contents:
    """The manifest. Raises ValueError where it is none."""
    info = next((info for info in archive.infolist() if info.filename == MANIFEST), None)
    if info is None or info.file_size > _LARGEST_MANIFEST:
        raise ValueError("it has no manifest")
    with archive.open(info) as file:
        read = json.loads(file.read(_LARGEST_MANIFEST))
    match read:
        case {"format": int(format)} if format > FORMAT:
            raise Unusable(phrase("the backup was made by a later version; update the program first"))
        case {
            "format": int(format),
            "version": str(version),
            "made_at": str(made_at),
            "database": str(database),
            "revision": [*revision],
            "members": {**members},
        }:
            known = {str(name): _member(member) for name, member in members.items()}
            names = tuple(str(name) for name in revision)
            return Contents(
                format=format, version=version, made_at=made_at, database=database, revision=names, members=known
            )
    raise ValueError("its manifest cannot be read")


def _member(read: Any) -> Member:
    match read:
        case {"size": int(size), "sha256": str(sha256)} if size >= 0:
            return Member(size, sha256)
    raise ValueError("its manifest cannot be read")


def _members(archive: ZipFile, contents: Contents) -> Iterator[tuple[ZipInfo, Member]]:
    """The files to unpack: exactly those that the manifest names, under names that are safe."""
    found = {info.filename: info for info in archive.infolist() if info.filename != MANIFEST}
    if len(found) + 1 != len(archive.infolist()) or found.keys() != contents.members.keys():
        raise ValueError("its files are not those of its manifest")
    if (contents.database == "sqlite") != (DATABASE in found):
        raise ValueError("its database is missing")
    for name, info in found.items():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise ValueError(f"{name!r} is no plain file")
        if name != DATABASE and not _is_safe(name):
            raise ValueError(f"{name!r} is no name for a file of ours")
        yield info, contents.members[name]


def _is_safe(name: str) -> bool:
    """Whether a name stays in the data folder, and cannot be taken for a part of a database or of a restore."""
    parts = name.removeprefix(DATA).split("/")
    return (
        name.startswith(DATA)
        and all(part.isprintable() and part not in ("", ".", "..") and "\\" not in part for part in parts)
        and not parts[-1].endswith(COMPANIONS)
        and not _stays(parts[0])
    )


def _unpack(archive: ZipFile, info: ZipInfo, member: Member, path: Path) -> None:
    """Writes one file, which only its owner can read, and never more of it than was announced."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        archive.open(info) as source,
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
    ):
        if pour(source, file, limit=member.size) != member:
            raise ValueError(f"{info.filename!r} is not what it was")
        file.flush()
        os.fsync(file.fileno())


def _made_current(database: Path) -> bool:
    """Whether a database that was unpacked had to be migrated. Raises `NewerDatabase`."""
    check_whole(database)
    migrated = upgrade(f"sqlite:///{database}")
    check_whole(database)
    return migrated


class _Moves:
    """Renames that can be undone."""

    def __init__(self) -> None:
        self._done: list[tuple[Path, Path]] = []

    def rename(self, path: Path, target: Path) -> None:
        """Renames within a file system, never over something."""
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if target.exists():
            raise Unusable(phrase("{file} is in the way", file=str(target)))
        path.rename(target)
        self._done.append((path, target))

    def undo(self) -> None:
        """Everything as it was, as far as the disk allows."""
        for path, target in reversed(self._done):
            with suppress(OSError):
                target.rename(path)

    def sync(self) -> None:
        """Makes it survive a power cut."""
        for folder in {target.parent for _, target in self._done}:
            fsync_folder(folder)


@contextmanager
def _all_or_none() -> Iterator[_Moves]:
    moves = _Moves()
    try:
        yield moves
    except BaseException:
        moves.undo()
        raise
    moves.sync()
