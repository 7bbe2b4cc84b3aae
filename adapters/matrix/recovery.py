"""The recovery key: with it an admin can sign in as the bot with any client, and a lost store gets its identity back.

Secret storage of the Client-Server API, algorithm m.secret_storage.v1.aes-hmac-sha2: the secrets lie encrypted in the
account's data on the server. The key is written to a file once and nowhere else, so it may be moved to a safe place.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from adapters.matrix.connection import Connection, Refusal, part
from adapters.matrix.encoding import mapping, padded, unpadded
from adapters.matrix.vault import Vault, write_private

SECRETS = ("master", "self_signing", "user_signing")
_ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
_DEFAULT = "m.secret_storage.default_key"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_HEADER = b"\x8b\x01"
_SIZE = 32


class Recovery:
    """Secret storage of one account, and the file with its key."""

    def __init__(self, connection: Connection, vault: Vault, file: Path) -> None:
        self._connection, self._vault, self._path = connection, vault, file

    @property
    def file(self) -> Path | None:
        """Where the recovery key lies, None when it is not there."""
        return self._path if self._path.exists() else None

    async def ensure(self, seeds: Mapping[str, bytes]) -> None:
        """Stores the seeds under a new recovery key, unless the account has secret storage already."""
        made = self._vault.read().get("recovery")
        default = (await self._data(_DEFAULT)).get("key")
        if default is not None and default != made:
            return  # somebody set it up with a client: the recovery key is theirs
        name = default or uuid4().hex
        key = self._written()
        if default is None:
            if key is None:
                key = os.urandom(_SIZE)
                write_private(self._path, encoded(key).encode() + b"\n")
            self._vault.write({**self._vault.read(), "recovery": name})
            description = {"algorithm": _ALGORITHM, "name": "Kollega", **sealed(key, "", bytes(_SIZE))}
            del description["ciphertext"]
            await self._set(f"m.secret_storage.key.{name}", description)
        if key is None:
            return
        for secret, seed in seeds.items():
            kept = mapping((await self._data(_secret(secret))).get("encrypted"))
            if opened(key, _secret(secret), mapping(kept.get(name))) != seed:
                await self._set(_secret(secret), {"encrypted": {**kept, name: sealed(key, _secret(secret), seed)}})
        if default is None:
            await self._set(_DEFAULT, {"key": name})

    async def restore(self) -> dict[str, bytes] | None:
        """The seeds out of secret storage; None without the key, or when something is missing or damaged."""
        key, name = self._written(), (await self._data(_DEFAULT)).get("key")
        if key is None or not isinstance(name, str):
            return None
        seeds: dict[str, bytes] = {}
        for secret in SECRETS:
            kept = mapping((await self._data(_secret(secret))).get("encrypted"))
            seed = opened(key, _secret(secret), mapping(kept.get(name)))
            if seed is None:
                return None
            seeds[secret] = seed
        self._vault.write({**self._vault.read(), "recovery": name})
        return seeds

    def _written(self) -> bytes | None:
        """The key in the file, None when there is none or it is not one."""
        try:
            return decoded(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return None

    async def _data(self, kind: str) -> dict[str, Any]:
        try:
            return await self._connection.request("GET", self._address(kind))
        except Refusal as refusal:
            if refusal.status != HTTPStatus.NOT_FOUND:
                raise
            return {}

    async def _set(self, kind: str, content: Mapping[str, Any]) -> None:
        await self._connection.request("PUT", self._address(kind), content)

    def _address(self, kind: str) -> str:
        return f"/_matrix/client/v3/user/{part(self._connection.user)}/account_data/{part(kind)}"


def encoded(key: bytes) -> str:
    """A recovery key as people write it: base58 with a parity byte, in groups of four."""
    raw = _HEADER + key
    number = int.from_bytes(raw + bytes([_parity(raw)]))
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def decoded(text: str) -> bytes:
    """The key that somebody wrote. Raises ValueError when it is none."""
    number = 0
    for letter in "".join(text.split()):
        number = number * 58 + _ALPHABET.index(letter)
    raw = number.to_bytes(len(_HEADER) + _SIZE + 1) if number.bit_length() <= 8 * (len(_HEADER) + _SIZE + 1) else b""
    if not raw.startswith(_HEADER) or _parity(raw):
        raise ValueError("no recovery key")
    return raw[len(_HEADER) : -1]


def sealed(key: bytes, name: str, secret: bytes) -> dict[str, str]:
    """A secret encrypted under its name. The key's own check is 32 zero bytes under no name."""
    iv = bytearray(os.urandom(16))
    iv[8] &= 0x7F  # some implementations cannot count past this bit
    text = _text(name, secret)
    ciphertext = _aes(key, name, bytes(iv)).encrypt(text)
    return {"iv": unpadded(bytes(iv)), "ciphertext": unpadded(ciphertext), "mac": unpadded(_mac(key, name, ciphertext))}


def opened(key: bytes, name: str, found: Mapping[str, Any]) -> bytes | None:
    """The secret of this name; None when it is not there, was changed, or is under another key."""
    try:
        iv, ciphertext, mac = (padded(found[field]) for field in ("iv", "ciphertext", "mac"))
        if not hmac.compare_digest(mac, _mac(key, name, ciphertext)):
            return None
        secret = padded(_aes(key, name, iv).decrypt(ciphertext).decode())
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    return secret if len(secret) == _SIZE else None


def _text(name: str, secret: bytes) -> bytes:
    return unpadded(secret).encode() if name else secret


def _keys(key: bytes, name: str) -> tuple[bytes, bytes]:
    both = HKDF(key, 64, bytes(32), SHA256, context=name.encode())
    assert isinstance(both, bytes)
    return both[:32], both[32:]


def _aes(key: bytes, name: str, iv: bytes) -> Any:
    return AES.new(_keys(key, name)[0], AES.MODE_CTR, nonce=b"", initial_value=iv)


def _mac(key: bytes, name: str, ciphertext: bytes) -> bytes:
    return hmac.digest(_keys(key, name)[1], ciphertext, hashlib.sha256)


def _parity(raw: bytes) -> int:
    parity = 0
    for byte in raw:
        parity ^= byte
    return parity


def _secret(name: str) -> str:
    return f"m.cross_signing.{name}"
