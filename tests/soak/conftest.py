"""A PostgreSQL that is set up as in production, for the runs that end in a figure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.delivery.stage import PostgreSQL
from benchmarks.delivery.stage import postgresql as as_installed


@pytest.fixture(scope="session")
def durable() -> Iterator[PostgreSQL]:
    with as_installed() as server:
        yield server
