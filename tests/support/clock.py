"""A clock that only a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""A Wednesday at noon in Moscow, within working hours."""


class MovableClock:
    """Stands still until `move` or `set`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The test's moment, UTC."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Moves the clock on."""
        self._now += by

    def set(self, moment: datetime) -> None:
        """Puts the clock to a moment."""
        self._now = moment
