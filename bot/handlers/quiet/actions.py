"""What the buttons of the list of held messages mean."""

from __future__ import annotations

from dataclasses import dataclass

from core.chat.actions import Action


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
