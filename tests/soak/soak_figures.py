"""What the benchmarks of kills and stalls measure, in full, as promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.delivery import kills, matrix_kills, stall
from benchmarks.delivery.stage import PostgreSQL
from tests.process.site import TAKEN_OVER


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills_lose_nothing_and_repeat_nothing_of_a_broadcast(kind: str, durable: PostgreSQL) -> None:
    result = kills.measure(kind, *kills.USUAL, durable)
    assert (result.lost, result.twice) == (0, 0), result
    assert result.uncertain <= result.allowed, result


async def test_kills_repeat_nothing_in_matrix(tmp_path: Path) -> None:
    assert await matrix_kills.measure(*matrix_kills.USUAL, tmp_path) == (0, 0)


@pytest.mark.parametrize(("seconds", "stalls", "deliveries"), [stall.USUAL, (0, 10, 21_000)])
def test_a_sender_that_was_stopped_is_fenced(seconds: int, stalls: int, deliveries: int, durable: PostgreSQL) -> None:
    result = stall.measure(seconds, stalls, deliveries, durable)
    assert max(result.seconds) <= TAKEN_OVER, result
    assert (result.after_fence, result.lost) == (0, 0)
    assert result.twice <= stalls * stall.IN_FLIGHT, result
