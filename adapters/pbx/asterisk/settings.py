"""What has to be known to listen to an Asterisk."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

SECTION = "asterisk"


class Settings(BaseModel):
    """`trunks`: endpoints or peers that are outside lines. Without `host` there is no live connection."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str | None = None
    port: int = Field(default=5038, ge=1, le=65535)
    username: str = "kollega"
    secret: SecretStr = SecretStr("")
    trunks: tuple[str, ...] = ()
    grace_seconds: float = Field(default=2.0, ge=0, le=60)

    @property
    def in_use(self) -> bool:
        """Whether there is a host to connect to."""
        return self.host is not None
