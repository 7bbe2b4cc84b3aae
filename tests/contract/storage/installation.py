"""An installation with its data folder, for the tests of backup and restore."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.backup import Contents, write_backup
from storage.restore import Restored, read_backup
from tests.contract.storage.revisions import REVISIONS, make_database

__all__ = ["ASIDE", "UPLOAD", "Installation", "company", "fresh"]

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
ASIDE = "replaced-20261122-030405"
UPLOAD = "files/ab/ab" + "0" * 62


class Installation:
    """A data folder with its database, and the backup of it."""

    def __init__(self, home: Path, database: Path | None = None) -> None:
        self.data = home / "var"
        self.data.mkdir(parents=True)
        self.database = database or self.data / "kollega.db"
        self.url = f"sqlite:///{self.database}"
        self.file = home / "backup.zip"

    def fill(self, revision: str = REVISIONS[-1]) -> None:
        """What a bot has that ran for a while."""
        make_database(self.url, revision)
        for name, content in ((UPLOAD, b"picture"), ("secret.key", os.urandom(32)), ("matrix/session", b"sealed")):
            path = self.data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with closing(sqlite3.connect(self.data / "matrix" / "rooms.db")) as rooms:
            rooms.execute("CREATE TABLE rooms (id TEXT)")
            rooms.execute("INSERT INTO rooms VALUES ('!one:example.org')")
            rooms.commit()
        for passing in ("files/incoming/half", "kollega.db.lock", "matrix/session.new", "replaced-20200101-000000/x"):
            path = self.data / passing
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("passing")

    def back_up(self) -> Contents:
        return write_backup(self.file, database_url=self.url, data_dir=self.data, version="0.1.0", now=NOW)

    def restore(self, file: Path | None = None, *, replace: bool = False) -> Restored:
        source = file or self.file
        return read_backup(source, database_url=self.url, data_dir=self.data, replace=replace, now=NOW)

    def everything(self) -> dict[str, bytes]:
        """Every file by its name, without locks."""
        paths = [path for path in self.data.rglob("*") if path.is_file() and path.suffix != ".lock"]
        return {path.relative_to(self.data).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def company(tmp_path: Path) -> Installation:
    """An installation that has been used."""
    made = Installation(tmp_path / "company")
    made.fill()
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> Installation:
    """Another machine, on which there is nothing yet."""
    return Installation(tmp_path / "fresh")
