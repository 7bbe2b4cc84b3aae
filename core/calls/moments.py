"""Times in the order of arrival, although the clock that tells them can be set back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

_LEAST = timedelta(seconds=2)  # less is a clock that is being kept right


class Onward:
    """Makes moments that never go back out of those that a clock told one after the other.

    After a step back time runs on at its pace from where it was, so that what lies between two moments stays as long
    as it was. `ahead`: how far this is in front of the clock.
    """

    def __init__(self, latest: datetime | None = None) -> None:
        self.latest = latest
        self.ahead = timedelta(0)

    def __call__(self, told: datetime) -> datetime:
        moment = told + self.ahead
        if self.latest is not None and moment < self.latest:
            self.ahead = self.latest - told
            moment = self.latest
        self.latest = moment
        return moment

    def step(self, back: timedelta) -> None:
        """The clock is known to have been set back by so much."""
        self.ahead += back

    def rest(self) -> None:
        """Nothing is being measured: time may stand still until the clock has caught up."""
        self.ahead = timedelta(0)


class Steps:
    """Notices that a clock was set back, by one that cannot be."""

    def __init__(self, pace: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._before: tuple[datetime, float] | None = None

    def back(self, told: datetime) -> timedelta:
        """By how much it was, since it was looked at before; zero as long as it runs."""
        before, self._before = self._before, (told, self._pace())
        if before is None:
            return timedelta(0)
        behind = before[0] + timedelta(seconds=self._before[1] - before[1]) - told
        return behind if behind >= _LEAST else timedelta(0)
