"""Keeps the device's keys on the server, so that others can begin sessions with it at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nio.crypto import Olm

from adapters.matrix.connection import Connection
from adapters.matrix.keystore import KeyStore


class Publishing:
    """The device's own keys, a stock of keys for one session each, and one for when that is used up."""

    def __init__(self, connection: Connection, machine: Olm, store: KeyStore) -> None:
        self._connection, self._machine, self._store = connection, machine, store
        self._there = machine.account.max_one_time_keys
        self._fallback_used = False

    def take_in(self, sync: Mapping[str, Any]) -> None:
        """Takes what an answer to /sync says about the keys that are left."""
        self._count(sync.get("device_one_time_keys_count"))
        unused = sync.get("device_unused_fallback_key_types")
        self._fallback_used = isinstance(unused, list) and "signed_curve25519" not in unused

    async def upload(self) -> None:
        """Publishes what is missing. Raises what the connection raises."""
        account = self._machine.account
        missing = account.max_one_time_keys - (self._there if account.shared else 0)
        renewed = not account.shared or self._fallback_used
        if missing <= 0 and not renewed:
            return
        own = account._account
        own.generate_one_time_keys(max(0, missing - len(own.one_time_keys)))
        if renewed and not own.fallback_key:
            own.generate_fallback_key()
        # What others may use must be known after a crash too.
        self._store.save_account(account)
        content = {
            "one_time_keys": {name: self._signed(key) for name, key in _named(own.one_time_keys).items()},
            "fallback_keys": {
                name: self._signed({**key, "fallback": True}) for name, key in _named(own.fallback_key).items()
            },
        }
        if not account.shared:
            content["device_keys"] = self._device_keys()
        answer = await self._connection.request("POST", "/_matrix/client/v3/keys/upload", content)
        self._count(answer.get("one_time_key_counts"))
        account.shared, self._fallback_used = True, False
        account.mark_keys_as_published()
        self._store.save_account(account)

    def _count(self, counts: object) -> None:
        if isinstance(counts, Mapping):
            count = counts.get("signed_curve25519", 0)
            self._there = count if isinstance(count, int) else self._there

    def _device_keys(self) -> dict[str, Any]:
        keys = self._machine.account.identity_keys.items()
        return self._signed(
            {
                "algorithms": Olm._algorithms,
                "device_id": self._connection.device,
                "user_id": self._connection.user,
                "keys": {f"{kind}:{self._connection.device}": key for kind, key in keys},
            }
        )

    def _signed(self, content: dict[str, Any]) -> dict[str, Any]:
        signature = self._machine.sign_json(content)
        return content | {"signatures": {self._connection.user: {f"ed25519:{self._connection.device}": signature}}}


def _named(keys: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"signed_curve25519:{name}": {"key": key.to_base64()} for name, key in keys.items()}
