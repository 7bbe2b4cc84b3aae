"""The settings of the bot's web server and of the chat on it, light enough for every command of the CLI."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from core.chat.phrases import phrase

SECTION = "web"
ABOUT = phrase("The bot’s own web server: health and figures for monitors, webhooks, the web chat.")


class Settings(BaseModel):
    """Where the web server listens, and whether it offers the chat (which has no sign-in, so only on loopback)."""

    model_config = ConfigDict(extra="forbid")

    own_address: ClassVar[None] = None
    host: Annotated[str, phrase("The address where it listens; 0.0.0.0 for all of the machine.")] = "127.0.0.1"
    port: Annotated[int, phrase("The port where it listens.")] = Field(default=8080, ge=0, le=65535)
    chat: Annotated[bool, phrase("The chat in the browser. It has no sign-in, so it works on this machine only.")] = (
        False
    )
