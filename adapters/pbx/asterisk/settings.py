"""What has to be known to listen to an Asterisk."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from core.phones import Dialling

SECTION = "asterisk"


class Settings(BaseModel):
    """`trunks`: endpoints or peers that are outside lines; `machines`: those where a robot, a fax or a loudspeaker
    answers. Without `host` there is no live connection.

    `own_numbers`, `outside_prefix` and `area_code`: see `core.phones.Dialling`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str | None = None
    port: int = Field(default=5038, ge=1, le=65535)
    username: str = "kollega"
    secret: SecretStr = SecretStr("")
    trunks: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    outside_prefix: Annotated[str, BeforeValidator(str)] = ""
    area_code: Annotated[str, BeforeValidator(str)] = ""
    own_numbers: tuple[str, ...] = ()
    grace_seconds: float = Field(default=2.0, ge=0, le=60)

    @field_validator("outside_prefix")
    @classmethod
    def _is_dialled(cls, value: str) -> str:
        if value and not re.fullmatch("[0-9]{1,4}", value):
            raise ValueError("is what is dialled for an outside line, such as 9")
        return value

    @field_validator("area_code")
    @classmethod
    def _is_of_a_city(cls, value: str) -> str:
        if value and not re.fullmatch("[1-9][0-9]{2,4}", value):
            raise ValueError("is the code of a city, such as 495")
        return value

    @field_validator("own_numbers")
    @classmethod
    def _are_numbers(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        dialling = Dialling(area_code=info.data.get("area_code", ""))
        wrong = next((number for number in value if not dialling.knows(number)), None)
        if wrong is not None:
            raise ValueError(f"“{wrong}” is no telephone number")
        return value

    @property
    def dialling(self) -> Dialling:
        """How numbers are dialled and written there."""
        return Dialling(area_code=self.area_code, outside_prefix=self.outside_prefix, own_numbers=self.own_numbers)

    @property
    def in_use(self) -> bool:
        """Whether there is a host to connect to."""
        return self.host is not None
