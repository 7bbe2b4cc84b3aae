"""The bot's encryption against a real homeserver and a person with nio's own client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from nio.crypto import Olm
from nio.event_builders import ToDeviceMessage
from nio.events import KeyVerificationCancel, RoomKeyRequest

from adapters.matrix import devices
from adapters.matrix import encryption as module
from adapters.matrix.connection import Connection
from adapters.matrix.encryption import Encryption, StoreLost
from adapters.matrix.vault import WrongKey
from tests.support.keys import key_for
from tests.support.synapse import Homeserver
from tests.unit.matrix.secret import (
    MALFORMED,
    SecretBot,
    SecretPerson,
    a_bot,
    a_device,
    a_person,
    an_account,
    an_identity,
    closed,
    vouch,
)

__all__ = ["closed"]
pytestmark = pytest.mark.usefixtures("closed")


@pytest.fixture
async def bot(closed: None, homeserver: Homeserver, tmp_path: Path) -> SecretBot:
    return await a_bot(homeserver, await an_account(homeserver), tmp_path / "bot")


@pytest.fixture
async def person(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[SecretPerson]:
    async with a_person(homeserver, tmp_path / "person") as person:
        yield person


async def test_both_read_each_other(bot: SecretBot, person: SecretPerson) -> None:
    room = await person.invite(bot)
    await person.say(room, "Good morning")
    assert await bot.read(room) == ["Good morning"]
    sealed = await bot.say(room, "Good day", person.id)
    assert "Good day" not in str(sealed)
    assert await person.read(room) == ["Good day"]
    await person.say(room, "Bye")
    assert await bot.read(room) == ["Bye"]


async def test_a_restart_keeps_the_device_and_its_keys(
    homeserver: Homeserver, tmp_path: Path, person: SecretPerson
) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path / "bot")
    room, device = await person.invite(bot), bot.connection.device
    await person.say(room, "One")
    assert await bot.read(room) == ["One"]
    await bot.close()
    await person.say(room, "Two")
    again = await a_bot(homeserver, who, tmp_path / "bot")
    again.since = bot.since
    assert again.connection.device == device
    assert await again.read(room) == ["Two"]
    await again.say(room, "Three", person.id)
    assert await person.read(room) == ["Three"]


async def test_the_process_may_end_while_keys_are_being_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*args: Any) -> Any:
        begun.set()
        go_on.wait()
        return Olm(*args)

    monkeypatch.setattr(module, "Olm", slow)
    connection = Connection("http://127.0.0.1:1")
    connection.user, connection.device = "@kollega:example.org", "DEVICE"
    encryption = Encryption(connection, tmp_path, key_for("a test"))
    opening = asyncio.create_task(encryption.load())
    await asyncio.to_thread(begun.wait)
    opening.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await encryption.close()
    await connection.close()


async def test_the_same_event_may_be_read_again_and_not_as_another(bot: SecretBot, person: SecretPerson) -> None:
    room = await person.invite(bot)
    await person.say(room, "Once")
    path = f"/_matrix/client/v3/rooms/{room}/messages"
    await bot.sync()
    newest = await bot.connection.request("GET", path, query={"dir": "b", "limit": "1"})
    event = newest["chunk"][0]
    for _ in range(2):
        clear = bot.encryption.decrypt(room, event)
        assert clear is not None
        assert clear["content"]["body"] == "Once"
        assert clear["event_id"] == event["event_id"]
    assert bot.encryption.decrypt(room, {**event, "event_id": "$another"}) is None
    assert bot.encryption.decrypt("!another", event) is None
    assert bot.encryption.decrypt(room, {**event, "sender": "@mallory:localhost"}) is None


async def test_a_relation_outside_is_kept(bot: SecretBot, person: SecretPerson) -> None:
    room = await person.invite(bot)
    relation = {"rel_type": "m.thread", "event_id": "$root"}
    content = {"msgtype": "m.text", "body": "Hello", "m.relates_to": relation}
    kind, sealed = await bot.encryption.encrypt(room, [bot.connection.user, person.id], "m.room.message", content)
    assert (kind, sealed["m.relates_to"]) == ("m.room.encrypted", relation)
    event = {"type": kind, "content": sealed, "sender": bot.connection.user, "event_id": "$1"}
    clear = bot.encryption.decrypt(room, event)
    assert clear is not None
    assert clear["content"] == content


async def test_who_left_cannot_read_on(
    homeserver: Homeserver, tmp_path: Path, bot: SecretBot, person: SecretPerson
) -> None:
    room = await person.invite(bot)
    async with a_person(homeserver, tmp_path / "other") as other:
        await person.client.room_invite(room, other.id)
        await other.client.join(room)
        both = await bot.say(room, "For both", person.id, other.id)
        assert await other.read(room) == ["For both"]
        one = await bot.say(room, "For one", person.id)
        assert one["session_id"] != both["session_id"]
        assert await other.read(room) == ["?"]
        assert await person.read(room) == ["For both", "For one"]


async def test_a_new_device_gets_the_key_of_the_room(
    homeserver: Homeserver, tmp_path: Path, bot: SecretBot, person: SecretPerson
) -> None:
    room = await person.invite(bot)
    first = await bot.say(room, "Before", person.id)
    made = await second_device(homeserver, person)
    async with a_person(homeserver, tmp_path / "second", made) as second:
        await second.client.sync(timeout=0, full_state=True)
        await bot.sync()
        after = await bot.say(room, "After", person.id)
        assert after["session_id"] == first["session_id"]
        assert await second.read(room) == ["After"]


async def second_device(server: Homeserver, person: SecretPerson) -> dict[str, Any]:
    who = {"type": "m.id.user", "user": person.id}
    login = {"type": "m.login.password", "identifier": who, "password": "secret"}
    return await server.request("POST", "/_matrix/client/v3/login", login)


async def alone_in(bot: SecretBot, person: SecretPerson) -> str:
    """The private room of a person, as the bot knows it."""
    room = await person.invite(bot)
    bot.encryption.near, bot.encryption.rooms_of = lambda: [person.id], lambda _: [room]
    return room


async def test_a_new_device_reads_what_its_owner_was_written_before(
    homeserver: Homeserver, tmp_path: Path, bot: SecretBot, person: SecretPerson
) -> None:
    room = await alone_in(bot, person)
    await bot.say(room, "One", person.id)
    bot.encryption._machine.outbound_group_sessions.clear()  # as a restart does
    await bot.say(room, "Two", person.id)
    made = await second_device(homeserver, person)
    async with a_person(homeserver, tmp_path / "second", made) as second:
        await bot.sync()
        assert await second.looks_back(room) == ["One", "Two"]
        await bot.sync()
        assert bot.encryption._store.owed() == []


async def test_who_has_an_identity_decides_which_new_devices_read_what_was_before(
    homeserver: Homeserver, tmp_path: Path, bot: SecretBot, person: SecretPerson
) -> None:
    room, seeds = await alone_in(bot, person), await an_identity(homeserver, person)
    await bot.say(room, "Before", person.id)
    made = await second_device(homeserver, person)
    async with a_person(homeserver, tmp_path / "second", made) as second:
        await bot.sync()
        await bot.say(room, "After", person.id)
        assert await second.looks_back(room) == ["?", "After"]
        await vouch(homeserver, person, made["device_id"], seeds)
        await bot.sync()
        assert await second.looks_back(room) == ["Before", "After"]


async def test_who_is_only_invited_is_asked_again(
    homeserver: Homeserver, tmp_path: Path, bot: SecretBot, person: SecretPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server tells nothing of the new devices of somebody who has not come yet."""
    monkeypatch.setattr(devices, "_JUST_NOW", 0.0)
    members, message = [bot.connection.user, person.id], ("m.room.message", {"body": ""})
    await bot.encryption.encrypt("!room", members, *message, invited=[person.id])
    made = await second_device(homeserver, person)
    async with a_person(homeserver, tmp_path / "second", made):
        await bot.encryption.encrypt("!room", members, *message, invited=[person.id])
    given = bot.encryption._machine.outbound_group_sessions["!room"].users_shared_with
    assert given == {(person.id, person.client.device_id), (person.id, made["device_id"])}


