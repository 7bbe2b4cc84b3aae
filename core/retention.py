"""How long rows are kept: a room says it of each of its tables, and what is older is forgotten in slices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.unit_of_work import Change


@dataclass(frozen=True, slots=True)
class Keep:
    """The rows that go by this name are kept for so many days. By which moment of theirs, their table says."""

    rows: str
    days: int


@dataclass(frozen=True, slots=True)
class Forget(Change[int]):
    """Deletes about `most` of the rows that go by this name and are older than a moment, the oldest first; how many.

    KeyError for a name that no table knows.
    """

    rows: str
    before: datetime
    most: int


OF_ALL_ROOMS = (
    Keep("events", 14),  # their ids guard against repeats
    Keep("events.failed", 90),
    Keep("timers.failed", 90),
    Keep("drafts", 180),
    Keep("messages", 400),
)
"""Of the tables that no room owns."""
