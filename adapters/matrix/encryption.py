"""End-to-end encryption of one device: reads and writes encrypted events, and keeps its keys known to the server."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from nio.crypto import Olm, OutgoingKeyRequest
from nio.events import ForwardedRoomKeyEvent, KeyVerificationEvent, OlmEvent, RoomKeyEvent, ToDeviceEvent
from nio.responses import ToDeviceResponse

from adapters.matrix.connection import Connection, Refusal, part
from adapters.matrix.devices import DeviceLists
from adapters.matrix.keystore import MEGOLM, KeyStore
from adapters.matrix.opening import Opening
from adapters.matrix.publishing import Publishing
from adapters.matrix.recovery import Recovery
from adapters.matrix.sharing import Sharing
from adapters.matrix.signing import Identity, Signing
from adapters.matrix.vault import Vault
from adapters.matrix.verifying import CANCEL, Refusals

_REQUESTS = 1000
"""Room keys that are waited for at most."""

# nio writes names of people and devices into its log.
logging.getLogger("nio").setLevel(logging.CRITICAL)


class StoreLost(Exception):
    """The server knows this device with other keys: its store is gone, and nobody would trust new ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How encryption stands, for an admin.

    `fingerprint` and `master` are unpadded base64, empty when there are none. `identity` says whose the account's
    cross-signing identity is. `waiting` counts the room keys that were asked for within a week and did not come.
    """

    user: str
    device: str
    name: str
    fingerprint: str
    master: str
    signed: bool
    identity: Identity
    recovery: Path | None
    waiting: int


class Encryption:
    """The device that `connection` is signed in as. `folder` keeps its keys, encrypted by `key` (32 bytes).

    `password` lets it set up the account's identity where the server asks for it again. The recovery key is written
    to `recovery_file` once.

    `near` gives the people who are in an encrypted room with the bot, and `rooms_of` the encrypted rooms in which
    somebody is alone with it: set by whoever knows the rooms.
    """

    def __init__(
        self,
        connection: Connection,
        folder: Path,
        key: bytes,
        *,
        password: str | None = None,
        recovery_file: Path | None = None,
    ) -> None:
        self._connection, self._folder, self._key = connection, folder, key
        vault = Vault(folder / "signing", key)
        recovery = Recovery(connection, vault, recovery_file or folder / "recovery.key")
        self.signing = Signing(connection, vault, recovery, password)
        self._rooms: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._unopened: dict[tuple[str, str], None] = {}
        self.near: Callable[[], Iterable[str]] = tuple
        self.rooms_of: Callable[[str], Iterable[str]] = lambda person: ()
        self._refusals = Refusals()
        self._store: KeyStore
        self._machine: Olm
        self._devices: DeviceLists
        self._sharing: Sharing
        self._publishing: Publishing
        self._opening: Opening

    async def load(self) -> None:
        """Opens in a thread, and to the end: who closes afterwards must not find half of it."""
        opening = asyncio.create_task(asyncio.to_thread(self.open))
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.wait([opening])
            raise

    def open(self) -> None:
        """Loads or makes the account of the device; blocks. Raises `WrongKey`."""
        if hasattr(self, "_store"):
            self._store.close()
        self._store = KeyStore(self._database, self._key)
        self._folder.chmod(0o700)
        self._machine = Olm(self._connection.user, self._connection.device, self._store)
        self._machine._should_accept_forward = self._accepts
        self._store.prune()
        self._opening = Opening(self._machine, self._store)
        self._publishing = Publishing(self._connection, self._machine, self._store)
        with_machine = self._connection, self._machine, self._store
        self._devices = DeviceLists(*with_machine, near=self._near, signed=self.signing.signed_device)
        self._sharing = Sharing(*with_machine, self._devices, self._rooms_of)

    def _near(self) -> Iterable[str]:
        return self.near()

    def _rooms_of(self, person: str) -> Iterable[str]:
        return self.rooms_of(person)

    @property
    def _database(self) -> Path:
        return self._folder / f"{part(self._connection.user)} {part(self._connection.device)}.db"

    async def start(self) -> None:
        """Makes the device known, and signs it. Raises `StoreLost`, `WrongKey`, and what the connection raises."""
        keys = self._machine.account.identity_keys
        there = await self.signing.look()
        theirs = there.device_key("ed25519")
        if theirs not in (None, keys["ed25519"]):
            raise StoreLost(f"the keys of device {self._connection.device} are not in {self._database} any more")
        if theirs is None:
            self._machine.account.shared = False
        await self._publishing.upload()
        await self.signing.start(keys["ed25519"], self._machine.account.sign)
        await self._devices.query([self._connection.user])

    async def close(self) -> None:
        """Ends what is under way and closes the file."""
        if hasattr(self, "_store"):
            await self._sharing.close()
            self._store.close()

    # Messages

    async def is_read(self, room: str, members: Sequence[str], person: str, invited: Collection[str]) -> bool | None:
        """Whether a person has a device that can read what is sent to a room now; None when the person's server does
        not say. Raises what the connection raises."""
        async with self._rooms.setdefault(room, asyncio.Lock()):
            await self._sharing.ready(room, members, invited)
        return self._sharing.reads(person)

    async def reach(self, people: Collection[str]) -> set[str]:
        """Those of these people who have a device that can read. Raises what the connection raises."""
        return await self._sharing.reach(people)

    async def encrypt(
        self,
        room: str,
        members: Sequence[str],
        kind: str,
        content: Mapping[str, Any],
        invited: Collection[str] = (),
    ) -> tuple[str, dict[str, Any]]:
        """The type and content to send instead, after every device of the members got the key.

        `invited` are the members who have not come yet. Devices that left no keys to begin a session with are passed
        over. Raises what the connection raises.
        """
        lock = self._rooms.setdefault(room, asyncio.Lock())
        async with lock:
            await self._sharing.ready(room, members, invited)
            sealed = self._sealed(room, {"type": kind, "content": dict(content), "room_id": room})
        if "m.relates_to" in content:
            sealed["m.relates_to"] = content["m.relates_to"]
        return "m.room.encrypted", sealed

    def _sealed(self, room: str, clear: Mapping[str, Any]) -> dict[str, Any]:
        """As `Olm.group_encrypt` does it, but there a Cyrillic letter becomes six bytes: long texts would not fit."""
        session = self._machine.outbound_group_sessions[room]
        return {
            "algorithm": MEGOLM,
            "sender_key": self._machine.account.identity_keys["curve25519"],
            "ciphertext": session.encrypt(json.dumps(clear, ensure_ascii=False)),
            "session_id": session.id,
            "device_id": self._connection.device,
        }

    def decrypt(self, room: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """The clear event with the same ids; None without a key, and for what is not what it claims to be."""
        return self._opening.open(room, event)

    # The server's news

    def take_in(self, sync: Mapping[str, Any]) -> bool:
        """Takes what an answer to /sync says about keys; True when keys of rooms came. Nothing in it can break it."""
        self._publishing.take_in(sync)
        lists = sync.get("device_lists")
        if isinstance(lists, Mapping):
            for users in (lists.get("changed"), lists.get("left")):
                if isinstance(users, list):
                    self._devices.forget(user for user in users if isinstance(user, str))
        to_device = sync.get("to_device")
        events = to_device.get("events") if isinstance(to_device, Mapping) else None
        if not isinstance(events, list) or not events:
            return False
        with self._store.atomic():
            came = [self._take(event) for event in events]
        return any(came)

    def _take(self, event: object) -> bool:
        """Takes one event to this device; True when it brought the key of a room."""
        try:
            self._refusals.take(event)
            parsed = ToDeviceEvent.parse_event(event)
            if isinstance(parsed, KeyVerificationEvent):
                return False
            came = self._machine.handle_to_device_event(parsed)
        except Exception:
            # Anybody can send anything to a device; the vendor's parser trusts some of it.
            return False
        if isinstance(parsed, OlmEvent) and came is None and len(self._unopened) < _REQUESTS:
            self._unopened[parsed.sender, parsed.sender_key] = None
        if not isinstance(came, RoomKeyEvent):
            return False
        owner = came.sender
        if isinstance(came, ForwardedRoomKeyEvent):
            owner = self._store.asked_for(came.session_id) or owner
        request = self._machine.outgoing_key_requests.pop(came.session_id, None)
        if request is not None:
            self._store.remove_outgoing_key_request(request)
        return self._store.claim_room_key(came.room_id, came.session_id, owner)

    def _accepts(self, sender: str, sender_key: str, event: ForwardedRoomKeyEvent) -> bool:
        """Whether a room key that was asked for comes from one who may say what it is.

        That is the device that made it; or an own one which the own identity signed.
        """
        request = self._machine.outgoing_key_requests.get(event.session_id)
        if request is None or (request.room_id, request.algorithm) != (event.room_id, event.algorithm):
            return False
        if sender == self._store.asked_for(event.session_id):
            return bool(event.source["content"]["sender_key"] == sender_key)
        device = self._machine.device_store.device_from_sender_key(self._connection.user, sender_key)
        return sender == self._connection.user and device is not None and self._store.is_device_verified(device)

    async def catch_up(self) -> None:
        """Does what `take_in` made necessary. Raises what the connection raises; then it can be called again."""
        await self._publishing.upload()
        await self._devices.keep_up()
        await self._sharing.catch_up()
        for cancel in self._refusals.messages():
            await self._sharing.send(CANCEL, cancel)
        machine = self._machine
        unopened, self._unopened = self._unopened, {}
        unknown = {user for user, key in unopened if machine.device_store.device_from_sender_key(user, key) is None}
        if unknown:
            await self._devices.query(sorted(unknown))
        for user, key in unopened:
            machine._mark_device_for_unwedging(user, key)
        machine.collect_key_requests()
        alone = [*machine.wedged_devices, *machine.key_request_devices_no_session]
        if alone:
            await self._sharing.claim(alone)
            machine.wedged_devices.clear()
            machine.key_request_devices_no_session.clear()
            machine.collect_key_requests()
        for message in list(machine.outgoing_to_device_messages):
            await self._sharing.send(message.type, message.as_dict()["messages"])
            with self._store.atomic():
                machine.handle_response(ToDeviceResponse(message))

    async def ask_for_key(self, room: str, event: Mapping[str, Any]) -> None:
        """Asks the sender's devices, and other devices of the account, for the key of a message; once per session."""
        content, sender = event.get("content"), event.get("sender")
        if not isinstance(content, Mapping) or not isinstance(sender, str) or content.get("algorithm") != MEGOLM:
            return
        session, asked = content.get("session_id"), self._machine.outgoing_key_requests
        if not isinstance(session, str) or session in asked or len(asked) >= _REQUESTS:
            return
        body = {"algorithm": MEGOLM, "room_id": room, "session_id": session}
        sender_key = content.get("sender_key")
        if isinstance(sender_key, str):
            body["sender_key"] = sender_key
        request = {
            "action": "request",
            "body": body,
            "request_id": session,
            "requesting_device_id": self._connection.device,
        }
        asked[session] = OutgoingKeyRequest(session, session, room, MEGOLM)
        self._store.add_request(asked[session], sender)
        try:
            await self._sharing.send(
                "m.room_key_request", {sender: {"*": request}, self._connection.user: {"*": request}}
            )
        except BaseException:
            self._store.remove_outgoing_key_request(asked.pop(session))
            raise

    async def report(self) -> Report:
        """How encryption stands; changes nothing, and works beside a running bot. Raises `WrongKey` too."""
        connection = self._connection
        fingerprint, waiting = "", 0
        if self._database.exists():
            store = KeyStore(self._database, self._key)
            account, waiting = store.load_account(), store.waiting()
            store.close()
            fingerprint = account.identity_keys["ed25519"] if account is not None else ""
        there = await self.signing.look()
        try:
            path = f"/_matrix/client/v3/devices/{part(connection.device)}"
            name = (await connection.request("GET", path)).get("display_name")
        except Refusal:
            name = None
        return Report(
            user=connection.user,
            device=connection.device,
            name=name if isinstance(name, str) else "",
            fingerprint=fingerprint,
            master=there.master or "",
            signed=bool(fingerprint) and fingerprint == there.device_key("ed25519") and there.device_is_signed(),
            identity=self.signing.whose(there),
            recovery=self.signing.recovery.file,
            waiting=waiting,
        )
