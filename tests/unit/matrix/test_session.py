"""Sign-in on a real homeserver: once, and again only when it must be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.matrix.connection import Connection, Refusal
from adapters.matrix.session import SignedOut, sign_in
from adapters.matrix.settings import Settings
from adapters.matrix.vault import WrongKey
from tests.support.keys import key_for
from tests.support.synapse import Credentials, Homeserver
from tests.unit.matrix.scripted import BOT, TOO_MANY, scripted
from tests.unit.matrix.secret import KEY, an_account


@pytest.fixture
async def connection(homeserver: Homeserver) -> AsyncIterator[Connection]:
    connection = Connection(homeserver.url)
    yield connection
    await connection.close()


@pytest.fixture
async def account(homeserver: Homeserver) -> Credentials:
    return await an_account(homeserver)


def settings(who: Credentials, **more: Any) -> Settings:
    return Settings(homeserver="http://127.0.0.1", user_id=who.user_id, **more)


def by_password(who: Credentials) -> Settings:
    return settings(who, password=SecretStr(who.password))


def by_token(who: Credentials, **more: Any) -> Settings:
    return settings(who, access_token=SecretStr(who.access_token), **more)


async def test_a_password_is_used_once(connection: Connection, account: Credentials, tmp_path: Path) -> None:
    await sign_in(connection, by_password(account), tmp_path, KEY)
    first = (connection.user, connection.device, connection.token)
    assert first[0] == account.user_id
    connection.token = None
    await sign_in(connection, by_password(account), tmp_path, KEY)
    assert (connection.user, connection.device, connection.token) == first
    path = f"/_matrix/client/v3/devices/{connection.device}"
    assert (await connection.request("GET", path))["display_name"] == "Kollega"


async def test_a_token_tells_its_device(connection: Connection, account: Credentials, tmp_path: Path) -> None:
    await sign_in(connection, by_token(account), tmp_path, KEY)
    assert (connection.user, connection.device) == (account.user_id, account.device_id)
    assert connection.token == account.access_token


async def test_a_new_token_in_the_settings_wins(
    homeserver: Homeserver, connection: Connection, account: Credentials, tmp_path: Path
) -> None:
    await sign_in(connection, by_password(account), tmp_path, KEY)
    await sign_in(connection, by_token(account), tmp_path, KEY)
    assert connection.device == account.device_id
    await sign_in(connection, by_token(account), tmp_path, KEY)
    assert connection.device == account.device_id


async def test_a_token_of_somebody_else_is_named(
    homeserver: Homeserver, connection: Connection, account: Credentials, tmp_path: Path
) -> None:
    other = await an_account(homeserver)
    with pytest.raises(SignedOut, match=f"belongs to {other.user_id}.*{account.user_id}"):
        await sign_in(connection, settings(account, access_token=SecretStr(other.access_token)), tmp_path, KEY)
    with pytest.raises(SignedOut, match="DEVICE_ID is WRONG"):
        await sign_in(connection, by_token(account, device_id="WRONG"), tmp_path, KEY)


async def test_a_revoked_session_is_replaced_by_password(
    connection: Connection, account: Credentials, tmp_path: Path
) -> None:
    await sign_in(connection, by_password(account), tmp_path, KEY)
    device = connection.device
    await connection.request("POST", "/_matrix/client/v3/logout", {})
    await sign_in(connection, by_password(account), tmp_path, KEY)
    assert connection.device != device
    await connection.request("GET", "/_matrix/client/v3/account/whoami")


async def test_a_revoked_token_says_what_to_do(connection: Connection, account: Credentials, tmp_path: Path) -> None:
    await sign_in(connection, by_token(account), tmp_path, KEY)
    await connection.request("POST", "/_matrix/client/v3/logout", {})
    with pytest.raises(SignedOut, match=r"signed out.*KOLLEGA_MATRIX__PASSWORD.*ACCESS_TOKEN"):
        await sign_in(connection, by_token(account), tmp_path, KEY)


async def test_a_wrong_password_says_what_to_check(
    connection: Connection, account: Credentials, tmp_path: Path
) -> None:
    with pytest.raises(SignedOut, match="KOLLEGA_MATRIX__PASSWORD"):
        await sign_in(connection, settings(account, password=SecretStr("wrong")), tmp_path, KEY)


async def test_another_device_where_the_keys_were_lost(
    connection: Connection, account: Credentials, tmp_path: Path
) -> None:
    await sign_in(connection, by_token(account), tmp_path, KEY)
    with pytest.raises(SignedOut, match="has lost the keys"):
        await sign_in(connection, by_token(account), tmp_path, KEY, anew=True)
    both = by_token(account, password=SecretStr(account.password))
    await sign_in(connection, both, tmp_path, KEY, anew=True)
    device = connection.device
    assert device != account.device_id
    await sign_in(connection, both, tmp_path, KEY)
    assert connection.device == device


async def test_another_application_key_is_said(connection: Connection, account: Credentials, tmp_path: Path) -> None:
    await sign_in(connection, by_token(account), tmp_path, KEY)
    with pytest.raises(WrongKey):
        await sign_in(connection, by_token(account), tmp_path, key_for("another"))


async def test_a_server_that_wants_patience_is_not_asked_again(tmp_path: Path) -> None:
    async with scripted() as server:
        connection = server.connection()
        server.refuse("login", 429, TOO_MANY, times=9)
        wanted = Settings(homeserver=server.address, user_id=BOT, password=SecretStr("x"))
        with pytest.raises(Refusal) as refused:
            await sign_in(connection, wanted, tmp_path, KEY)
        assert refused.value.seconds == 7.0
        assert len(server.all("login")) == 1
        await connection.close()


async def test_a_session_that_ran_out_keeps_its_device(tmp_path: Path) -> None:
    async with scripted() as server:
        connection = server.connection()
        wanted = Settings(homeserver=server.address, user_id=BOT, password=SecretStr("x"))
        session = {"user_id": BOT, "device_id": "KEPT", "access_token": "first"}
        server.refuse("login", 200, session)
        await sign_in(connection, wanted, tmp_path, KEY)
        server.refuse("whoami", 401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True})
        server.refuse("login", 200, {**session, "access_token": "second"})
        await sign_in(connection, wanted, tmp_path, KEY)
        assert (connection.device, connection.token) == ("KEPT", "second")
        assert [asked.body.get("device_id") for asked in server.all("login")] == [None, "KEPT"]
        await connection.close()


@pytest.mark.parametrize("there", [True, False])
async def test_an_application_service_gets_an_account_and_a_device(tmp_path: Path, there: bool) -> None:
    async with scripted() as server:
        connection = Connection(server.address)
        wanted = Settings(homeserver=server.address, user_id=BOT, access_token=SecretStr("as_token"))
        server.refuse("whoami", 200, {"user_id": "@kollega-service:example.org"})
        server.refuse("register", *((400, {"errcode": "M_USER_IN_USE"}) if there else (200, {"user_id": BOT})))
        server.refuse("PUT .*devices", 404, {"errcode": "M_NOT_FOUND"})  # a server without MSC4190
        server.refuse("login", 200, {"user_id": BOT, "device_id": "NEW", "access_token": "own"})
        await sign_in(connection, wanted, tmp_path, KEY)
        assert (connection.device, connection.token, connection.service) == ("NEW", "as_token", True)
        assert server.all("register")[0].body["username"] == "kollega"
        assert server.all("login")[0].body["type"] == "m.login.application_service"
        server.refuse("whoami", 200, {"user_id": BOT, "device_id": "NEW"})
        again = Connection(server.address)
        await sign_in(again, wanted, tmp_path, KEY)
        assert (again.device, again.token, again.service) == ("NEW", "as_token", True)
        assert len(server.all("login")) == 1
        await connection.close()
        await again.close()


async def test_an_application_service_makes_its_device_itself_and_another_when_that_is_gone(tmp_path: Path) -> None:
    async with scripted() as server:
        connection = Connection(server.address)
        wanted = Settings(homeserver=server.address, user_id=BOT, access_token=SecretStr("as_token"))
        devices = []
        for gone in (False, True):
            if gone:
                server.refuse("whoami", 400, {"errcode": "M_UNKNOWN_DEVICE"})
            server.refuse("whoami", 200, {"user_id": "@kollega-service:example.org"})
            server.refuse("register", 200, {"user_id": BOT})
            server.refuse("PUT .*devices", 201, {})
            await sign_in(connection, wanted, tmp_path, KEY)
            devices.append(connection.device)
        assert [asked.last for asked in server.all("PUT .*devices")] == devices
        assert len(set(devices)) == 2
        assert server.all("login") == []
        await connection.close()
