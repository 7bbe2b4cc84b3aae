"""What the benchmarks of kills and stalls measure, in full, as promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.delivery import kills, matrix_kills, stall
from benchmarks.delivery.stage import PostgreSQL
from tests.process.site import TAKEN_OVER


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills_lose_nothing_and_repeat_only_what_was_in_flight(kind: str, durable: PostgreSQL) -> None:
    result = kills.measure(kind, kills.DELIVERIES, kills.KILLS, durable)
    assert result.lost == 0
    assert result.twice <= result.allowed, result


async def test_kills_repeat_nothing_in_matrix(tmp_path: Path) -> None:
    rooms, broadcasts, number = matrix_kills.ROOMS, matrix_kills.BROADCASTS, matrix_kills.KILLS
    assert await matrix_kills.measure(rooms, broadcasts, number, tmp_path) == (0, 0)


@pytest.mark.parametrize(("seconds", "stalls"), [(30, 1), (0, 10)])
def test_a_sender_that_was_stopped_is_fenced(seconds: int, stalls: int, durable: PostgreSQL) -> None:
    result = stall.measure(seconds, stalls, durable)
    assert max(result.seconds) <= TAKEN_OVER, result
    assert (result.after_fence, result.lost) == (0, 0)
    assert result.twice <= stalls * stall.IN_FLIGHT, result
