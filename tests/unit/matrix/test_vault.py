"""Sealed files."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.matrix.vault import Vault, WrongKey, write_private
from tests.support.keys import key_for

KEY = key_for("one")


def test_what_is_sealed_is_read_again_and_cannot_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    assert Vault(path, KEY).read() == {}
    Vault(path, KEY).write({"token": "secret"})
    assert Vault(path, KEY).read() == {"token": "secret"}
    assert b"secret" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_another_key_is_said_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "file"
    Vault(path, KEY).write({})
    with pytest.raises(WrongKey, match=r"file cannot be opened.*KOLLEGA_SECRET_KEY.*secret\.key"):
        Vault(path, key_for("two")).read()


@pytest.mark.parametrize("at", [0, 8, 33, -1])
def test_a_changed_file_is_refused(tmp_path: Path, at: int) -> None:
    path = tmp_path / "file"
    Vault(path, KEY).write({"a": "b"})
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)
    with pytest.raises(WrongKey):
        Vault(path, KEY).read()


@pytest.mark.parametrize("content", [b"", b"kollega\x01", b"kollega\x01" + bytes(39), b"{}"])
def test_a_torn_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WrongKey):
        Vault(path, KEY).read()


def test_one_sealed_file_does_not_stand_for_another(tmp_path: Path) -> None:
    Vault(tmp_path / "session", KEY).write({"a": 1})
    (tmp_path / "session").rename(tmp_path / "signing")
    with pytest.raises(WrongKey):
        Vault(tmp_path / "signing", KEY).read()


def test_a_rest_of_a_crash_is_in_nobodys_way(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, b"old")
    (tmp_path / "file.new").write_bytes(b"half")
    write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]
