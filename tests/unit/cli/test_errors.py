"""Every mistake of the command line is one clear line and a status other than 0."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.run.setting_names import FILE
from tests.unit.cli.conftest import Kollega


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("people", "import", "nowhere.csv"), "nowhere.csv: No such file or directory"),
        (("people", "import", "."), ".: Is a directory"),
        (("people", "list", "--format", "xml"), "--format xml: only json is there."),
        (("nosuch",), "No such command 'nosuch'. See `kollega --help`."),
        (("invite",), "Missing argument"),
        (("people", "list", "--nosuch"), "No such option"),
    ],
)
def test_a_wrong_command_is_one_line(kollega: Kollega, words: tuple[str, ...], said: str) -> None:
    ended = kollega(*words)
    assert ended.status != 0
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1
    assert said in ended.err


@pytest.mark.parametrize("words", [("people", "list"), ("run",), ("db", "upgrade")])
def test_a_wrong_setting_stops_every_command(
    kollega: Kollega, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOLLEGA_TELEGRAM__TOKN", "x")
    ended = kollega(*words)
    assert ended.status == 1
    assert ended.err.startswith("kollega: settings: KOLLEGA_TELEGRAM__TOKN: there is no such setting; did you mean ")
    assert ended.err.count("\n") == 1


def test_a_file_that_is_no_database_is_named(kollega: Kollega, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "kollega.db").write_bytes(b"something else" * 1000)
    ended = kollega("people", "list")
    assert ended.status == 1
    assert ended.err == "kollega: the database cannot be used: file is not a database; see `kollega doctor`\n"


def test_a_database_of_a_later_version_is_left_alone(kollega: Kollega, tmp_path: Path) -> None:
    kollega("db", "upgrade")
    with sqlite3.connect(tmp_path / "var" / "kollega.db") as connection:
        connection.execute("INSERT INTO alembic_version VALUES ('9999_later')")
    connection.close()
    ended = kollega("people", "list")
    assert ended.status == 1
    assert "a later version has changed this database (9999_later" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_debug_shows_the_traceback(kollega: Kollega) -> None:
    with pytest.raises(FileNotFoundError):
        kollega("--debug", "people", "import", "nowhere.csv")


def test_the_help_is_shown_without_a_command(kollega: Kollega) -> None:
    ended = kollega()
    assert "people" in ended.out
    assert (ended.status, ended.err) == (2, "")
    assert kollega("--help").status == 0


def test_a_setting_in_the_file_counts(kollega: Kollega, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('database_url = "sqlite:///elsewhere.db"\n')
    assert kollega("db", "upgrade").status == 0
    assert (tmp_path / "elsewhere.db").exists()
