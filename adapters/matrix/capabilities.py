"""What Matrix can do, in the core's levels and limits."""

from __future__ import annotations

from adapters.matrix.html import opens
from core.chat.capabilities import Capabilities, Level, Pace

PACE = Pace(overall=1000.0, chat=1000.0, burst=1000, group=1000.0, in_flight=20)
"""The server's own limits decide; it says how long to wait, and the sender does."""


def capabilities(reaction_keys: int, pace: Pace = PACE) -> Capabilities:
    """Levels and limits, with this many reactions for the options of a menu (0 to 8)."""
    return Capabilities(
        buttons=Level.NONE,
        edits=Level.FULL,
        deletes=Level.FULL,
        toasts=Level.NONE,
        tables=Level.FULL,
        measure=_size,
        text_limit=12_000,
        caption_limit=0,
        opens=opens,
        choice_keys=reaction_keys,
        writes_first=True,
        command_prefix="!",
        group=_is_room,
        pace=pace,
    )


def _is_room(chat: str) -> bool:
    """A private chat goes by the person's id."""
    return chat.startswith("!")


def _size(text: str) -> int:
    """Bytes: an event holds 65,536 of them with its HTML, as an edit, and encrypted."""
    return len(text.encode(errors="replace"))
