"""What running parts count about themselves, for /metrics to read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Histogram:
    """Values sorted into buckets by their upper bounds, as Prometheus counts them; the last one has no bound."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds` in ascending order; each belongs to its bucket."""
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self.sum = 0.0

    @property
    def count(self) -> int:
        """How many values were observed."""
        return sum(self._counts)

    def observe(self, value: float) -> None:
        """Counts a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def buckets(self) -> list[tuple[str, int]]:
        """Each upper bound with how many values were not above it; the last bound is "+Inf"."""
        return list(zip([*map(str, self._bounds), "+Inf"], accumulate(self._counts), strict=True))
