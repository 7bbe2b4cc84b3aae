"""The demo company in a database, at noon of a working day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest_asyncio

from bot.demo.filling import fill
from storage.database import Database
from storage.files import FileStore
from storage.migrate import upgrade
from tests.support.clock import MovableClock

MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True)
class Demo:
    store: Database
    files: FileStore
    clock: MovableClock
    folder: Path


@pytest_asyncio.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """Filled once."""
    url, clock = f"sqlite:///{tmp_path / 'kollega.db'}", MovableClock()
    upgrade(url)
    store, files = Database(url, clock), FileStore(tmp_path)
    await fill(store, files, MOSCOW)
    yield Demo(store, files, clock, tmp_path)
    await store.close()
