"""Times in the order of arrival, although the clock that tells them can be set back."""

from __future__ import annotations

from datetime import datetime, timedelta


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

    def rest(self) -> None:
        """Nothing is being measured: time may stand still until the clock has caught up."""
        self.ahead = timedelta(0)
