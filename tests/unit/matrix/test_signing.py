"""The account's identity, checked from outside with another library than the one that signs."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from adapters.matrix.connection import Connection, Refusal
from adapters.matrix.recovery import Recovery
from adapters.matrix.signing import Identity, PasswordNeeded, Signing, public, signed, verifies
from adapters.matrix.vault import Vault
from tests.support.synapse import Credentials, Homeserver
from tests.unit.matrix.scripted import scripted
from tests.unit.matrix.secret import KEY, SecretBot, a_bot, an_account, closed

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")
OTHER = bytes(32)
UPLOAD = "/_matrix/client/v3/keys/device_signing/upload"


async def seen_by_others(server: Homeserver, bot: SecretBot) -> dict[str, Any]:
    """What a stranger gets to know about the bot's keys."""
    stranger = await an_account(server)
    wanted: dict[str, Any] = {"device_keys": {bot.connection.user: []}}
    return await server.request("POST", "/_matrix/client/v3/keys/query", wanted, token=stranger.access_token)


def checked(thing: Mapping[str, Any], user: str, key: str) -> None:
    """Raises unless the thing is signed by this key. The key's id is unpadded."""
    raw = b64decode(key + "=")
    signature = thing["signatures"][user][f"ed25519:{key}"]
    bare = {name: value for name, value in thing.items() if name not in ("signatures", "unsigned")}
    message = json.dumps(bare, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    VerifyKey(raw).verify(message, b64decode(signature + "=="))


async def test_others_see_a_device_signed_by_its_owner(homeserver: Homeserver, tmp_path: Path) -> None:
    bot = await a_bot(homeserver, await an_account(homeserver), tmp_path)
    user, device = bot.connection.user, bot.connection.device
    seen = await seen_by_others(homeserver, bot)
    master, signing = seen["master_keys"][user], seen["self_signing_keys"][user]
    (key,), (signing_key,) = master["keys"].values(), signing["keys"].values()
    assert re.fullmatch(r"[A-Za-z0-9+/]{43}", key)
    checked(signing, user, key)
    checked(seen["device_keys"][user][device], user, signing_key)
    fingerprint = seen["device_keys"][user][device]["keys"][f"ed25519:{device}"]
    own = await bot.connection.request("POST", "/_matrix/client/v3/keys/query", {"device_keys": {user: []}})
    vouched = own["master_keys"][user]["signatures"][user][f"ed25519:{device}"]
    checked({**master, "signatures": {user: {f"ed25519:{fingerprint}": vouched}}}, user, fingerprint)
    with pytest.raises(BadSignatureError):
        checked({**signing, "usage": ["master"]}, user, key)
    report = await bot.encryption.report()
    assert (report.identity, report.signed, report.master) == (Identity.OWN, True, key)
    assert (report.device, report.fingerprint, report.name) == (device, fingerprint, "Kollega")


async def test_a_second_start_changes_nothing(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path)
    first = await seen_by_others(homeserver, bot)
    recovery = (tmp_path / "recovery.key").read_text()
    await bot.close()
    again = await a_bot(homeserver, who, tmp_path)
    second = await seen_by_others(homeserver, again)
    assert second == first
    assert (tmp_path / "recovery.key").read_text() == recovery


async def test_a_new_device_is_signed_by_the_same_identity(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path)
    master = (await bot.encryption.report()).master
    await bot.connection.request("POST", "/_matrix/client/v3/logout", {})
    await bot.close()
    again = await a_bot(homeserver, who, tmp_path)
    report = await again.encryption.report()
    assert again.connection.device != bot.connection.device
    assert (report.master, report.signed) == (master, True)


async def test_a_lost_store_takes_its_identity_from_the_recovery_key(homeserver: Homeserver, tmp_path: Path) -> None:
    who, key = await an_account(homeserver), tmp_path / "safe" / "recovery.key"
    bot = await a_bot(homeserver, who, tmp_path / "one", recovery_file=key)
    master = (await bot.encryption.report()).master
    await bot.close()
    again = await a_bot(homeserver, who, tmp_path / "two", recovery_file=key)
    report = await again.encryption.report()
    assert (report.identity, report.master, report.signed) == (Identity.OWN, master, True)


async def test_an_identity_of_somebody_else_is_left_alone_and_named(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path / "one")
    master = (await bot.encryption.report()).master
    await bot.close()
    again = await a_bot(homeserver, who, tmp_path / "two")
    report = await again.encryption.report()
    assert (report.identity, report.master, report.signed) == (Identity.FOREIGN, master, False)
    assert report.recovery is None


async def test_an_identity_that_somebody_replaced_is_not_taken_back(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path)
    other = os.urandom(32)
    master = {"user_id": who.user_id, "usage": ["master"], "keys": {f"ed25519:{public(other)}": public(other)}}
    signing = {"user_id": who.user_id, "usage": ["self_signing"], "keys": {f"ed25519:{public(OTHER)}": public(OTHER)}}
    body = {"master_key": master, "self_signing_key": signed(signing, who.user_id, other)}
    await replace(homeserver, who, body)
    again = await a_bot(homeserver, who, tmp_path)
    for one in (bot, again):
        report = await one.encryption.report()
        assert (report.identity, report.master, report.signed) == (Identity.FOREIGN, public(other), False)


@pytest.mark.parametrize("password", ["secret", None])
async def test_the_password_is_given_where_the_server_wants_it(tmp_path: Path, password: str | None) -> None:
    async with scripted() as server:
        connection = server.connection()
        vault = Vault(tmp_path / "signing", KEY)
        signing = Signing(connection, vault, Recovery(connection, vault, tmp_path / "recovery.key"), password)
        server.refuse("keys/query", 200, {}, times=9)
        server.refuse("device_signing/upload", 401, {"session": "s1", "flows": [{"stages": ["m.login.password"]}]})
        server.refuse("device_signing/upload", 200, {})
        if password is None:
            with pytest.raises(PasswordNeeded, match="KOLLEGA_MATRIX__PASSWORD"):
                await signing.start("key", lambda text: "")
        else:
            await signing.start("key", lambda text: "")
            first, second = server.all("device_signing/upload")
            assert second.body["auth"]["password"] == password
            assert second.body["auth"]["session"] == "s1"
            assert {**second.body, "auth": None} == {**first.body, "auth": None}
        await connection.close()


async def replace(server: Homeserver, who: Credentials, body: dict[str, Any]) -> None:
    """Uploads signing keys as another client of the account does, which proves that it knows the password."""
    client = Connection(server.url)
    client.token = who.access_token
    with pytest.raises(Refusal) as refused:
        await client.request("POST", UPLOAD, body)
    proof = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": who.user_id},
        "password": who.password,
        "session": refused.value.details["session"],
    }
    await client.request("POST", UPLOAD, body | {"auth": proof})
    await client.close()


@pytest.mark.parametrize("key", ["", "x", "AAAA", "é" * 43, "A" * 43])
def test_a_signature_by_a_malformed_key_is_none(key: str) -> None:
    thing = {"a": 1, "signatures": {"@a:b": {f"ed25519:{key}": "AAAA"}}}
    assert not verifies(thing, "@a:b", key)


def test_a_signature_holds_for_what_was_signed() -> None:
    thing = signed({"text": "Привет", "unsigned": {"age": 1}}, "@a:b", bytes(32))
    assert verifies({**thing, "unsigned": {"age": 2}}, "@a:b", public(bytes(32)))
    assert not verifies({**thing, "text": "Пока"}, "@a:b", public(bytes(32)))
    assert not verifies(thing, "@a:c", public(bytes(32)))
