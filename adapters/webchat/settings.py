"""The settings of the bot's web server and of the chat on it, light enough for every command of the CLI."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

SECTION = "web"


class Settings(BaseModel):
    """Where the web server listens, and whether it offers the chat (which has no sign-in, so only on loopback)."""

    model_config = ConfigDict(extra="forbid")

    own_address: ClassVar[None] = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    chat: bool = False
