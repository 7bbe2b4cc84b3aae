"""Rooms are found by their folders, with all of their files; what is forgotten or strange there stops the start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.handlers
from bot.apart import apart
from bot.rooms import open_house, rooms
from bot.talk.house import BrokenHouse
from bot.talk.language import Languages

ROOM = '"""A room."""\nfrom bot.talk.router import Router\nrouter = Router("cellar")\n'
HANDLERS = """
from bot.handlers.cellar.room import router
from core.access import COLLEAGUE

@router.command("wine", right=COLLEAGUE)
def wine(request, words):
    return None
"""


@pytest.fixture
def cellar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A room of its own beside those that there are."""
    folder = tmp_path / "cellar"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "room.py").write_text(ROOM)
    monkeypatch.setattr(bot.handlers, "__path__", [*bot.handlers.__path__, str(tmp_path)])
    yield folder
    for name in [name for name in sys.modules if name.startswith("bot.handlers.cellar")]:
        del sys.modules[name]


def test_all_files_of_a_room_are_loaded(cellar: Path) -> None:
    (cellar / "handlers_wine.py").write_text(HANDLERS)
    assert "cellar" in rooms()
    assert "wine" in open_house(Languages("en")).commands


def test_a_file_that_registers_nothing_and_is_not_imported_stops_the_start(cellar: Path) -> None:
    (cellar / "handlers_wine.py").write_text(HANDLERS)
    (cellar / "screens_beer.py").write_text("BEER = 1\n")
    with pytest.raises(BrokenHouse, match=r"cellar\.screens_beer registers nothing"):
        open_house(Languages("en"))


def test_what_another_file_imports_need_not_register(cellar: Path) -> None:
    (cellar / "handlers_wine.py").write_text(HANDLERS + "from bot.handlers.cellar.screens_beer import BEER\n")
    (cellar / "screens_beer.py").write_text("BEER = 1\n")
    open_house(Languages("en"))


def test_a_file_with_a_strange_name_stops_the_start(cellar: Path) -> None:
    (cellar / "utils.py").write_text("")
    with pytest.raises(BrokenHouse, match="utils"):
        open_house(Languages("en"))


def test_a_room_without_its_router_stops_the_start(cellar: Path) -> None:
    (cellar / "room.py").write_text("router = None\n")
    with pytest.raises(BrokenHouse, match="router"):
        open_house(Languages("en"))


def test_files_for_other_parts_are_loaded_by_name(cellar: Path) -> None:
    (cellar / "handlers_wine.py").write_text(HANDLERS)
    (cellar / "demo.py").write_text("GLASSES = 6\n")
    open_house(Languages("en"))
    assert "bot.handlers.cellar.demo" not in sys.modules
    assert getattr(dict(apart("demo"))["cellar"], "GLASSES", None) == 6
    assert "cellar" not in dict(apart("cli"))