def counted(bot: SecretBot) -> list[str]:
    """What a bot asks of its server from now on."""
    asked: list[str] = []
    request = bot.connection.request

    async def noted(method: str, path: str, *rest: Any, **more: Any) -> dict[str, Any]:
        asked.append(path.split("/")[4] + "/" + path.split("/")[5])
        return await request(method, path, *rest, **more)

    bot.connection.request = noted  # type: ignore[method-assign]
    return asked


async def test_many_rooms_need_few_requests(homeserver: Homeserver, tmp_path: Path, bot: SecretBot) -> None:
    people = [await a_device(homeserver) for _ in range(8)]
    asked = counted(bot)
    members = {f"!room{number}": [bot.connection.user, user] for number, user in enumerate(people)}
    sealed = await asyncio.gather(
        *(bot.encryption.encrypt(room, users, "m.room.message", {"body": ""}) for room, users in members.items())
    )
    assert len({content["session_id"] for _, content in sealed}) == len(people)
    assert asked == ["keys/query", "keys/claim", "sendToDevice/m.room.encrypted"]
    asked.clear()
    await bot.encryption.encrypt("!room1", members["!room1"], "m.room.message", {"body": ""})
    assert asked == []


async def test_devices_are_asked_for_once_per_change_however_many_are_written_to(
    homeserver: Homeserver, bot: SecretBot
) -> None:
    people = [await a_device(homeserver) for _ in range(8)]
    bot.encryption.near = lambda: people
    asked = counted(bot)

    async def writes_to_all() -> None:
        for number, user in enumerate(people):
            await bot.encryption.encrypt(f"!room{number}", [bot.connection.user, user], "m.room.message", {"body": ""})

    await writes_to_all()
    assert asked.count("keys/query") == 1
    asked.clear()
    bot.encryption.take_in({"device_lists": {"changed": people[:3], "left": []}})
    await bot.encryption.catch_up()
    await writes_to_all()
    assert asked == ["keys/query"]


