"""What the buttons of this room mean."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action
from core.health import Trouble


@dataclass(frozen=True, slots=True)
class OpenHealth(Action, code="h"):
    """How everything runs."""


@dataclass(frozen=True, slots=True)
class ListFailures(Action, code="hl"):
    """A page of what was laid aside, counted from 0."""

    trouble: Trouble
    page: int = 0


@dataclass(frozen=True, slots=True)
class RetryFailure(Action, code="hr"):
    """Tries one again; what is not laid aside any more stays as it is."""

    trouble: Trouble
    number: int
    page: int


@dataclass(frozen=True, slots=True)
class RetryAll(Action, code="ha"):
    """Tries all of a kind again."""

    trouble: Trouble
