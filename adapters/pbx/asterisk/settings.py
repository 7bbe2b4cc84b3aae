"""What has to be known to listen to an Asterisk."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from core.chat.messenger import Health

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

    async def check(self) -> Health:
        """Signs in once and leaves."""
        from adapters.pbx.asterisk.source import probe

        address, prefix = f"{self.host}:{self.port}", f"KOLLEGA_{SECTION.upper()}__"
        fault = await probe(self)
        if fault is not None:
            remedy = f"Check {prefix}HOST, {prefix}PORT, {prefix}USERNAME and {prefix}SECRET, and manager.conf there."
            return Health(False, f"{address}: {fault}", remedy)
        if not self.trunks:
            remedy = f"List the endpoints or peers that are outside lines in {prefix}TRUNKS."
            return Health(False, f"{address} works, but no outside lines are named", remedy)
        return Health(True, f"{address} works; outside lines: {', '.join(self.trunks)}")
