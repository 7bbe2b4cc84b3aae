"""The application's own key, from which every part that keeps secrets on the disk gets one for its purpose."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, SettingsError
from core.chat.phrases import phrase

FILE = "secret.key"
_SIZE = 32


def keys_of(settings: Settings) -> Callable[[str], bytes]:
    """Gives 32 bytes for a purpose, the same at each start.

    The application's key is the setting, or else a file in the data folder that is made when it is first needed.
    Raises `SettingsError` when the file cannot be trusted.
    """

    @cache
    def own() -> bytes:
        if settings.secret_key is not None:
            return settings.secret_key.get_secret_value().encode()
        return _kept(settings.data_dir / FILE)

    def key_for(purpose: str) -> bytes:
        return hmac.digest(own(), purpose.encode(), hashlib.sha256)

    return key_for


def _kept(path: Path) -> bytes:
    """The key in a file, made once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(made, "wb") as file:
        file.write(os.urandom(_SIZE))
        file.flush()
        os.fsync(file.fileno())
    return _read(path)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        key = file.read(_SIZE + 1)
    if mode & 0o077:
        raise SettingsError(phrase("{path} can be read by other users; run: chmod 600 {path}", path=str(path)))
    if len(key) != _SIZE:
        raise SettingsError(
            phrase(
                "{path} is damaged; restore it from a backup, or set {setting}. What was sealed with it cannot be read "
                "without it",
                path=str(path),
                setting=f"{PREFIX}SECRET_KEY",
            )
        )
    return key
