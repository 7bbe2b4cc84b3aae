"""What an installation sets for Telegram, checked so that a mistake is named before anything starts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

SECTION = "telegram"

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Settings(BaseModel):
    """Without a token Telegram is off. With `webhook_url` updates come to the web server, otherwise by polling."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: SecretStr | None = None
    api_server: str | None = None
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = Field(default=None, validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is no bot token; @BotFather gives one such as 12345:AbC-dEf")
        return value

    @field_validator("api_server")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None:
            _check_address(value, ("http", "https"), "is no address such as https://api.example.org")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        # Only one's own Bot API server calls a plain address.
        schemes = ("http", "https") if info.data.get("api_server") else ("https",)
        _check_address(value, schemes, "is no https address such as https://bot.example.org/telegram")
        if urlsplit(value).path in ("", "/"):
            raise ValueError("needs a path, such as https://bot.example.org/telegram")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("webhook_url") is not None:
            raise ValueError("is needed with webhook_url: without it anybody could send updates")
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("has 1 to 256 characters out of A-Z, a-z, 0-9, _ and -")
        return value


def _check_address(value: str, schemes: tuple[str, ...], complaint: str) -> None:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    # Braces would be taken for placeholders of the token, a question mark would swallow the method.
    if not usable or set(value) & set("{} ?#"):
        raise ValueError(complaint)
