"""Sign-in by token or password, once: the server allows few logins, and a new device at each start would be nobody's.

What was got is kept, sealed, with a digest of the settings' token: when that changes, the new one is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import Any

from adapters.matrix.connection import Connection, Refusal, part
from adapters.matrix.settings import Account
from adapters.matrix.vault import Vault
from core.chat.phrases import Told, phrase

DEVICE_NAME = "Kollega"
_WHO_AM_I = "/_matrix/client/v3/account/whoami"
_LOGIN = "/_matrix/client/v3/login"
_REMEDY = phrase(
    "set {password}, or a new {token}, and start again",
    password="KOLLEGA_MATRIX__PASSWORD",  # noqa: S106  # the name of a setting
    token="KOLLEGA_MATRIX__ACCESS_TOKEN",  # noqa: S106
)


class SignedOut(Told):
    """The homeserver does not accept what there is to sign in with; the text says what to do."""


async def sign_in(connection: Connection, settings: Account, folder: Path, key: bytes, *, anew: bool = False) -> None:
    """Sets `user`, `device` and `token` of the connection.

    `anew` makes another device where that is possible, because the keys of the present one are lost. Raises
    `SignedOut`, `WrongKey`, and what the connection raises: with a `Refusal` that has `seconds`, wait and try again.
    """
    kept = {} if anew else _kept(settings, folder, key)
    device: str | None = None
    if kept:
        try:
            await _ask(connection, kept)
        except Refusal as refusal:
            if not _is_unknown(refusal):
                raise
            if refusal.details.get("soft_logout") is True:
                device = kept["device"]
        else:
            _use(connection, kept)
            return
    found = await _fresh(connection, settings, device, anew)
    Vault(folder / "session", key).write({**found, "digest": _digest(settings)})
    _use(connection, found)


def resume(connection: Connection, settings: Account, folder: Path, key: bytes) -> bool:
    """Uses what an earlier sign-in left, without asking anybody; whether there is any. Raises `WrongKey`."""
    kept = _kept(settings, folder, key)
    if kept:
        _use(connection, kept)
    return bool(kept)


async def try_out(connection: Connection, settings: Account) -> None:
    """Asks whether the homeserver answers and knows the settings' token, without signing in. Raises as `sign_in`."""
    if settings.access_token is None:
        await connection.request("GET", "/_matrix/client/versions")
        return
    try:
        await _ask(connection, {"token": settings.access_token.get_secret_value()})
    except Refusal as refusal:
        if not _is_unknown(refusal):
            raise
        if settings.password is None:
            raise _signed_out(settings) from None


def _signed_out(settings: Account) -> SignedOut:
    return SignedOut(
        phrase(
            "{user} was signed out: the homeserver does not know its token; {remedy}",
            user=settings.user_id or "",
            remedy=_REMEDY,
        )
    )


def _kept(settings: Account, folder: Path, key: bytes) -> dict[str, Any]:
    """The session of an earlier sign-in with these settings, empty when there is none."""
    kept = Vault(folder / "session", key).read()
    fits = kept.get("digest") == _digest(settings) and kept.get("user") == settings.user_id
    return dict(kept) if fits else {}


async def _fresh(connection: Connection, settings: Account, device: str | None, anew: bool) -> dict[str, str]:
    """A session by the settings' token, or else by the password."""
    token, password = settings.access_token, settings.password
    if token is not None:
        found = await _by_token(connection, settings, token.get_secret_value(), anew)
        if found is not None:
            return found
    if password is None:
        if anew:
            raise SignedOut(
                phrase("{user} has lost the keys of its device; {remedy}", user=settings.user_id or "", remedy=_REMEDY)
            )
        raise _signed_out(settings)
    return await _login(
        connection,
        settings,
        {"type": "m.login.password", "password": password.get_secret_value()},
        device=device,
    )


