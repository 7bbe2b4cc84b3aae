"""The application's key: set, or made once and kept for the service user only."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.run.keys import keys_of
from bot.run.settings import Settings, SettingsError, load


def test_a_key_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = keys_of(Settings(data_dir=folder))
    assert not folder.exists()
    assert len(first("matrix")) == 32
    assert first("matrix") != first("other")
    file = folder / "secret.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys_of(Settings(data_dir=folder))("matrix") == first("matrix")
    assert file.read_bytes() != first("matrix")


def test_the_setting_is_used_instead(tmp_path: Path) -> None:
    secret = SecretStr("a sentence of at least thirty-two letters")
    one, two = (keys_of(Settings(data_dir=tmp_path, secret_key=key)) for key in (secret, None))
    assert one("matrix") == keys_of(Settings(data_dir=tmp_path / "elsewhere", secret_key=secret))("matrix")
    assert not list(tmp_path.iterdir())
    assert one("matrix") != two("matrix")


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    keys_of(Settings(data_dir=tmp_path))("matrix")
    (tmp_path / "secret.key").chmod(mode)
    with pytest.raises(SettingsError, match=r"can be read by other users; run: chmod 600 .*secret\.key"):
        keys_of(Settings(data_dir=tmp_path))("matrix")


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="damaged"):
        keys_of(Settings(data_dir=tmp_path))("matrix")


def test_a_short_setting_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOLLEGA_SECRET_KEY", "too-short-and-secret")
    with pytest.raises(SettingsError, match=r"^KOLLEGA_SECRET_KEY: has fewer than 32 characters$"):
        load()
