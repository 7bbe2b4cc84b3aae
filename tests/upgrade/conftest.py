"""An installation as a release left it: its database, and what its people's chats showed, on the plain messenger."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.rooms import open_house
from bot.talk.language import Languages
from storage.database import Database
from storage.files import FileStore
from storage.migrate import upgrade
from tests.support.cast import CAST
from tests.support.clock import MovableClock
from tests.support.plain import Chat, Shown
from tests.support.plain_wire import PlainWire
from tests.support.world import World

RELEASES = Path(__file__).parents[1] / "data" / "releases"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Release 0.1.0 on an evening, half an hour after the employee's quiet hours began; upgraded and started."""
    left: dict[str, Any] = json.loads((RELEASES / "0.1.0.json").read_text("utf-8"))
    path = tmp_path / "kollega.db"
    with sqlite3.connect(path) as connection:
        connection.executescript((RELEASES / "0.1.0.sql").read_text("utf-8"))
    connection.close()  # the block above only commits
    upgrade(f"sqlite:///{path}")
    clock, wire = MovableClock(datetime.fromisoformat(left["now"])), PlainWire(FileStore(tmp_path), events=1000)
    wire.messenger.goes_on(
        {account: Chat([_line(line) for line in lines]) for account, lines in left["chats"].items()}, left["last"]
    )
    world = World(Database(f"sqlite:///{path}", clock), wire, clock, open_house(Languages("en")))
    world.ids = left["people"]
    for key in (*(member.key for member in CAST), "stranger"):
        world.people[key] = wire.person(key, 0, world)
    await world.app.introduce()
    yield world
    await world.close()


def _line(line: dict[str, Any]) -> Shown:
    return Shown(**{**line, "files": (), "options": tuple(line["options"]), "signs": tuple(line["signs"])})
