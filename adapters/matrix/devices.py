"""The devices of people as the server tells them: kept only as long as it tells of their changes too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from nio.crypto import Olm, OlmDevice, TrustState
from vodozemac import Curve25519PublicKey

from adapters.matrix.connection import Connection
from adapters.matrix.encoding import mapping
from adapters.matrix.keystore import KeyStore
from adapters.matrix.signing import only_key, verifies

_USERS = 250
"""How many a request is about."""
AGAIN = 300.0
"""Seconds until a device without keys, or a server that did not answer, is asked again."""
PATIENCE_MS = 10_000
_JUST_NOW = 5.0
"""Seconds for which somebody is not asked again whose changes the server does not tell."""

T = TypeVar("T")
Named = tuple[str, str]
"""A user and a device."""


class DeviceLists:
    """What is known of whom. The server tells of changes only with people who are in an encrypted room with the bot:
    `near` gives these. `signed` says whether an own device is signed by the own identity."""

    def __init__(
        self,
        connection: Connection,
        machine: Olm,
        store: KeyStore,
        *,
        near: Callable[[], Iterable[str]],
        signed: Callable[[Mapping[str, Any]], bool],
    ) -> None:
        self._connection, self._machine, self._store = connection, machine, store
        self._near, self._signed = near, signed
        self._known: set[str] = set()
        self._changed: set[str] = set()
        self._announced: set[str] = set()
        self._later: dict[str | Named, float] = {}
        self._just: dict[str, float] = {}
        self._strange: set[Named] = set()
        self._asking = asyncio.Lock()

    def forget(self, users: Iterable[str]) -> None:
        """The devices of these people may have changed."""
        for user in users:
            self._known.discard(user)
            self._just.pop(user, None)
            self._changed.add(user)
            self._announced.add(user)

    async def keep_up(self) -> None:
        """Asks once for all of whom the server has told a change, as far as they are talked to."""
        changed = self._announced.intersection(self._near())
        await self.query(sorted(changed))
        self._announced.clear()

    def of(self, members: Iterable[str]) -> Iterator[OlmDevice]:
        """Every device of these people but this one: trusted when first seen, as people's own clients do."""
        own = (self._connection.user, self._connection.device)
        for user in members:
            for device in self._machine.device_store.active_user_devices(user):
                if named(device) != own:
                    yield device

    def fresh(self, user: str) -> bool:
        """Whether somebody need not be asked for now."""
        just = time.monotonic() - self._just.get(user, float("-inf")) < _JUST_NOW
        return user in self._known or just or self.postponed(user)

    def postponed(self, whom: str | Named) -> bool:
        """Whether somebody was asked in vain a short time ago."""
        return time.monotonic() < self._later.get(whom, 0.0)

    def postpone(self, whom: str | Named) -> None:
        """Somebody is not asked for a while."""
        self._later[whom] = time.monotonic() + AGAIN

    def answered(self, whom: str | Named) -> None:
        """Somebody was asked, and not in vain."""
        self._later.pop(whom, None)

    def vouched(self, device: Named) -> bool:
        """Whether the person's own identity has signed the device, or there is none that could."""
        return device not in self._strange

    async def query(self, users: Collection[str], invited: Collection[str] = ()) -> None:
        """Asks for the devices of people. Of those who are only `invited` the answer serves for this once."""
        for some in chunks(list(users), _USERS):
            async with self._asking:
                self._changed.clear()
                asked = [*some, *self._others(some)]
                body = {"timeout": PATIENCE_MS, "device_keys": {user: [] for user in asked}}
                answer = await self._connection.request("POST", "/_matrix/client/v3/keys/query", body)
                self._take(asked, answer)
                found = mapping(answer.get("device_keys"))
                self._known.update(
                    user for user in asked if user in found and user not in self._changed and user not in invited
                )

    def _others(self, asked: Sequence[str]) -> list[str]:
        """Who will be written to next, so that not each of them costs a request."""
        known = {*asked, *self._known}
        unknown = (user for user in self._near() if user not in known and not self.postponed(user))
        return list(islice(unknown, _USERS - len(asked)))

    def _take(self, asked: Sequence[str], answer: Mapping[str, Any]) -> None:
        found = mapping(answer.get("device_keys"))
        with self._store.atomic():
            for user in asked:
                if user in found:
                    identity = _Identity(user, answer)
                    self._take_devices(user, mapping(found[user]), identity)
                    self._just[user] = time.monotonic()
                    self.answered(user)
                else:
                    self.postpone(user)

    def _take_devices(self, user: str, payloads: Mapping[str, Any], identity: _Identity) -> None:
        """What the server says about the devices of a person; a key that was once seen never changes."""
        known = self._machine.device_store[user]
        for name, payload in payloads.items():
            if (user, name) == (self._connection.user, self._connection.device):
                continue
            device = self._checked(user, name, mapping(payload))
            if device is None:
                continue
            before = known.get(name)
            if before is not None and before.ed25519 != device.ed25519:
                continue
            (self._strange.discard if identity.signed(mapping(payload)) else self._strange.add)((user, name))
            if before is None or before.deleted:
                self._store.owe(user, name)
            if before is None or (before.keys, before.display_name, before.deleted) != (
                device.keys,
                device.display_name,
                False,
            ):
                self._store.save_device(device)
            known[name] = device
        for name, device in known.items():
            if name not in payloads and not device.deleted:
                device.deleted = True
                self._store.save_device(device)

    def _checked(self, user: str, name: str, payload: Mapping[str, Any]) -> OlmDevice | None:
        """The device, None when it is not signed by its own key."""
        keys, unsigned = mapping(payload.get("keys")), mapping(payload.get("unsigned"))
        signing, curve = keys.get(f"ed25519:{name}"), keys.get(f"curve25519:{name}")
        title = unsigned.get("device_display_name")
        if (payload.get("user_id"), payload.get("device_id")) != (user, name):
            return None
        if not isinstance(signing, str) or not isinstance(curve, str):
            return None
        try:
            Curve25519PublicKey.from_base64(curve)
            if not self._machine.verify_json(dict(payload), signing, user, name):
                return None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        device = OlmDevice(
            user, name, {"ed25519": signing, "curve25519": curve}, title if isinstance(title, str) else ""
        )
        if user == self._connection.user and self._signed(payload):
            device.trust_state = TrustState.verified
        return device


class _Identity:
    """The cross-signing identity of a person in an answer to a query, where there is one."""

    def __init__(self, user: str, answer: Mapping[str, Any]) -> None:
        self._user = user
        master = only_key(mapping(mapping(answer.get("master_keys")).get(user)))
        signing = mapping(mapping(answer.get("self_signing_keys")).get(user))
        self._none = master is None
        self._key = only_key(signing) if master is not None and verifies(signing, user, master) else None

    def signed(self, payload: Mapping[str, Any]) -> bool:
        """Whether a device is signed by it, or there is none."""
        return self._none or (self._key is not None and verifies(payload, self._user, self._key))


def named(device: OlmDevice) -> Named:
    """By what a device is told from others."""
    return device.user_id, device.id


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in their order, at most `size` at a time."""
    for at in range(0, len(items), size):
        yield items[at : at + size]
