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
        (("nosuch",), "There is no command nosuch. See `kollega --help`."),
        (("docto",), "There is no command docto; did you mean doctor?"),
        (("invite",), "say who is invited: people, or --department"),
        (("people", "erase"), "PERSON is missing."),
        (("people", "import", "x", "--alike", "so"), "--alike may be tell, same, or new."),
        (("people", "list", "--nosuch"), "There is no option --nosuch."),
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nosuch",), "kollega: Команды nosuch нет. Подсказка: `kollega --help`."),
        (("people", "list", "--format", "xml"), "kollega: --format xml: есть только json."),
        (("backup", "x.zip"), "kollega: базы данных по адресу"),
        (("matrix", "verify"), "kollega: Matrix выключен; задайте KOLLEGA_MATRIX__HOMESERVER"),
    ],
)
def test_errors_are_in_the_language_of_the_company(
    kollega: Kollega, words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOLLEGA_LANGUAGE")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    (tmp_path / FILE).write_text('language = "ru"\n')
    assert kollega(*words).err.startswith(said)


def test_before_there_are_settings_it_is_that_of_the_system(
    kollega: Kollega, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KOLLEGA_LANGUAGE", "KOLLEGA_WEB__PORT", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert "There is no command" in kollega("nosuch").err
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert "Команды nosuch нет" in kollega("nosuch").err
    (tmp_path / FILE).write_text('language = "en"\n[web]\nport = "http"\n')
    assert kollega("people", "list").err == "kollega: settings: kollega.toml: web.port: has to be a whole number\n"
