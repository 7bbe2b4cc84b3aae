"""What an installation sets for Telegram, checked so that a mistake is named before anything starts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Any
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
from core.chat.phrases import Malformed, Phrase, phrase

SECTION = "telegram"
ABOUT = phrase("The bot in Telegram.")

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


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
        default=None, examples=[20], ge=1, le=500
    )

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    def applied_to(self, pace: Pace) -> Pace:
        """A pace with what is set here."""
        return replace(pace, **self.model_dump(exclude_none=True))


class Account(BaseModel):
    """A bot account. With `webhook_url` updates come to the web server, otherwise by polling."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: Annotated[SecretStr | None, phrase("The bot’s token, which @BotFather gives. Turns Telegram on.")] = Field(
        default=None, examples=["12345:AbC-dEf"]
    )
    api_server: Annotated[str | None, phrase("A Bot API server of your own. Without it: Telegram’s.")] = Field(
        default=None, examples=["https://api.example.org"]
    )
    webhook_url: Annotated[
        str | None,
        phrase("A public https address that leads to the bot’s web server. Without it the bot asks for its messages."),
    ] = Field(default=None, examples=["https://bot.example.org/telegram"])
    webhook_secret: Annotated[
        SecretStr | None, phrase("With the address above: what Telegram says with each message, so that it is known.")
    ] = Field(default=None, validate_default=True, examples=["a-long-random-word"])
    pace: Annotated[
        PaceSettings, phrase("How fast this account may send, where that is not what the messenger usually allows.")
    ] = PaceSettings()

    @property
    def own_address(self) -> str | None:
        """The bot's own id, which its token begins with."""
        return self.token.get_secret_value().partition(":")[0] if self.token is not None else None

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise Malformed(phrase("is no bot token; @BotFather gives one such as 12345:AbC-dEf"))
        return value

    @field_validator("api_server")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None:
            _check_address(value, ("http", "https"), phrase("is no address such as https://api.example.org"))
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        # Only one's own Bot API server calls a plain address.
        schemes = ("http", "https") if info.data.get("api_server") else ("https",)
        _check_address(value, schemes, phrase("is no https address such as https://bot.example.org/telegram"))
        if urlsplit(value).path in ("", "/"):
            raise Malformed(phrase("needs a path, such as https://bot.example.org/telegram"))
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("webhook_url") is not None:
            raise Malformed(phrase("is needed with webhook_url: without it anybody could send updates"))
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise Malformed(phrase("has 1 to 256 characters out of A–Z, a–z, 0–9, _ and the hyphen"))
        return value


class Further(Account):
    """One more bot account."""

    token: Annotated[SecretStr, phrase("The token of this bot.")] = Field(examples=["67890:GhI-jKl"])


class Settings(Account):
    """Without a token the main account is off. `more` are further ones, by name.

    What a further account does not say is as with the main one; its path of the webhook is that one's and its name.
    """

    more: Annotated[
        dict[Annotated[str, AfterValidator(checked_name)], Further],
        phrase("A further bot, by a name of its own. What is not said of it is as with the main one."),
    ] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, section: Any) -> Any:
        if not isinstance(section, dict):
            return section
        whole = filled_in(section, own=("token", "webhook_url"))
        url, more = whole.get("webhook_url"), whole.get("more")
        if isinstance(url, str) and url.strip() and isinstance(more, dict):
            for name, account in more.items():
                if isinstance(account, dict):
                    account.setdefault("webhook_url", f"{url.rstrip('/')}/{name}")
        return whole

    @field_validator("more")
    @classmethod
    def _apart(cls, more: dict[str, Further], info: ValidationInfo) -> dict[str, Further]:
        bots, paths = {_bot(info.data.get("token"))}, {_path(info.data.get("webhook_url"))}
        for name, account in more.items():
            if _bot(account.token) in bots:
                raise Malformed(phrase("{name} has the token of another account", name=name))
            if account.webhook_url is not None and _path(account.webhook_url) in paths:
                raise Malformed(phrase("{name} has the path of another account’s webhook", name=name))
            bots.add(_bot(account.token))
            paths.add(_path(account.webhook_url))
        return more


def _bot(token: SecretStr | None) -> str | None:
    """The number of the bot that a token is for."""
    return None if token is None else token.get_secret_value().partition(":")[0]


def _path(url: str | None) -> str | None:
    return None if url is None else urlsplit(url).path


def _check_address(value: str, schemes: tuple[str, ...], complaint: Phrase) -> None:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    # Braces would be taken for placeholders of the token, a question mark would swallow the method.
    if not usable or set(value) & set("{} ?#"):
        raise Malformed(complaint)
