"""What an installation sets for Matrix, checked so that a mistake is named before anything starts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.chat.capabilities import Pace
from core.chat.networks import checked_name, filled_in

SECTION = "matrix"

_OWN = ("user_id", "password", "access_token", "device_id", "recovery_key_file")
_USER = re.compile(r"@[^:\s]+:\S+")


class PaceSettings(BaseModel):
    """How fast this account may send, where that differs from what the messenger usually allows.

    Messages a second: overall, to one private chat, to one group; and requests on their way at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    overall: float | None = Field(default=None, gt=0)
    chat: float | None = Field(default=None, gt=0)
    group: float | None = Field(default=None, gt=0)
    in_flight: int | None = Field(default=None, ge=1, le=50)

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    def applied_to(self, pace: Pace) -> Pace:
        """A pace with what is set here."""
        return replace(pace, **self.model_dump(exclude_none=True))


class Account(BaseModel):
    """A bot account. `servers` are those whose people may write to the bot: its own when empty.

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
    pace: PaceSettings = PaceSettings()

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

    @property
    def own_address(self) -> str | None:
        """The bot's own Matrix id."""
        return self.user_id

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


class Further(Account):
    """One more bot account."""

    user_id: str


class Settings(Account):
    """Without a homeserver the main account is off. `more` are further ones, by name.

    What a further account does not say is as with the main one, except what is one account's alone.
    """

    more: dict[Annotated[str, AfterValidator(checked_name)], Further] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, section: Any) -> Any:
        return filled_in(section, own=_OWN) if isinstance(section, dict) else section

    @field_validator("more")
    @classmethod
    def _apart(cls, more: dict[str, Further], info: ValidationInfo) -> dict[str, Further]:
        users = {info.data.get("user_id")}
        for name, account in more.items():
            if account.user_id in users:
                raise ValueError(f"{name} has the user_id of another account")
            users.add(account.user_id)
        return more
