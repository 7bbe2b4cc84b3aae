"""A bot that encrypts and a person with another program, on a real homeserver."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nio import Api, AsyncClient, AsyncClientConfig, MegolmEvent, MessageDirection, RoomMessageText
from nio.crypto import OlmAccount
from nio.store import SqliteStore
from pydantic import SecretStr

from adapters.matrix.connection import Connection, part
from adapters.matrix.encryption import Encryption
from adapters.matrix.session import sign_in
from adapters.matrix.settings import Settings
from adapters.matrix.signing import public, signed
from tests.support.keys import key_for
from tests.support.synapse import Credentials, Homeserver

KEY = key_for("matrix")
_OLM = "m.olm.v1.curve25519-aes-sha2"
MALFORMED: list[Any] = [
    None,
    17,
    [],
    {},
    {"type": "m.room.encrypted"},
    {"type": 5, "sender": [], "content": "text"},
    {"type": "m.room.encrypted", "sender": "@a:b", "content": {"algorithm": _OLM}},
    {"type": "m.room.encrypted", "sender": "@a:b", "content": {"algorithm": _OLM, "sender_key": "x", "ciphertext": {}}},
    {"type": "m.room_key_request", "sender": "@a:b", "content": {"action": "request", "request_id": 1}},
    {"type": "m.key.verification.start", "sender": "@a:b", "content": {"method": "m.sas.v1", "transaction_id": {}}},
    {"type": "m.room_key", "sender": "@a:b", "content": {"session_key": "x"}},
    {"type": "m.forwarded_room_key", "sender": "@a:b", "content": {"session_id": "x" * 60_000}},
    {"type": "org.example.unknown", "sender": "@a:b", "content": {"deep": [[[[[[[[{}]]]]]]]]}},
]
bots: list[SecretBot] = []
"""What a test started; `closed` ends it, however the test ended."""
_numbers = count()


class SecretBot:
    """Our encryption, with just enough around it to sync and send."""

    def __init__(self, connection: Connection, encryption: Encryption) -> None:
        self.connection, self.encryption = connection, encryption
        self.since = ""

    async def sync(self) -> dict[str, list[dict[str, Any]]]:
        """Takes in what is new; the timelines by room, with encrypted events opened where that is possible."""
        query = {"timeout": "0"} | ({"since": self.since} if self.since else {})
        answer = await self.connection.request("GET", "/_matrix/client/v3/sync", query=query)
        self.encryption.take_in(answer)
        await self.encryption.catch_up()
        self.since = answer["next_batch"]
        for room in answer.get("rooms", {}).get("invite", {}):
            await self.connection.request("POST", f"/_matrix/client/v3/rooms/{part(room)}/join", {})
        joined = answer.get("rooms", {}).get("join", {})
        return {
            room: [self.encryption.decrypt(room, event) or event for event in found["timeline"]["events"]]
            for room, found in joined.items()
        }

    async def read(self, room: str) -> list[str]:
        """The texts of other people that came to a room, those that cannot be read as a question mark."""
        events = (await self.sync()).get(room, [])
        return [
            event["content"].get("body", "?")
            for event in events
            if event["type"] in ("m.room.message", "m.room.encrypted") and event["sender"] != self.connection.user
        ]

    async def say(self, room: str, text: str, *members: str) -> dict[str, Any]:
        """Sends an encrypted text to a room; what was sent."""
        content = {"msgtype": "m.text", "body": text}
        kind, sealed = await self.encryption.encrypt(room, [self.connection.user, *members], "m.room.message", content)
        path = f"/_matrix/client/v3/rooms/{part(room)}/send/{kind}/{uuid4().hex}"
        await self.connection.request("PUT", path, sealed)
        return sealed

    async def close(self) -> None:
        """Ends it."""
        await self.encryption.close()
        await self.connection.close()


@pytest.fixture
async def closed() -> AsyncIterator[None]:
    """Ends the bots of a test."""
    yield
    while bots:
        await bots.pop().close()


async def a_bot(
    server: Homeserver, who: Credentials, folder: Path, *, key: bytes = KEY, device: bool = False, **more: Any
) -> SecretBot:
    """A bot that is signed in by its password, or by the token and device that the account was made with."""
    connection = Connection(server.url)
    proof: dict[str, Any] = (
        {"access_token": SecretStr(who.access_token)} if device else {"password": SecretStr(who.password)}
    )
    settings = Settings(homeserver=server.url, user_id=who.user_id, **proof)
    encryption = Encryption(connection, folder, key, **more)
    bot = SecretBot(connection, encryption)
    bots.append(bot)
    await sign_in(connection, settings, folder, key)
    encryption.open()
    await encryption.start()
    return bot


class SecretPerson:
    """A person with a client of another make."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.id: str = client.user_id

    async def invite(self, bot: SecretBot) -> str:
        """A new encrypted room with the bot."""
        encrypted = {
            "type": "m.room.encryption",
            "state_key": "",
            "content": {"algorithm": "m.megolm.v1.aes-sha2"},
        }
        made = await self.client.room_create(invite=[bot.connection.user], initial_state=[encrypted], is_direct=True)
        await bot.sync()
        await self.client.sync(timeout=0, full_state=True)
        await self.client.sync(timeout=0)
        return str(made.room_id)

    async def say(self, room: str, text: str) -> None:
        """Sends a text."""
        content = {"msgtype": "m.text", "body": text}
        await self.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)

    async def forward(self, room: str, session_id: str, bot: SecretBot) -> None:
        """Gives the bot's device the key of an own session once more, as a client does when it is asked."""
        olm = self.client.olm
        device = olm.device_store[bot.connection.user][bot.connection.device]
        own = olm.inbound_group_store.get(room, olm.account.identity_keys["curve25519"], session_id)
        session = olm.session_store.get(device.curve25519)
        await self.client.to_device(olm._encrypt_forwarding_key(room, own, session, device))

    async def looks_back(self, room: str) -> list[str]:
        """The texts of others in the whole room as it shows them now, those that cannot be read as a question mark."""
        await self.client.sync(timeout=0, full_state=True)
        found = await self.client.room_messages(room, limit=100, direction=MessageDirection.front)
        return _texts(found.chunk, self.id)

    async def read(self, room: str) -> list[str]:
        """The texts of others that came, those that cannot be read as a question mark."""
        answer = await self.client.sync(timeout=0)
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        found = answer.rooms.join.get(room)
        return _texts(found.timeline.events if found is not None else [], self.id)


