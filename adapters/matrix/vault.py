"""Small files that only the application can read: sealed with its key, replaced as a whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from Crypto.Cipher import ChaCha20_Poly1305

from core.chat.phrases import Told, phrase

_MARK = b"kollega\x01"
_NONCE, _TAG = 24, 16


class WrongKey(Told):
    """Something was sealed with another application key, or is damaged; the text says what to do."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            phrase(
                "{path} cannot be opened with this application key. Set KOLLEGA_SECRET_KEY, or put the file secret.key "
                "back, as it was when the file was written; or move the file away, and the bot begins anew as a new "
                "device.",
                path=str(path),
            )
        )


class Vault:
    """One sealed file with a JSON object; empty when it is not there. `key` has 32 bytes."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key

    def read(self) -> dict[str, Any]:
        """What is kept. Raises `WrongKey`."""
        try:
            sealed = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        sealed = sealed.removeprefix(_MARK)
        nonce, tag, text = sealed[:_NONCE], sealed[_NONCE : _NONCE + _TAG], sealed[_NONCE + _TAG :]
        try:
            content = json.loads(self._cipher(nonce).decrypt_and_verify(text, tag))
        except ValueError:
            raise WrongKey(self._path) from None
        assert isinstance(content, dict)
        return content

    def write(self, content: Mapping[str, Any]) -> None:
        """Keeps this instead of what was there."""
        nonce = os.urandom(_NONCE)
        text, tag = self._cipher(nonce).encrypt_and_digest(json.dumps(content).encode())
        write_private(self._path, _MARK + nonce + tag + text)

    def _cipher(self, nonce: bytes) -> ChaCha20_Poly1305.ChaCha20Poly1305Cipher:
        cipher = ChaCha20_Poly1305.new(key=self._key, nonce=nonce)
        cipher.update(_MARK + self._path.name.encode())
        return cipher


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read, whole or not at all, also when the power fails."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
