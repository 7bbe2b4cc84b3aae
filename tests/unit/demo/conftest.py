"""The demo company in a database, at noon of a working day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest_asyncio

from adapters.pbx import asterisk
from bot.demo.filling import fill
from bot.kit.demo import DemoContext
from core.parts import Adapter
from storage.database import Database
from storage.files import FileStore
from tests.support.clock import MovableClock

MOSCOW = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True)
class Demo:
    store: Database
    files: FileStore
    clock: MovableClock
    folder: Path

    @property
    def context(self) -> DemoContext:
        """What scenes are made of."""
        exchange = Adapter(name="asterisk", settings=None, package=asterisk)
        return DemoContext(
            store=self.store,
            files=self.files,
            clock=self.clock,
            zone=MOSCOW,
            language="ru",
            adapters=lambda kind: (exchange,),
        )


@pytest_asyncio.fixture
async def demo(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Demo]:
    """Filled once."""
    file, clock = tmp_path / "kollega.db", MovableClock()
    file.write_bytes(sqlite_template.read_bytes())
    store, files = Database(f"sqlite:///{file}", clock), FileStore(tmp_path)
    demo = Demo(store, files, clock, tmp_path)
    await fill(demo.context)
    yield demo
    await store.close()
