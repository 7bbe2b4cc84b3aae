"""What an installation sets for Matrix, checked so that a mistake is named before anything starts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

SECTION = "matrix"

_USER = re.compile(r"@[^:\s]+:\S+")


class Settings(BaseModel):
    """Without a homeserver Matrix is off. `servers` are those whose people may write to the bot: its own when empty.

    `reaction_keys` is how many options of a menu can be pressed as reactions: each of them is a message for the
    server's limits. `encrypted_rooms` says whether private rooms that the bot opens are encrypted.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    homeserver: str | None = None
    user_id: str | None = None
    password: SecretStr | None = None
    access_token: SecretStr | None = None
    device_id: str | None = None
    recovery_key_file: Path | None = None
    servers: tuple[str, ...] = ()
    encrypted_rooms: bool = True
    reaction_keys: int = Field(default=8, ge=0, le=8)
    display_name: str | None = None
    avatar: Path | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("homeserver")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or set(value) & set("{} ?#"):
                raise ValueError("is no address such as https://matrix.example.org")
        return value

    @field_validator("user_id")
    @classmethod
    def _user(cls, value: str | None) -> str | None:
        if value is not None and not _USER.fullmatch(value):
            raise ValueError("is no Matrix id such as @kollega:example.org")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.homeserver is None:
            return self
        if self.user_id is None:
            raise ValueError("user_id is needed with homeserver: the bot's Matrix id, such as @kollega:example.org")
        if self.password is None and self.access_token is None:
            raise ValueError("password or access_token is needed with homeserver")
        return self