async def test_a_device_without_keys_does_not_stop_a_message(homeserver: Homeserver, bot: SecretBot) -> None:
    user = await a_device(homeserver, one_time_keys=False)
    kind, _ = await bot.encryption.encrypt("!room", [bot.connection.user, user], "m.room.message", {"body": ""})
    assert kind == "m.room.encrypted"


async def test_malformed_events_to_the_device_stop_nothing(bot: SecretBot, person: SecretPerson) -> None:
    room = await person.invite(bot)
    await person.say(room, "Still there")
    answer = await bot.connection.request("GET", "/_matrix/client/v3/sync", query={"timeout": "0", "since": bot.since})
    answer["to_device"]["events"] = [*MALFORMED, *answer["to_device"]["events"], *MALFORMED]
    answer["device_lists"] = {"changed": [1, None, "@nobody:localhost"], "left": "no list"}
    answer["device_one_time_keys_count"] = {"signed_curve25519": "many"}
    answer["device_unused_fallback_key_types"] = {"no": "list"}
    assert bot.encryption.take_in(answer)
    await bot.encryption.catch_up()
    event = answer["rooms"]["join"][room]["timeline"]["events"][-1]
    clear = bot.encryption.decrypt(room, event)
    assert clear is not None
    assert clear["content"]["body"] == "Still there"
    odd: list[dict[str, Any]] = [{}, {"to_device": 3}, {"to_device": {"events": {}}}, {"device_lists": []}]
    for nonsense in odd:
        assert not bot.encryption.take_in(nonsense)


@pytest.mark.parametrize(
    "change",
    [
        {"ciphertext": "AAAA"},
        {"ciphertext": "no base64!"},
        {"ciphertext": {"a": 1}},
        {"session_id": 5},
        {"session_id": "unknown"},
        {"algorithm": "m.olm.v1"},
    ],
)
async def test_what_cannot_be_opened_is_none(bot: SecretBot, person: SecretPerson, change: dict[str, Any]) -> None:
    room = await person.invite(bot)
    kind, sealed = await bot.encryption.encrypt(room, [bot.connection.user], "m.room.message", {"body": "x"})
    event = {"type": kind, "sender": bot.connection.user, "event_id": "$1", "content": sealed}
    assert bot.encryption.decrypt(room, event) is not None
    assert bot.encryption.decrypt(room, {**event, "content": {**sealed, **change}}) is None
    assert bot.encryption.decrypt(room, {**event, "content": "none"}) is None
    assert bot.encryption.decrypt(room, {}) is None


async def test_a_key_is_asked_for_once_and_the_report_counts_it(bot: SecretBot, person: SecretPerson) -> None:
    room = await person.invite(bot)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "lost", "ciphertext": "x", "sender_key": "k"}
    event = {"type": "m.room.encrypted", "sender": person.id, "event_id": "$1", "content": content}
    assert bot.encryption.decrypt(room, event) is None
    for _ in range(2):
        await bot.encryption.ask_for_key(room, event)
    answer = await person.client.sync(timeout=0)
    requests = [found for found in answer.to_device_events if isinstance(found, RoomKeyRequest)]
    assert [request.session_id for request in requests] == ["lost"]
    assert (await bot.encryption.report()).waiting == 1


