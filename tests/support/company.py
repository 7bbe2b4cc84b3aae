"""A company's database with its cast, who are engaged once for all tests of a worker instead of once for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import Database
from tests.support.cast import CAST, Member, by_key, engage
from tests.support.clock import MovableClock


def found(file: Path, template: Path, messenger: str, address: Callable[[Member], str]) -> dict[str, int]:
    """Makes a SQLite file with the cast, each with an account at `address` of one messenger; person ids by key.

    `template` is a migrated, empty one.
    """
    content, ids = _engaged(template, messenger)
    file.write_bytes(content)
    with closing(sqlite3.connect(file)) as database:
        moved = [(address(member), address(member), by_key(member)) for member in CAST]
        database.executemany("UPDATE accounts SET address = ?, chat = ? WHERE address = ?", moved)
        database.commit()
    return dict(ids)


@cache
def _engaged(template: Path, messenger: str) -> tuple[bytes, dict[str, int]]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "kollega.db"
        file.write_bytes(template.read_bytes())
        database = Database(f"sqlite:///{file}", MovableClock())
        ids = database.transact_now(lambda uow: engage(uow, messenger, by_key))
        database.close_now()
        return file.read_bytes(), ids
