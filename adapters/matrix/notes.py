"""The adapter's own small database: what has to be known of rooms beside the events that the house keeps."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import structlog

log = structlog.get_logger()

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rooms (
    id TEXT PRIMARY KEY, person TEXT, encrypted INTEGER NOT NULL, joined INTEGER NOT NULL, invited INTEGER NOT NULL,
    successor TEXT, name TEXT NOT NULL, "left" INTEGER NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wishes (
    room TEXT PRIMARY KEY, inviter TEXT NOT NULL, wish TEXT NOT NULL, since REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS expected (person TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
    event TEXT PRIMARY KEY, room TEXT NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL, since REAL NOT NULL,
    told INTEGER NOT NULL
) WITHOUT ROWID;
"""


def open_notes(folder: Path) -> sqlite3.Connection:
    """The database at `rooms.db` in `folder`, in autocommit mode.

    A file that cannot be read is laid aside: everything in it that matters can be asked from the server again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rooms.db"
    try:
        return _opened(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        log.error("matrix_rooms_unreadable", error=type(error).__name__)
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        path.replace(path.with_suffix(".broken"))
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    notes = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        notes.execute("PRAGMA journal_mode = WAL")
        notes.execute("PRAGMA synchronous = NORMAL")
        notes.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        notes.close()
        raise
    return notes
