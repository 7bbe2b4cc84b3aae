"""A running web chat for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.webchat import World, running


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A web chat on a free port, with three people, a clock, files in a folder and an inbox that listens."""
    async with running(tmp_path) as world:
        yield world
