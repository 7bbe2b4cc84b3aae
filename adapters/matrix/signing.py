"""The account's cross-signing identity: made once, and the device signed by it, so that others hand out their keys.

Clients that give keys only to devices signed by their owner would otherwise leave the bot unable to read. Of three
Ed25519 keys the master key signs the other two, and the self-signing key signs the account's devices (Client-Server
API, end-to-end encryption, cross-signing). An identity that somebody else gave the account is never replaced.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, TypeGuard

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from adapters.matrix.connection import Connection, Refusal
from adapters.matrix.encoding import bare, canonical, mapping, padded, unpadded
from adapters.matrix.recovery import SECRETS, Recovery
from adapters.matrix.vault import Vault
from core.chat.phrases import Told, phrase

_UPLOAD = "/_matrix/client/v3/keys/device_signing/upload"
_SIGNATURES = "/_matrix/client/v3/keys/signatures/upload"


class Identity(Enum):
    """Whose cross-signing identity the account has."""

    NONE = "none"
    OWN = "own"
    FOREIGN = "foreign"


class PasswordNeeded(Told):
    """The server wants the account's password before the account gets its identity; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the server says of the account: its keys and this device, as it gives them to everybody."""

    user: str
    device: str
    master_key: Mapping[str, Any]
    self_signing_key: Mapping[str, Any]
    device_keys: Mapping[str, Any]

    @property
    def master(self) -> str | None:
        """The public master key."""
        return only_key(self.master_key)

    @property
    def self_signing(self) -> str | None:
        """The public self-signing key."""
        return only_key(self.self_signing_key)

    def device_key(self, algorithm: str) -> str | None:
        """The device's key of an algorithm."""
        key = mapping(self.device_keys.get("keys")).get(f"{algorithm}:{self.device}")
        return key if isinstance(key, str) else None

    def device_is_signed(self) -> bool:
        """Whether the chain from the master key to the device holds."""
        master, signing = self.master, self.self_signing
        return (
            master is not None
            and signing is not None
            and verifies(self.self_signing_key, self.user, master)
            and verifies(self.device_keys, self.user, signing)
        )


