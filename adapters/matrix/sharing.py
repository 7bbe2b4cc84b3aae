"""Brings the keys of rooms to the devices of their members: for many rooms in few requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nio.crypto import Olm, OlmDevice
from nio.responses import KeysClaimResponse

from adapters.matrix.connection import Connection, part
from adapters.matrix.devices import PATIENCE_MS, DeviceLists, Named, chunks, named
from adapters.matrix.encoding import mapping
from adapters.matrix.keystore import MEGOLM, KeyStore

_DEVICES, _ROOMS = 250, 50
"""How many a request is about, and for how many rooms at most it is made."""

Message = tuple[str, OlmDevice, dict[str, Any]]
"""A room, a device, and a session of the room encrypted for it."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A room whose members are to have its session."""

    room: str
    members: Sequence[str]
    invited: Collection[str]
    done: asyncio.Future[None]


class Sharing:
    """What a room's session needs before a message can be encrypted with it. `rooms_of` gives the encrypted rooms in
    which only this person and the bot are."""

    def __init__(
        self,
        connection: Connection,
        machine: Olm,
        store: KeyStore,
        devices: DeviceLists,
        rooms_of: Callable[[str], Iterable[str]],
    ) -> None:
        self._connection, self._machine, self._store, self._lists = connection, machine, store, devices
        self._rooms_of = rooms_of
        self._waiting: list[_Job] = []
        self._work: asyncio.Task[None] | None = None

    async def ready(self, room: str, members: Sequence[str], invited: Collection[str] = ()) -> None:
        """Returns when every device of the members that can have it has the room's session.

        `invited` are the members who have not come yet: the server does not tell of their new devices. Raises what the
        connection raises.
        """
        if self._complete(room, members):
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(room, members, invited, done))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        await done

    def reads(self, user: str) -> bool | None:
        """Whether somebody has a device that can be written to; None when the person's server does not say."""
        if any(self._machine.session_store.get(device.curve25519) for device in self._lists.of([user])):
            return True
        return None if self._lists.postponed(user) else False

    async def reach(self, users: Collection[str]) -> set[str]:
        """Those of these people who have a device that can be written to. Raises what the connection raises."""
        await self._lists.query([user for user in users if not self._lists.fresh(user)])
        await self.claim([device for device in self._lists.of(users) if not self._session(device)])
        return {user for user in users if self.reads(user)}

    async def catch_up(self) -> None:
        """Gives to devices that are new what the person was written before. Raises what the connection raises."""
        owed = self._store.owed()
        if not owed:
            return
        await self._lists.query(sorted({user for user, _ in owed if not self._lists.fresh(user)}))
        devices = {named(device): device for device in self._lists.of({user for user, _ in owed})}
        there = [devices[name] for name in owed if name in devices and self._lists.vouched(name)]
        with_history = [device for device in there if self._history(device)]
        await self.claim([device for device in with_history if not self._session(device)])
        messages = self._retold(with_history)
        for some in _packed(messages):
            await self.send("m.room.encrypted", _by_user(some))
        told = {named(device) for _, device, _ in messages}
        late = {named(device) for device in with_history} - told
        with self._store.atomic():
            for name in owed:
                if self._lists.vouched(name) and name not in late:
                    self._store.paid(*name)

    async def close(self) -> None:
        """Stops what is under way."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_ROOMS], self._waiting[_ROOMS:]
            try:
                await self._share(batch)
            except asyncio.CancelledError:
                for job in (*batch, *self._waiting):
                    job.done.cancel()
                raise
            except Exception as error:
                for job in batch:
                    if not job.done.done():
                        job.done.set_exception(error)
            else:
                for job in batch:
                    if not job.done.done():
                        job.done.set_result(None)

    async def _share(self, jobs: Sequence[_Job]) -> None:
        rooms = {job.room: job.members for job in jobs}
        people = dict.fromkeys(user for members in rooms.values() for user in members)
        invited = {user for job in jobs for user in job.invited}
        await self._lists.query([user for user in people if not self._lists.fresh(user)], invited)
        await self.claim([device for device in self._lists.of(people) if not self._session(device)])
        for messages in _packed(self._encrypted(rooms)):
            await self.send("m.room.encrypted", _by_user(messages))
            for room, device, _ in messages:
                self._machine.outbound_group_sessions[room].users_shared_with.add(named(device))
        for room in rooms:
            self._machine.outbound_group_sessions[room].mark_as_shared()

    def _encrypted(self, rooms: Mapping[str, Sequence[str]]) -> list[Message]:
        """The session of each room, made anew where it must be, for each device that lacks it."""
        found = []
        with self._store.atomic():
            for room, members in rooms.items():
                if self._outlived(room, members):
                    self._machine.create_outbound_group_session(room)
                    self._keep(room, members)
                session = self._machine.outbound_group_sessions[room]
                self._store.claim_room_key(room, session.id, self._connection.user)
                for device in self._lacking(room, members):
                    found.append((room, device, self._for(device, room, session.id, session.session_key)))
        return found

    def _keep(self, room: str, members: Sequence[str]) -> None:
        """What is said to one person alone may be read by her devices of later."""
        others = [user for user in members if user != self._connection.user]
        if len(others) == 1:
            self._store.save_given(room, others[0], self._machine.outbound_group_sessions[room])

    def _history(self, device: OlmDevice) -> bool:
        return any(self._store.has_given(room, device.user_id) for room in self._rooms_of(device.user_id))

    def _retold(self, devices: Iterable[OlmDevice]) -> list[Message]:
        """For each of these devices all sessions from their beginning."""
        found = []
        with self._store.atomic():
            for device in devices:
                if not self._machine.session_store.get(device.curve25519):
                    continue
                for room in self._rooms_of(device.user_id):
                    for session in self._store.given(room, device.user_id):
                        found.append((room, device, self._for(device, room, session.id, session.session_key)))
        return found

    def _for(self, device: OlmDevice, room: str, session: str, key: str) -> dict[str, Any]:
        content = {"algorithm": MEGOLM, "room_id": room, "session_id": session, "session_key": key}
        way = self._machine.session_store.get(device.curve25519)
        sealed: dict[str, Any] = self._machine._olm_encrypt(way, device, "m.room_key", content)
        return sealed

    def _complete(self, room: str, members: Sequence[str]) -> bool:
        return (
            all(self._lists.fresh(user) for user in members)
            and not self._outlived(room, members)
            and self._machine.outbound_group_sessions[room].shared
            and next(self._lacking(room, members), None) is None
            and all(self._session(device) for device in self._lists.of(members))
        )

    def _outlived(self, room: str, members: Sequence[str]) -> bool:
        """Whether the room needs a new session: it has none, or somebody who has it must not read on."""
        session = self._machine.outbound_group_sessions.get(room)
        if session is None or session.expired:
            return True
        now = {named(device) for user in members for device in self._machine.device_store.active_user_devices(user)}
        return not session.users_shared_with <= now

    def _lacking(self, room: str, members: Sequence[str]) -> Iterator[OlmDevice]:
        has = self._machine.outbound_group_sessions[room].users_shared_with
        for device in self._lists.of(members):
            if named(device) not in has and self._machine.session_store.get(device.curve25519):
                yield device

    def _session(self, device: OlmDevice) -> bool:
        """Whether it can be written to, or was asked for a key in vain a short time ago."""
        return bool(self._machine.session_store.get(device.curve25519)) or self._lists.postponed(named(device))

    # Requests

    async def claim(self, devices: Sequence[OlmDevice]) -> None:
        """Starts sessions with devices, as far as they left keys for that."""
        for some in chunks(devices, _DEVICES):
            wanted: dict[str, dict[str, str]] = {}
            for device in some:
                wanted.setdefault(device.user_id, {})[device.id] = "signed_curve25519"
                self._lists.postpone(named(device))
            body = {"timeout": PATIENCE_MS, "one_time_keys": wanted}
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
        self._lists.answered(named(device))


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
        name = named(message[1])
        at = first.get(name, 0)
        while at < len(packs) and len(packs[at]) >= _DEVICES:
            at += 1
        if at == len(packs):
            packs.append({})
        packs[at][name] = message
        first[name] = at + 1
    return [list(pack.values()) for pack in packs]
