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
from core.chat.phrases import Malformed, phrase

SECTION = "matrix"
ABOUT = phrase("The bot in Matrix, on a homeserver of your own.")

_OWN = ("user_id", "password", "access_token", "device_id", "recovery_key_file")
_USER = re.compile(r"@[^:\s]+:\S+")


class PaceSettings(BaseModel):
    """How fast this account may send, where that differs from what the messenger usually allows.

    Messages a second: overall, to one private chat, to one group; and requests on their way at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    overall: Annotated[float | None, phrase("Messages a second in all.")] = Field(default=None, gt=0, examples=[25.0])
    chat: Annotated[float | None, phrase("Messages a second to one private chat.")] = Field(
        default=None, gt=0, examples=[1.0]
    )
    group: Annotated[float | None, phrase("Messages a second to one group.")] = Field(
        default=None, gt=0, examples=[0.33]
    )
    in_flight: Annotated[int | None, phrase("How many requests may be on their way at once.")] = Field(
        default=None, examples=[20], ge=1, le=50
    )

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

    homeserver: Annotated[str | None, phrase("The address of the homeserver. Turns Matrix on.")] = Field(
        default=None, examples=["https://matrix.example.org"]
    )
    user_id: Annotated[str | None, phrase("The bot’s Matrix id.")] = Field(
        default=None, examples=["@kollega:example.org"]
    )
    password: Annotated[SecretStr | None, phrase("The password of the bot’s account.")] = Field(
        default=None, examples=["a long random word"]
    )
    access_token: Annotated[
        SecretStr | None, phrase("Instead of the password: a token, also that of an application service.")
    ] = Field(default=None, examples=["syt_a2w_long_random"])
    device_id: Annotated[str | None, phrase("The device that a token of yours belongs to.")] = Field(
        default=None, examples=["KOLLEGA"]
    )
    recovery_key_file: Annotated[
        Path | None, phrase("The file with the recovery key, where it is not in the data folder.")
    ] = Field(default=None, examples=["/etc/kollega/recovery.key"])
    servers: Annotated[
        tuple[str, ...], phrase("The servers whose people may write to the bot. Without them: only its own.")
    ] = Field(default=(), examples=[["example.org"]])
    encrypted_rooms: Annotated[bool, phrase("Whether private rooms that the bot opens are encrypted.")] = True
    reaction_keys: Annotated[int, phrase("How many options of a menu can be pressed as reactions.")] = Field(
        default=8, ge=0, le=8
    )
    display_name: Annotated[str | None, phrase("The bot’s name there.")] = Field(default=None, examples=["Kollega"])
    avatar: Annotated[Path | None, phrase("The bot’s picture there.")] = Field(
        default=None, examples=["/etc/kollega/avatar.png"]
    )
    pace: Annotated[
        PaceSettings, phrase("How fast this account may send, where that is not what the messenger usually allows.")
    ] = PaceSettings()

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
                raise Malformed(phrase("is no address such as https://matrix.example.org"))
        return value

    @property
    def own_address(self) -> str | None:
        """The bot's own Matrix id."""
        return self.user_id

    @field_validator("user_id")
    @classmethod
    def _user(cls, value: str | None) -> str | None:
        if value is not None and not _USER.fullmatch(value):
            raise Malformed(phrase("is no Matrix id such as @kollega:example.org"))
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.homeserver is None:
            return self
        if self.user_id is None:
            raise Malformed(
                phrase("user_id is needed with homeserver: the bot’s Matrix id, such as @kollega:example.org")
            )
        if self.password is None and self.access_token is None:
            raise Malformed(phrase("password or access_token is needed with homeserver"))
        return self


class Further(Account):
    """One more bot account."""

    user_id: Annotated[str, phrase("The Matrix id of this bot.")] = Field(examples=["@kollega2:example.org"])
    password: Annotated[SecretStr | None, phrase("Its password, or its access_token.")] = Field(
        default=None, examples=["another long random word"]
    )


class Settings(Account):
    """Without a homeserver the main account is off. `more` are further ones, by name.

    What a further account does not say is as with the main one, except what is one account's alone.
    """

    more: Annotated[
        dict[Annotated[str, AfterValidator(checked_name)], Further],
        phrase("A further bot, by a name of its own. What is not said of it is as with the main one."),
    ] = Field(default_factory=dict)

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
                raise Malformed(phrase("{name} has the user_id of another account", name=name))
            users.add(account.user_id)
        return more
