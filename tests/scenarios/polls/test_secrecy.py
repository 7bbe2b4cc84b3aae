"""Nothing that is kept tells who chose what in an anonymous poll: exchange two votes, and all looks the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select

from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from storage.files import FileStore
from storage.schema import metadata
from tests.scenarios.polls.asking import asks
from tests.support.clock import MovableClock
from tests.support.keys import key_for
from tests.support.wires import Helper, open_wire
from tests.support.world import World, a_world

_BALLOTS = ("poll_ballots", "poll_choices")
_DRAWN = "directory_marks"
"""A mark that is drawn by lot whenever the directory changes."""


@pytest.mark.parametrize("messenger", ["plain"])
async def test_what_is_kept_does_not_tell(
    tmp_path: Path, sqlite_template: Path, helper: Helper, messenger: str
) -> None:
    lake_first = await _company(tmp_path / "1", sqlite_template, helper, {"employee": "Lake", "colleague": "Hills"})
    hills_first = await _company(tmp_path / "2", sqlite_template, helper, {"employee": "Hills", "colleague": "Lake"})
    for mine, other in zip(lake_first, hills_first, strict=True):
        assert mine == other
    open_one, closed = lake_first
    assert open_one["deliveries"], "the copies are compared"
    assert closed["polls"][0].secret == ""
    assert not any(closed[name] for name in _BALLOTS)


async def _company(
    folder: Path, sqlite_template: Path, helper: Helper, votes: dict[str, str]
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """All that is kept while a poll runs, apart from its ballots and its secret, and once it is closed."""
    folder.mkdir()
    path, clock, files = folder / "kollega.db", MovableClock(), FileStore(folder)
    around = Surroundings(files=files, data_dir=folder, clock=clock, languages=Languages("en"), key_for=key_for)
    wire = await open_wire("plain", around, files, clock, helper)
    async with a_world(path, sqlite_template, wire, clock) as world:
        await _vote(world, votes)
        running = _dump(path)
        for name in (*_BALLOTS, "polls"):
            del running[name]
        hr = world.people["hr"]
        await hr.presses("🏁 Close the poll")
        await hr.presses("🏁 Close the poll", of="Nobody can answer any more")
        return running, _dump(path)


async def _vote(world: World, votes: dict[str, str]) -> None:
    """Each of the two answers, and looks at the poll again; three others have answered as well."""
    hr = await world.joins("hr")
    await asks(hr, "Lake", "Hills")
    for key, option in {"manager": "Lake", "admin": "Hills", **votes}.items():
        person = await world.joins(key)
        await person.presses(option, of="Anonymous: nobody sees who chose what")
        await person.says("/poll")
        await person.presses("Where to go?", of="🗳 Polls")
    await hr.says("/poll")
    await hr.presses("Where to go?", of="🗳 Polls")
    await hr.presses("Lake", of="4 people have answered")


def _dump(path: Path) -> dict[str, list[Any]]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        kept = {table.name: _rows(connection, table.name) for table in metadata.sorted_tables if table.name != _DRAWN}
    engine.dispose()
    return kept


def _rows(connection: Connection, name: str) -> list[Any]:
    return sorted(connection.execute(select(metadata.tables[name])).all(), key=repr)
