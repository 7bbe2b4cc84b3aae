"""Brings the keys of rooms to the devices of their members: for many rooms in few requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from nio.crypto import Olm, OlmDevice, TrustState
from nio.responses import KeysClaimResponse
from vodozemac import Curve25519PublicKey

from adapters.matrix.connection import Connection, part
from adapters.matrix.encoding import mapping
from adapters.matrix.keystore import MEGOLM, KeyStore

_USERS, _DEVICES, _ROOMS = 250, 250, 50
"""How many a request is about, and for how many rooms at most it is made."""
_AGAIN = 300.0
"""Seconds until a device without keys, or a server that did not answer, is asked again."""
_PATIENCE_MS = 10_000

T = TypeVar("T")
Named = tuple[str, str]
"""A user and a device."""
Wanted = dict[str, Sequence[str]]
"""Rooms and their members."""
Message = tuple[str, OlmDevice, dict[str, Any]]
"""A room, a device, and the room's session encrypted for it."""


class Sharing:
    """What a room's session needs before a message can be encrypted with it."""

    def __init__(self, connection: Connection, machine: Olm, store: KeyStore) -> None:
        self._connection, self._machine, self._store = connection, machine, store
        self.signed: Callable[[Mapping[str, Any]], bool] = lambda payload: False
        self._known: set[str] = set()
        self._changed: set[str] = set()
        self._later: dict[str | Named, float] = {}
        self._waiting: list[tuple[str, Sequence[str], asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()

    def forget(self, users: Iterable[str]) -> None:
        """The devices of these people may have changed."""
        for user in users:
            self._known.discard(user)
            self._changed.add(user)

    async def ready(self, room: str, members: Sequence[str]) -> None:
        """Returns when every device of the members that can have it has the room's session.

        Raises what the connection raises.
        """
        if self._complete(room, members):
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((room, members, done))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        await done

    async def close(self) -> None:
        """Stops what is under way."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_ROOMS], self._waiting[_ROOMS:]
            try:
                await self._share({room: members for room, members, _ in batch})
            except asyncio.CancelledError:
                for _, _, done in (*batch, *self._waiting):
                    done.cancel()
                raise
            except Exception as error:
                for _, _, done in batch:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def _share(self, rooms: Wanted) -> None:
        people = dict.fromkeys(user for members in rooms.values() for user in members)
        await self.query([user for user in people if not self._fresh(user)])
        await self.claim([device for user in people for device in self._devices([user]) if not self._session(device)])
        for messages in _packed(self._encrypted(rooms)):
            await self.send("m.room.encrypted", _by_user(messages))
            for room, device, _ in messages:
                self._machine.outbound_group_sessions[room].users_shared_with.add(_named(device))
        for room in rooms:
            self._machine.outbound_group_sessions[room].mark_as_shared()

    def _encrypted(self, rooms: Wanted) -> list[Message]:
        """The session of each room, made anew where it must be, for each device that lacks it."""
        found = []
        with self._store.atomic():
            for room, members in rooms.items():
                if self._outlived(room, members):
                    self._machine.create_outbound_group_session(room)
                session = self._machine.outbound_group_sessions[room]
                self._store.claim_room_key(room, session.id, self._connection.user)
                content = {
                    "algorithm": MEGOLM,
                    "room_id": room,
                    "session_id": session.id,
                    "session_key": session.session_key,
                }
                for device in self._lacking(room, members):
                    way = self._machine.session_store.get(device.curve25519)
                    found.append((room, device, self._machine._olm_encrypt(way, device, "m.room_key", content)))
        return found

    def _complete(self, room: str, members: Sequence[str]) -> bool:
        return (
            all(self._fresh(user) for user in members)
            and not self._outlived(room, members)
            and self._machine.outbound_group_sessions[room].shared
            and next(self._lacking(room, members), None) is None
            and all(self._session(device) for device in self._devices(members))
        )

    def _outlived(self, room: str, members: Sequence[str]) -> bool:
        """Whether the room needs a new session: it has none, or somebody who has it must not read on."""
        session = self._machine.outbound_group_sessions.get(room)
        if session is None or session.expired:
            return True
        now = {_named(device) for user in members for device in self._machine.device_store.active_user_devices(user)}
        return not session.users_shared_with <= now

    def _lacking(self, room: str, members: Sequence[str]) -> Iterator[OlmDevice]:
        has = self._machine.outbound_group_sessions[room].users_shared_with
        for device in self._devices(members):
            if _named(device) not in has and self._machine.session_store.get(device.curve25519):
                yield device

    def _devices(self, members: Iterable[str]) -> Iterator[OlmDevice]:
        """Every device of these people but this one: trusted when first seen, as people's own clients do."""
        own = (self._connection.user, self._connection.device)
        for user in members:
            for device in self._machine.device_store.active_user_devices(user):
                if _named(device) != own:
                    yield device

    def _session(self, device: OlmDevice) -> bool:
        """Whether it can be written to, or was asked for a key in vain a short time ago."""
        return bool(self._machine.session_store.get(device.curve25519)) or self._postponed(_named(device))

    def _fresh(self, user: str) -> bool:
        return user in self._known or self._postponed(user)

    def _postponed(self, whom: str | Named) -> bool:
        return time.monotonic() < self._later.get(whom, 0.0)

    # Requests

    async def query(self, users: Sequence[str]) -> None:
        """Asks for the devices of people."""
        for some in _chunks(users, _USERS):
            async with self._asking:
                self._changed.clear()
                body = {"timeout": _PATIENCE_MS, "device_keys": {user: [] for user in some}}
                answer = await self._connection.request("POST", "/_matrix/client/v3/keys/query", body)
                found = mapping(answer.get("device_keys"))
                with self._store.atomic():
                    for user in some:
                        if user in found:
                            self._take_devices(user, mapping(found[user]))
                        else:
                            self._later[user] = time.monotonic() + _AGAIN
                self._known.update(user for user in some if user in found and user not in self._changed)

    async def claim(self, devices: Sequence[OlmDevice]) -> None:
        """Starts sessions with devices, as far as they left keys for that."""
        for some in _chunks(devices, _DEVICES):
            wanted: dict[str, dict[str, str]] = {}
            for device in some:
                wanted.setdefault(device.user_id, {})[device.id] = "signed_curve25519"
                self._later[_named(device)] = time.monotonic() + _AGAIN
            body = {"timeout": _PATIENCE_MS, "one_time_keys": wanted}
            answer = await self._connection.request("POST", "/_matrix/client/v3/keys/claim", body)
            given = mapping(answer.get("one_time_keys"))
            with self._store.atomic():
                for device in some:
                    keys = mapping(mapping(given.get(device.user_id)).get(device.id))
                    if keys:
                        self._begin(device, keys)

    async def send(self, kind: str, messages: Mapping[str, Any]) -> None:
        """Sends to devices."""
        await self._connection.request(
            "PUT", f"/_matrix/client/v3/sendToDevice/{part(kind)}/{uuid4().hex}", {"messages": messages}
        )

    def _begin(self, device: OlmDevice, keys: Mapping[str, Any]) -> None:
        try:
            self._machine.handle_response(KeysClaimResponse({device.user_id: {device.id: keys}}, {}))
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # a malformed key is like none
        self._later.pop(_named(device), None)

    def _take_devices(self, user: str, payloads: Mapping[str, Any]) -> None:
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
        if user == self._connection.user and self.signed(payload):
            device.trust_state = TrustState.verified
        return device


def _by_user(messages: Iterable[Message]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for _, device, content in messages:
        found.setdefault(device.user_id, {})[device.id] = content
    return found


def _packed(messages: Iterable[Message]) -> list[list[Message]]:
    """The messages in as few requests as can be: in one request each device gets one."""
    packs: list[dict[Named, Message]] = []
    first: dict[Named, int] = {}
    for message in messages:
        name = _named(message[1])
        at = first.get(name, 0)
        while at < len(packs) and len(packs[at]) >= _DEVICES:
            at += 1
        if at == len(packs):
            packs.append({})
        packs[at][name] = message
        first[name] = at + 1
    return [list(pack.values()) for pack in packs]


def _named(device: OlmDevice) -> Named:
    return device.user_id, device.id


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
