"""How far something long has come, as text."""

from __future__ import annotations

from core.chat.phrases import Phrase, Text, phrase

_CELLS = 12


def progress_bar(done: int, total: int) -> Phrase:
    """A share as filled cells and a percentage, which is 100 only at the end; all of nothing is everything."""
    percent = 100 if total <= 0 else max(0, min(done, total)) * 100 // total
    filled = percent * _CELLS // 100
    return phrase("{bar} {percent}%", bar="▓" * filled + "░" * (_CELLS - filled), percent=percent)


def share(part: int, whole: int) -> Text:
    """A part of a whole in percent: rounded, but 0 only for none of it and 100 only for all; a dash for no whole."""
    if whole <= 0:
        return "—"
    percent = (200 * part + whole) // (2 * whole)
    if part > 0 and percent == 0:
        return phrase("<{percent}%", percent=1)
    if part < whole and percent == 100:
        return phrase(">{percent}%", percent=99)
    return phrase("{percent}%", percent=percent)
