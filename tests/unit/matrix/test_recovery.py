"""Secret storage in the form that every client reads."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.connection import part
from adapters.matrix.recovery import decoded, encoded, opened, sealed
from adapters.matrix.signing import public
from tests.support.synapse import Homeserver
from tests.unit.matrix.secret import SecretBot, a_bot, an_account, closed

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")


@given(st.binary(min_size=32, max_size=32))
def test_a_recovery_key_is_read_as_it_was_written(key: bytes) -> None:
    text = encoded(key)
    assert all(len(group) == 4 for group in text.split(" "))
    assert text.startswith("Es")
    assert decoded(text) == decoded(text.replace(" ", "") + "\n") == key


@pytest.mark.parametrize("text", ["", "Es", "0OIl", "EsTx" * 12, "EsTc" + "1" * 44, "z" * 400])
def test_what_is_no_recovery_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"recovery key|substring"):
        decoded(text)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_secret_opens_with_its_key_and_name_only(key: bytes, secret: bytes) -> None:
    found = sealed(key, "m.name", secret)
    assert opened(key, "m.name", found) == secret
    assert opened(key, "m.other", found) is None
    assert opened(bytes(31) + b"\x01", "m.name", found) is None
    assert opened(key, "m.name", {**found, "iv": "!"}) is None
    assert opened(key, "m.name", {}) is None


async def stored(bot: SecretBot, kind: str) -> dict[str, object]:
    """Account data as any client of the account reads it."""
    path = f"/_matrix/client/v3/user/{part(bot.connection.user)}/account_data/{part(kind)}"
    return await bot.connection.request("GET", path)


async def test_any_client_gets_the_identity_with_the_recovery_key(homeserver: Homeserver, tmp_path: Path) -> None:
    bot = await a_bot(homeserver, await an_account(homeserver), tmp_path)
    file = tmp_path / "recovery.key"
    assert file.stat().st_mode & 0o777 == 0o600
    key = decoded(file.read_text())
    default = await stored(bot, "m.secret_storage.default_key")
    description = await stored(bot, f"m.secret_storage.key.{default['key']}")
    assert description["algorithm"] == "m.secret_storage.v1.aes-hmac-sha2"
    # The check of the specification: 32 zero bytes, encrypted under no name.
    zeros = HKDF(SHA256(), 64, bytes(32), b"").derive(key)
    iv = raw(description["iv"])
    encryptor = Cipher(algorithms.AES(zeros[:32]), modes.CTR(iv)).encryptor()
    assert hmac.digest(zeros[32:], encryptor.update(bytes(32)), hashlib.sha256) == raw(description["mac"])
    kept = (await stored(bot, "m.cross_signing.master"))["encrypted"]
    assert isinstance(kept, dict)
    found = kept[default["key"]]
    both = HKDF(SHA256(), 64, bytes(32), b"m.cross_signing.master").derive(key)
    assert hmac.digest(both[32:], raw(found["ciphertext"]), hashlib.sha256) == raw(found["mac"])
    decryptor = Cipher(algorithms.AES(both[:32]), modes.CTR(raw(found["iv"]))).decryptor()
    seed = raw(decryptor.update(raw(found["ciphertext"])).decode())
    assert public(seed) == (await bot.encryption.report()).master


async def test_a_recovery_key_that_was_moved_away_is_not_made_again(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path)
    await bot.close()
    (tmp_path / "recovery.key").unlink()
    again = await a_bot(homeserver, who, tmp_path)
    report = await again.encryption.report()
    assert (report.recovery, report.signed) == (None, True)


def raw(text: object) -> bytes:
    """The bytes of unpadded base64."""
    assert isinstance(text, str)
    assert not text.endswith("=")
    return b64decode(text + "=" * (-len(text) % 4))
