"""One file with all that an installation needs, taken while the bot runs.

The database comes first, as of one moment: a file is stored before the rows that name it, so none can be missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from core.chat.phrases import Told, phrase
from storage.engines import address
from storage.migrate import current

FORMAT = 1
MANIFEST, DATABASE, DATA = "manifest.json", "database.sqlite", "data/"
COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; it is part of the copy already, and would damage another one."""
_PASSING = (".lock", ".new", *COMPANIONS)
REPLACED = "replaced-"
"""Begins the names of what a restore has put aside."""
_CHUNK = 2**20
_PATIENCE = 30.0
_SQLITE = b"SQLite format 3\x00"


class Unusable(Told):
    """There is nothing to back up, or a backup cannot be used; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup: its size in bytes, and the SHA-256 of its content in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in a backup. `database` is sqlite, or postgresql, which is not among `members`; `made_at` is RFC 3339."""

    format: int
    version: str
    made_at: str
    database: str
    revision: tuple[str, ...]
    members: dict[str, Member]

    @property
    def size(self) -> int:
        """Bytes when it is unpacked."""
        return sum(member.size for member in self.members.values())


def write_backup(target: Path, *, database_url: str, data_dir: Path, version: str, now: datetime) -> Contents:
    """Writes a backup that only its owner can read, whole or not at all. Raises `Unusable` and OSError.

    Writers are not kept waiting: SQLite's readers do not block them.
    """
    if target.resolve().is_relative_to(data_dir.resolve()):
        raise Unusable(
            phrase(
                "{file} would lie in the folder that is backed up; name a file outside of {folder}",
                file=str(target),
                folder=str(data_dir),
            )
        )
    beside = target.with_name(target.name + ".part")
    beside.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with (
                ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3) as archive,
                TemporaryDirectory(dir=target.parent, prefix=".kollega-") as folder,
            ):
                contents = _fill(archive, Path(folder), database_url, data_dir, version, now)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    fsync_folder(target.parent)
    return contents


def sqlite_path(database_url: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    url = address(database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def check_whole(database: Path) -> None:
    """Makes a copy of a database one file, and raises `Unusable` when it is damaged."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            fault = str(error)
    if fault != "ok":
        raise Unusable(phrase("{file} is damaged ({reason})", file=database.name, reason=str(fault)))


class Source(Protocol):
    """What can be read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Sink(Protocol):
    """What can be written to."""

    def write(self, data: bytes, /) -> object:
        """Writes all of it."""


def pour(source: Source, sink: Sink, *, limit: int | None = None) -> Member:
    """Copies everything, and ends soon after `limit` bytes; what was copied."""
    size, digest = 0, hashlib.sha256()
    while (limit is None or size <= limit) and (chunk := source.read(_CHUNK)):
        sink.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return Member(size, digest.hexdigest())


def fsync_folder(path: Path) -> None:
    """Makes the names in a folder survive a power cut."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _fill(archive: ZipFile, scratch: Path, database_url: str, data_dir: Path, version: str, now: datetime) -> Contents:
    members: dict[str, Member] = {}
    own = sqlite_path(database_url)
    if own is None:
        revision = current(database_url)
    else:
        if not own.is_file():
            raise Unusable(phrase("there is no database at {file}", file=str(own)))
        with _copy(own, scratch) as copy:
            revision = current(f"sqlite:///{copy}")
            check_whole(copy)
            members[DATABASE] = _add(archive, copy, DATABASE, now)
    for path in _files(data_dir, own):
        name = DATA + path.relative_to(data_dir).as_posix()
        try:
            if _is_database(path):
                with _copy(path, scratch) as copy:
                    check_whole(copy)
                    members[name] = _add(archive, copy, name, now)
            else:
                members[name] = _add(archive, path, name, now)
        except FileNotFoundError:
            continue  # replaced or thrown away meanwhile
    contents = Contents(
        format=FORMAT,
        version=version,
        made_at=now.isoformat(timespec="seconds"),
        database="postgresql" if own is None else "sqlite",
        revision=tuple(sorted(revision)),
        members=members,
    )
    archive.writestr(_info(MANIFEST, now), json.dumps(asdict(contents), indent=1))
    return contents


def _files(data_dir: Path, own: Path | None) -> Iterator[Path]:
    """Every file that belongs to the installation, without the database and what is only in the making."""
    seen = {data_dir.resolve()}
    for folder, folders, names in os.walk(data_dir, onerror=_raise, followlinks=True):
        here = Path(folder)
        inner = [name for name in sorted(folders) if not _passing(here.relative_to(data_dir), name)]
        folders[:] = [name for name in inner if (here / name).resolve() not in seen]  # a link may lead in circles
        seen.update((here / name).resolve() for name in folders)
        for path in (here / name for name in sorted(names) if not name.endswith(_PASSING)):
            if path.is_file() and not (own is not None and path.samefile(own)):
                yield path


def _passing(inside: Path, folder: str) -> bool:
    """Whether a folder holds nothing that has to be kept."""
    if inside == Path():
        return folder == "lost+found" or folder.startswith((REPLACED, "."))
    return inside == Path("files") and folder == "incoming"


def _raise(error: OSError) -> None:
    """What cannot be read would be missing: then there is no backup."""
    raise error


def _is_database(path: Path) -> bool:
    """Only what parts of the program made: people's files have no such names, and are never opened as databases."""
    if path.suffix != ".db":
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


@contextmanager
def _copy(database: Path, scratch: Path) -> Iterator[Path]:
    """A database as of one moment, while others write."""
    copy = scratch / "copy.db"
    try:
        with (
            closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)  # in one step: one snapshot, and no starting over when others write
        yield copy
    except sqlite3.DatabaseError as error:
        raise Unusable(phrase("{file} cannot be copied ({reason})", file=str(database), reason=str(error))) from error
    finally:
        copy.unlink(missing_ok=True)


def _add(archive: ZipFile, path: Path, name: str, now: datetime) -> Member:
    with path.open("rb") as source, archive.open(_info(name, now), "w", force_zip64=True) as sink:
        return pour(source, sink)


def _info(name: str, now: datetime) -> ZipInfo:
    info = ZipInfo(name, now.timetuple()[:6])
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o100600 << 16
    return info
