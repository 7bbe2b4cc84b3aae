"""The name and the picture under which people see the bot: set where they are missing or set otherwise."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from adapters.matrix.connection import Connection, Lost, NotReached, Refusal, part
from adapters.matrix.settings import Account

log = structlog.get_logger()

NAME = "Kollega"
PICTURE = Path(__file__).parent / "avatar.png"
_LARGEST = 5 * 2**20
_KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif"}


async def introduce(connection: Connection, settings: Account) -> None:
    """Gives the account its name and picture. What an admin has set in another way stays unless the settings differ.

    A server that does not let users change them is no fault.
    """
    path = f"/_matrix/client/v3/profile/{part(connection.user)}"
    try:
        now = await connection.request("GET", path)
    except Refusal:
        now = {}
    try:
        local = connection.user[1:].partition(":")[0]
        name = settings.display_name or (NAME if now.get("displayname") in (None, "", local) else None)
        if name is not None and name != now.get("displayname"):
            await connection.request("PUT", f"{path}/displayname", {"displayname": name})
        if settings.avatar is not None or not now.get("avatar_url"):
            await _picture(connection, f"{path}/avatar_url", settings.avatar or PICTURE, now.get("avatar_url"))
    except Refusal as refusal:
        log.info("matrix_profile_not_set", reason=refusal.code)
    except (NotReached, Lost, OSError) as error:
        log.info("matrix_profile_not_set", reason=type(error).__name__)


async def _picture(connection: Connection, path: str, picture: Path, now: object) -> None:
    """Sets the picture unless the server has the very same bytes."""
    content = await asyncio.to_thread(picture.read_bytes)
    if len(content) > _LARGEST or (isinstance(now, str) and await _content(connection, now) == content):
        return
    mime = _KINDS.get(picture.suffix.lower(), "application/octet-stream")
    await connection.request("PUT", path, {"avatar_url": await connection.upload(content, mime)})


async def _content(connection: Connection, address: str) -> bytes:
    try:
        return b"".join([chunk async for chunk in connection.download(address, _LARGEST)])
    except Exception:
        return b""
