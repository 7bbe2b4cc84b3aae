"""What has to be known to listen to an Asterisk."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from core.chat.phrases import Malformed, phrase
from core.phones import Dialling

SECTION = "asterisk"
ABOUT = phrase("The telephone exchange: Asterisk 12 or newer, also in FreePBX, by its manager interface (AMI).")


class Settings(BaseModel):
    """`trunks`: endpoints or peers that are outside lines; `machines`: those where a robot, a fax or a loudspeaker
    answers. Without `host` there is no live connection.

    `own_numbers`, `outside_prefix` and `area_code`: see `core.phones.Dialling`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str | None, phrase("The machine of the exchange. Turns it on.")] = Field(
        default=None, examples=["10.0.0.7"]
    )
    port: Annotated[int, phrase("The port in its manager.conf.")] = Field(default=5038, ge=1, le=65535)
    username: Annotated[str, phrase("The section of the account in manager.conf.")] = "kollega"
    secret: Annotated[SecretStr, phrase("The secret of that account.")] = Field(
        default=SecretStr(""), examples=["a long random word"]
    )
    trunks: Annotated[
        tuple[str, ...],
        phrase(
            "The endpoints or peers that are outside lines, as “pjsip show endpoints” or “sip show peers” name them."
        ),
    ] = Field(default=(), examples=[["line-msk", "line-spb"]])
    machines: Annotated[
        tuple[str, ...], phrase("The endpoints where a robot, a fax or a loudspeaker answers: they count as nobody.")
    ] = Field(default=(), examples=[["fax", "robot"]])
    outside_prefix: Annotated[str, BeforeValidator(str), phrase("What is dialled for an outside line.")] = Field(
        default="", examples=["9"]
    )
    area_code: Annotated[
        str, BeforeValidator(str), phrase("The code of the city, for numbers that come without it.")
    ] = Field(default="", examples=["495"])
    own_numbers: Annotated[
        tuple[str, ...], phrase("The company’s own numbers; nobody who calls from one is a client.")
    ] = Field(default=(), examples=[["+74951234567"]])
    grace_seconds: Annotated[float, phrase("How many seconds after a hangup a call is decided.")] = Field(
        default=2.0, ge=0, le=60
    )

    @field_validator("outside_prefix")
    @classmethod
    def _is_dialled(cls, value: str) -> str:
        if value and not re.fullmatch("[0-9]{1,4}", value):
            raise Malformed(phrase("is what is dialled for an outside line, such as 9"))
        return value

    @field_validator("area_code")
    @classmethod
    def _is_of_a_city(cls, value: str) -> str:
        if value and not re.fullmatch("[1-9][0-9]{2,4}", value):
            raise Malformed(phrase("is the code of a city, such as 495"))
        return value

    @field_validator("own_numbers")
    @classmethod
    def _are_numbers(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        dialling = Dialling(area_code=info.data.get("area_code", ""))
        wrong = next((number for number in value if not dialling.knows(number)), None)
        if wrong is not None:
            raise Malformed(phrase("“{number}” is no telephone number", number=wrong))
        return value

    @property
    def dialling(self) -> Dialling:
        """How numbers are dialled and written there."""
        return Dialling(area_code=self.area_code, outside_prefix=self.outside_prefix, own_numbers=self.own_numbers)

    @property
    def in_use(self) -> bool:
        """Whether there is a host to connect to."""
        return self.host is not None