async def _by_token(connection: Connection, settings: Account, token: str, anew: bool) -> dict[str, str] | None:
    """The device of a token; None when the server does not know it, or another device is wanted."""
    try:
        who = await _ask(connection, {"token": token})
    except Refusal as refusal:
        if _is_unknown(refusal):
            return None
        raise
    user, device = who.get("user_id"), who.get("device_id")
    if not isinstance(device, str):
        # An application service's token stands for no device, which encryption needs, and for no account that exists.
        await _register(connection, settings, token)
        found = await _new_device(connection, settings, token, anew) or await _login(
            connection, settings, {"type": "m.login.application_service"}, token=token
        )
        # Only with the service's own token is the account without limits.
        return found | {"token": token, "service": "yes"}
    if user != settings.user_id:
        raise SignedOut(
            phrase(
                "{setting} belongs to {user}, and {own} is {named}: correct one of them",
                setting="KOLLEGA_MATRIX__ACCESS_TOKEN",
                user=str(user),
                own="KOLLEGA_MATRIX__USER_ID",
                named=settings.user_id or "",
            )
        )
    if settings.device_id not in (None, device):
        raise SignedOut(
            phrase(
                "{setting} belongs to the device {device}, and {own} is {named}: correct or remove the latter",
                setting="KOLLEGA_MATRIX__ACCESS_TOKEN",
                device=str(device),
                own="KOLLEGA_MATRIX__DEVICE_ID",
                named=settings.device_id or "",
            )
        )
    return None if anew else {"user": settings.user_id or "", "device": device, "token": token}


async def _register(connection: Connection, settings: Account, token: str) -> None:
    """Makes the account of an application service, unless it is there."""
    name = (settings.user_id or "").removeprefix("@").partition(":")[0]
    body = {"type": "m.login.application_service", "username": name, "inhibit_login": True}
    try:
        await connection.request("POST", "/_matrix/client/v3/register", body, token=token)
    except Refusal as refusal:
        if refusal.code != "M_USER_IN_USE":
            raise


async def _new_device(connection: Connection, settings: Account, token: str, anew: bool) -> dict[str, str] | None:
    """A device that an application service makes itself (MSC4190): where accounts are kept by an authentication
    service nobody can sign in at the homeserver. None where the homeserver does not know this."""
    user = settings.user_id or ""
    device = settings.device_id if settings.device_id and not anew else f"KOLLEGA{token_hex(5).upper()}"
    path, body = f"/_matrix/client/v3/devices/{part(device)}", {"display_name": DEVICE_NAME}
    try:
        await connection.request("PUT", path, body, query={"user_id": user}, token=token)
    except Refusal as refusal:
        if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise
        return None
    return {"user": user, "device": device}


async def _login(
    connection: Connection,
    settings: Account,
    proof: Mapping[str, str],
    *,
    device: str | None = None,
    token: str | None = None,
) -> dict[str, str]:
    body = {
        **proof,
        "identifier": {"type": "m.id.user", "user": settings.user_id},
        "initial_device_display_name": DEVICE_NAME,
    }
    if device is not None:
        body["device_id"] = device
    try:
        answer = await connection.request("POST", _LOGIN, body, token=token)
    except Refusal as refusal:
        if refusal.status != HTTPStatus.FORBIDDEN:
            raise
        raise SignedOut(
            phrase(
                "the homeserver refuses to sign in {user} ({reason}): check {setting} and {password} or {token}",
                user=settings.user_id or "",
                reason=refusal.message,
                setting="KOLLEGA_MATRIX__USER_ID",
                password="KOLLEGA_MATRIX__PASSWORD",  # noqa: S106
                token="KOLLEGA_MATRIX__ACCESS_TOKEN",  # noqa: S106
            )
        ) from None
    found = {"user": answer.get("user_id"), "device": answer.get("device_id"), "token": answer.get("access_token")}
    if not all(isinstance(value, str) for value in found.values()) or found["user"] != settings.user_id:
        raise SignedOut(
            phrase(
                "the homeserver signs {user} in as {other}: correct {setting}",
                user=settings.user_id or "",
                other=str(found["user"]),
                setting="KOLLEGA_MATRIX__USER_ID",
            )
        )
    return {name: str(value) for name, value in found.items()}


async def _ask(connection: Connection, session: Mapping[str, str]) -> dict[str, Any]:
    """Whom the server takes a token for."""
    behalf = {"user_id": session["user"], "device_id": session["device"]} if "service" in session else {}
    return await connection.request("GET", _WHO_AM_I, query=behalf, token=session["token"])


def _is_unknown(refusal: Refusal) -> bool:
    return refusal.status == HTTPStatus.UNAUTHORIZED or refusal.code == "M_UNKNOWN_DEVICE"


def _use(connection: Connection, session: Mapping[str, str]) -> None:
    connection.user, connection.device, connection.token = session["user"], session["device"], session["token"]
    connection.service = "service" in session


def _digest(settings: Account) -> str:
    token = settings.access_token
    return hashlib.sha256(token.get_secret_value().encode()).hexdigest() if token is not None else ""