class Signing:
    """Sets up and repairs the identity. `password` is used when the server asks for it."""

    def __init__(self, connection: Connection, vault: Vault, recovery: Recovery, password: str | None) -> None:
        self._connection, self._vault, self._password = connection, vault, password
        self.recovery = recovery
        self._seeds: dict[str, bytes] | None = None

    async def look(self) -> Published:
        """Asks the server for what everybody sees."""
        user, device = self._connection.user, self._connection.device
        body = {"device_keys": {user: [device]}}
        answer = await self._connection.request("POST", "/_matrix/client/v3/keys/query", body)
        return Published(
            user,
            device,
            mapping(mapping(answer.get("master_keys")).get(user)),
            mapping(mapping(answer.get("self_signing_keys")).get(user)),
            mapping(mapping(mapping(answer.get("device_keys")).get(user)).get(device)),
        )

    async def start(self, fingerprint: str, sign_as_device: Callable[[str], str]) -> None:
        """Makes the identity or takes it from the recovery key, and signs the device with it where that is missing.

        Raises `PasswordNeeded`, and what the connection raises. A foreign identity stays: see `whose`.
        """
        there = await self.look()
        seeds = self._own_seeds()
        if there.master is None:
            if seeds is None:
                seeds = {name: os.urandom(32) for name in SECRETS}
                self._keep(seeds)
            await self._publish(seeds)
            there = await self.look()
        elif not _fit(seeds, there):
            seeds = await self.recovery.restore()
            if seeds is None or not _fit(seeds, there):
                return
            self._keep(seeds)
        if fingerprint == there.device_key("ed25519") and not there.device_is_signed():
            await self._sign(seeds, there, sign_as_device)
        await self.recovery.ensure(seeds)

    def whose(self, there: Published) -> Identity:
        """Whether the identity that the server shows is the one whose secrets are here. Raises `WrongKey`."""
        if there.master is None:
            return Identity.NONE
        return Identity.OWN if _fit(self._own_seeds(), there) else Identity.FOREIGN

    def signed_device(self, device_keys: Mapping[str, Any]) -> bool:
        """Whether an own device is signed by the own identity."""
        seeds = self._own_seeds()
        return seeds is not None and verifies(device_keys, self._connection.user, public(seeds["self_signing"]))

    def _own_seeds(self) -> dict[str, bytes] | None:
        if self._seeds is None:
            kept = self._vault.read().get("seeds")
            if isinstance(kept, dict):
                self._seeds = {name: bytes.fromhex(kept[name]) for name in SECRETS}
        return self._seeds

    def _keep(self, seeds: dict[str, bytes]) -> None:
        named = {name: seed.hex() for name, seed in seeds.items()}
        self._vault.write({**self._vault.read(), "seeds": named})
        self._seeds = seeds

    async def _publish(self, seeds: Mapping[str, bytes]) -> None:
        user = self._connection.user
        body: dict[str, Any] = {}
        for name in SECRETS:
            key = public(seeds[name])
            made = {"user_id": user, "usage": [name], "keys": {f"ed25519:{key}": key}}
            body[f"{name}_key"] = made if name == "master" else signed(made, user, seeds["master"])
        try:
            await self._connection.request("POST", _UPLOAD, body)
        except Refusal as refusal:
            if refusal.status != HTTPStatus.UNAUTHORIZED or "session" not in refusal.details:
                raise
            await self._connection.request("POST", _UPLOAD, body | {"auth": self._proof(refusal)})

    def _proof(self, refusal: Refusal) -> dict[str, Any]:
        if self._password is None:
            raise PasswordNeeded(
                phrase(
                    "the homeserver wants the password of {user} before it takes the account’s identity: set {setting} "
                    "for one start",
                    user=self._connection.user,
                    setting="KOLLEGA_MATRIX__PASSWORD",
                )
            )
        return {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._connection.user},
            "password": self._password,
            "session": refusal.details["session"],
        }

    async def _sign(self, seeds: Mapping[str, bytes], there: Published, sign_as_device: Callable[[str], str]) -> None:
        """Signs the device by the self-signing key, and the master key by the device."""
        user, device, master = there.user, there.device, public(seeds["master"])
        vouched = {user: {f"ed25519:{device}": sign_as_device(canonical(there.master_key))}}
        body = {
            user: {
                device: signed(there.device_keys, user, seeds["self_signing"]),
                master: {**bare(there.master_key), "signatures": vouched},
            }
        }
        answer = await self._connection.request("POST", _SIGNATURES, body)
        failures = answer.get("failures")
        if failures:
            raise Refusal(
                int(HTTPStatus.BAD_REQUEST), {"errcode": "M_INVALID_SIGNATURE", "error": json.dumps(failures)}
            )


def _fit(seeds: dict[str, bytes] | None, there: Published) -> TypeGuard[dict[str, bytes]]:
    """Whether these are the secrets of the identity that the server shows."""
    if seeds is None:
        return False
    return (public(seeds["master"]), public(seeds["self_signing"])) == (there.master, there.self_signing)


def public(seed: bytes) -> str:
    """The public key of a seed, unpadded base64."""
    return unpadded(ECC.construct(curve="Ed25519", seed=seed).public_key().export_key(format="raw"))


def signed(thing: Mapping[str, Any], user: str, seed: bytes) -> dict[str, Any]:
    """A JSON object with a signature by this key and no other."""
    signature = eddsa.new(ECC.construct(curve="Ed25519", seed=seed), "rfc8032").sign(canonical(thing).encode())
    return {**bare(thing), "signatures": {user: {f"ed25519:{public(seed)}": unpadded(signature)}}}


def verifies(thing: Mapping[str, Any], user: str, key: str) -> bool:
    """Whether a JSON object has a valid signature by this public key."""
    signature = mapping(mapping(thing.get("signatures")).get(user)).get(f"ed25519:{key}")
    if not isinstance(signature, str):
        return False
    try:
        own = eddsa.import_public_key(padded(key))
        eddsa.new(own, "rfc8032").verify(canonical(thing).encode(), padded(signature))
    except ValueError:
        return False
    return True


def only_key(thing: Mapping[str, Any]) -> str | None:
    """The public key that a cross-signing key holds."""
    key = next(iter(mapping(thing.get("keys")).values()), None)
    return key if isinstance(key, str) else None
