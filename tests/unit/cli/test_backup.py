"""`kollega backup` and `kollega restore`: what they say, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from storage.exclusive import claim
from tests.unit.cli.conftest import Kollega

PEOPLE = "external_id;last_name;first_name\ng;Orlov;Gleb\n"


@pytest.fixture
def file(kollega: Kollega, tmp_path: Path) -> Path:
    """A backup of an installation in which somebody works."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    assert kollega("people", "import", "people.csv").status == 0
    made = kollega("backup", "kollega.zip")
    assert (made.status, made.err) == (0, "")
    assert made.out.startswith(f"{tmp_path / 'kollega.zip'} is written: ")
    return tmp_path / "kollega.zip"


def test_another_folder_has_it_all(kollega: Kollega, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = kollega("people", "list").out
    monkeypatch.setenv("KOLLEGA_DATA_DIR", "elsewhere")
    done = kollega("restore", str(file))
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Restored: ")
    assert kollega("people", "list").out == people
    assert "Orlov" in people


def test_a_file_that_is_there_is_kept(kollega: Kollega, file: Path) -> None:
    before = file.read_bytes()
    refused = kollega("backup", str(file))
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == f"kollega: {file} is there already; choose another name, or add --force to replace it\n"
    assert file.read_bytes() == before
    assert kollega("backup", "--force", str(file)).status == 0


def test_data_that_is_there_is_put_aside(kollega: Kollega, file: Path, tmp_path: Path) -> None:
    refused = kollega("restore", str(file))
    assert refused.status == 1
    assert refused.err.startswith("kollega: there is data already: ")
    done = kollega("restore", "--force", str(file))
    assert done.status == 0
    (aside,) = (tmp_path / "var").glob("replaced-*")
    assert f"The former data is in {aside}; delete it when all is well." in done.out
    assert (aside / "kollega.db").is_file()


def test_a_running_bot_is_not_pulled_away(kollega: Kollega, file: Path) -> None:
    with claim("sqlite:///var/kollega.db"):
        refused = kollega("restore", "--force", str(file))
        assert refused.status == 1
        assert "stop it first" in refused.err
        assert kollega("backup", "another.zip").status == 0


def test_the_key_that_is_not_in_it_is_named(kollega: Kollega, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOLLEGA_SECRET_KEY", "k" * 32)
    assert "because KOLLEGA_SECRET_KEY is set: keep that one too" in kollega("backup", "more.zip").out


@pytest.mark.parametrize("name", ["nothing.zip", "people.csv"])
def test_what_is_no_backup_is_refused_in_a_line(kollega: Kollega, file: Path, name: str) -> None:
    refused = kollega("restore", "--force", name)
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert refused.err.startswith(f"kollega: {name}")
    assert "Orlov" in kollega("people", "list").out


def test_without_a_database_there_is_nothing_to_back_up(kollega: Kollega, tmp_path: Path) -> None:
    refused = kollega("backup", "kollega.zip")
    assert refused.status == 1
    assert "there is no database" in refused.err
    assert list(tmp_path.iterdir()) == []


def test_a_backup_from_a_later_version_says_what_to_do(kollega: Kollega, file: Path, tmp_path: Path) -> None:
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["manifest.json"] = members["manifest.json"].replace(b'"format": 1', b'"format": 2')
    with ZipFile(tmp_path / "later.zip", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    refused = kollega("restore", "--force", "later.zip")
    assert refused.err == "kollega: the backup was made by a later version; update the program first\n"