async def test_a_key_comes_from_the_device_that_made_it(bot: SecretBot, person: SecretPerson) -> None:
    room = await person.invite(bot)
    await person.say(room, "One")
    assert await bot.read(room) == ["One"]
    bot.encryption._store._db.execute("DELETE FROM room_key")
    await person.say(room, "Two")
    (lost,) = (await bot.sync())[room]
    assert lost["type"] == "m.room.encrypted"
    await person.forward(room, lost["content"]["session_id"], bot)
    await bot.sync()
    assert bot.encryption.decrypt(room, lost) is None  # nobody asked
    await bot.encryption.ask_for_key(room, lost)
    await person.forward(room, lost["content"]["session_id"], bot)
    await bot.sync()
    found = bot.encryption.decrypt(room, lost)
    assert found is not None
    assert found["content"]["body"] == "Two"
    assert (await bot.encryption.report()).waiting == 0


async def test_a_request_to_verify_that_came_to_the_device_is_cancelled(bot: SecretBot, person: SecretPerson) -> None:
    content = {"from_device": person.client.device_id, "transaction_id": "t1", "methods": ["m.sas.v1"], "timestamp": 1}
    request = ToDeviceMessage("m.key.verification.request", bot.connection.user, bot.connection.device, content)
    await person.client.to_device(request)
    await bot.sync()
    (cancel,) = (await person.client.sync(timeout=0)).to_device_events
    assert isinstance(cancel, KeyVerificationCancel)
    assert (cancel.sender, cancel.transaction_id, cancel.code) == (bot.connection.user, "t1", "m.user")
    await bot.sync()
    assert (await person.client.sync(timeout=0)).to_device_events == []


async def test_a_broken_session_with_a_device_is_begun_anew(
    homeserver: Homeserver, tmp_path: Path, bot: SecretBot, person: SecretPerson
) -> None:
    """The person's client writes with a session that the bot does not know."""
    room = await person.invite(bot)
    await person.say(room, "One")
    assert await bot.read(room) == ["One"]
    await bot.say(room, "So that the session is no first message any more", person.id)
    await person.read(room)
    store = bot.encryption._store
    store._db.execute("DELETE FROM session")
    store.sessions._of.clear()
    person.client.invalidate_outbound_session(room)
    await person.say(room, "Lost")
    assert await bot.read(room) == ["?"]
    assert await person.read(room) == []  # takes the new session
    person.client.invalidate_outbound_session(room)
    await person.say(room, "Found")
    assert await bot.read(room) == ["Found"]


async def test_another_application_key_is_a_clear_error(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path / "bot")
    await bot.close()
    with pytest.raises(WrongKey, match="KOLLEGA_SECRET_KEY"):
        await a_bot(homeserver, who, tmp_path / "bot", key=key_for("another"))
    (tmp_path / "bot" / "session").unlink()
    with pytest.raises(WrongKey):
        Encryption(bot.connection, tmp_path / "bot", key_for("another")).open()


async def test_the_files_are_for_the_service_user_only(homeserver: Homeserver, tmp_path: Path) -> None:
    bot = await a_bot(homeserver, await an_account(homeserver), tmp_path / "bot")
    files = list((tmp_path / "bot").iterdir())
    assert len(files) >= 4
    assert {file.stat().st_mode & 0o077 for file in files} == {0}
    assert (tmp_path / "bot").stat().st_mode & 0o077 == 0
    await bot.close()
    secrets = b"".join(file.read_bytes() for file in files if file.exists() and file.name != "recovery.key")
    assert bot.connection.token is not None
    assert bot.connection.token.encode() not in secrets


async def test_a_lost_store_of_a_device_is_said(homeserver: Homeserver, tmp_path: Path) -> None:
    who = await an_account(homeserver)
    bot = await a_bot(homeserver, who, tmp_path / "bot", device=True)
    await bot.close()
    with pytest.raises(StoreLost, match=who.device_id):
        await a_bot(homeserver, who, tmp_path / "elsewhere", device=True)


async def test_keys_that_others_used_are_replaced(homeserver: Homeserver, tmp_path: Path, bot: SecretBot) -> None:
    user, device = bot.connection.user, bot.connection.device
    wanted = {"one_time_keys": {user: {device: "signed_curve25519"}}}
    given = set()
    for _ in range(51):
        claimed = await bot.connection.request("POST", "/_matrix/client/v3/keys/claim", wanted)
        (found,) = claimed["one_time_keys"][user][device].values()
        given.add((found["key"], found.get("fallback", False)))
    assert len(given) == 51
    assert sum(fallback for _, fallback in given) == 1
    await bot.sync()
    counts = await bot.connection.request("POST", "/_matrix/client/v3/keys/upload", {})
    assert counts["one_time_key_counts"]["signed_curve25519"] == 50
    answer = await bot.connection.request("GET", "/_matrix/client/v3/sync", query={"timeout": "0", "since": bot.since})
    assert answer["device_unused_fallback_key_types"] == ["signed_curve25519"]
