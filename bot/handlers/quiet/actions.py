"""What the buttons of this room mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

from core.chat.actions import Action, Limit
from core.notices import LONGEST, When


@dataclass(frozen=True, slots=True)
class OpenHeld(Action, code="q"):
    """What is held now."""


@dataclass(frozen=True, slots=True)
class ShowHeld(Action, code="qs"):
    """Sends a held copy after all."""

    delivery: int


@dataclass(frozen=True, slots=True)
class ShowAllHeld(Action, code="qa"):
    """Sends all that is held."""


@dataclass(frozen=True, slots=True)
class OpenNotices(Action, code="qn"):
    """How each kind of message is to come."""


@dataclass(frozen=True, slots=True)
class OpenNotice(Action, code="qk"):
    """The choice for one kind, by its name."""

    kind: Annotated[str, Limit(LONGEST)]


@dataclass(frozen=True, slots=True)
class ChooseNotice(Action, code="qc"):
    """From now on a kind comes otherwise."""

    when: When
    kind: Annotated[str, Limit(LONGEST)]


class Preset(Enum):
    """Quiet hours that many want."""

    NIGHT = "n"
    EVENING = "e"
    NONE = "-"


@dataclass(frozen=True, slots=True)
class OpenQuiet(Action, code="peq"):
    """The own quiet hours."""


@dataclass(frozen=True, slots=True)
class SetQuiet(Action, code="pqs"):
    """Quiet hours that are offered, or none."""

    preset: Preset


@dataclass(frozen=True, slots=True)
class WriteQuiet(Action, code="pqw"):
    """Asks for other quiet hours."""
