"""What the buttons of this room mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Annotated

from core.chat.actions import Action, Limit


class Period(Enum):
    """Since when things are shown."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    EVER = "e"

    @property
    def length(self) -> timedelta | None:
        """How long it is; None when it has no beginning."""
        days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30}.get(self)
        return None if days is None else timedelta(days=days)


@dataclass(frozen=True, slots=True)
class OpenAudit(Action, code="au"):
    """A page of what was done in a period, by or for a person, of a kind; without these everything."""

    period: Period = Period.WEEK
    page: int = 0
    person: int | None = None
    kind: Annotated[str, Limit(20)] = ""


@dataclass(frozen=True, slots=True)
class ChooseKind(Action, code="auk"):
    """The choice of a kind."""

    period: Period
    person: int | None
    kind: Annotated[str, Limit(20)]


@dataclass(frozen=True, slots=True)
class AskWhom(Action, code="aup"):
    """The question for a person."""

    period: Period
    kind: Annotated[str, Limit(20)]


@dataclass(frozen=True, slots=True)
class SaveAudit(Action, code="aus"):
    """The same as a table."""

    period: Period
    person: int | None
    kind: Annotated[str, Limit(20)]