def _texts(events: Iterable[Any], me: str) -> list[str]:
    return [
        event.body if isinstance(event, RoomMessageText) else "?"
        for event in events
        if isinstance(event, RoomMessageText | MegolmEvent) and event.sender != me
    ]


@asynccontextmanager
async def a_person(
    server: Homeserver, folder: Path, login: Mapping[str, Any] | None = None
) -> AsyncIterator[SecretPerson]:
    """Somebody with nio's client and an own account, or signed in to one."""
    if login is None:
        made = await server.register(f"person{next(_numbers)}-{uuid4().hex[:6]}")
        login = {"user_id": made.user_id, "device_id": made.device_id, "access_token": made.access_token}
    folder.mkdir(parents=True, exist_ok=True)
    config = AsyncClientConfig(store=SqliteStore, encryption_enabled=True)
    user, device = login["user_id"], login["device_id"]
    client = AsyncClient(server.url, user, device_id=device, store_path=str(folder), config=config)
    client.restore_login(user, device, login["access_token"])
    await client.sync(timeout=0)
    await client.keys_upload()
    try:
        yield SecretPerson(client)
    finally:
        await client.close()


async def an_identity(server: Homeserver, person: SecretPerson) -> dict[str, bytes]:
    """Gives a person a cross-signing identity, by which the present device is signed; its secrets."""
    names = ("master", "self_signing", "user_signing")
    seeds = {name: os.urandom(32) for name in names}
    body: dict[str, Any] = {}
    for name in names:
        key = public(seeds[name])
        made = {"user_id": person.id, "usage": [name], "keys": {f"ed25519:{key}": key}}
        body[f"{name}_key"] = made if name == "master" else signed(made, person.id, seeds["master"])
    token = person.client.access_token
    await server.request("POST", "/_matrix/client/v3/keys/device_signing/upload", body, token=token)
    await vouch(server, person, person.client.device_id, seeds)
    return seeds


async def vouch(server: Homeserver, person: SecretPerson, device: str, seeds: Mapping[str, bytes]) -> None:
    """Signs a device of a person by the person's identity."""
    token = person.client.access_token
    asked = {"device_keys": {person.id: [device]}}
    there = await server.request("POST", "/_matrix/client/v3/keys/query", asked, token=token)
    keys = signed(there["device_keys"][person.id][device], person.id, seeds["self_signing"])
    body = {person.id: {device: keys}}
    answer = await server.request("POST", "/_matrix/client/v3/keys/signatures/upload", body, token=token)
    assert not answer.get("failures"), answer


async def an_account(server: Homeserver) -> Credentials:
    """An account for a bot."""
    return await server.register(f"bot{next(_numbers)}-{uuid4().hex[:6]}")


async def a_device(server: Homeserver, *, one_time_keys: bool = True) -> str:
    """Somebody who only has keys on the server; the user id."""
    who = await server.register(f"device{next(_numbers)}-{uuid4().hex[:6]}")
    account = OlmAccount()
    account.generate_one_time_keys(2)

    def signed(content: dict[str, Any]) -> dict[str, Any]:
        signature = account.sign(Api.to_canonical_json(content))
        return content | {"signatures": {who.user_id: {f"ed25519:{who.device_id}": signature}}}

    keys = {
        "user_id": who.user_id,
        "device_id": who.device_id,
        "algorithms": [_OLM],
        "keys": {f"{kind}:{who.device_id}": key for kind, key in account.identity_keys.items()},
    }
    body: dict[str, Any] = {"device_keys": signed(keys)}
    if one_time_keys:
        given = account.one_time_keys["curve25519"]
        body["one_time_keys"] = {f"signed_curve25519:{name}": signed({"key": key}) for name, key in given.items()}
    await server.request("POST", "/_matrix/client/v3/keys/upload", body, token=who.access_token)
    return who.user_id
