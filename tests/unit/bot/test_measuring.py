"""Histograms count as Prometheus wants it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.measuring import Histogram


def test_a_value_belongs_to_the_first_bucket_that_is_not_below_it() -> None:
    histogram = Histogram((0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 1.0, 7.0):
        histogram.observe(value)
    assert histogram.buckets() == [("0.1", 2), ("1.0", 4), ("+Inf", 5)]
    assert histogram.count == 5
    assert histogram.sum == 8.65


@given(st.lists(st.floats(0, 10)), st.lists(st.floats(0, 10), unique=True).map(sorted))
def test_each_bucket_holds_what_is_not_above_its_bound(values: list[float], bounds: list[float]) -> None:
    histogram = Histogram(bounds)
    for value in values:
        histogram.observe(value)
    counts = [sum(value <= bound for value in values) for bound in bounds]
    assert [count for _, count in histogram.buckets()] == [*counts, len(values)]
