"""Options of every kind in /options, and those that the server says."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import time
from importlib import import_module
from pathlib import Path

import pytest

from bot.build import build, check_options
from bot.rooms import open_house, rooms
from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, SettingsError, load
from bot.run.web import Readiness
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.router import Router
from core.chat.phrases import Phrase
from core.options import Choice, Number, Switch, TimeOfDay, option_of
from storage.files import FileStore
from tests.support.clock import MovableClock
from tests.support.people import TestPerson
from tests.support.plain_wire import PlainWire
from tests.support.world import World, a_world

BELLS = Number("test.bells", 3, least=1, most=9)
LIGHT = Switch("test.light", True)
COLOUR = Choice("test.colour", "red", among=("red", "blue"))
OPENING = TimeOfDay("test.opening", time(9), earliest=time(6), latest=time(12))


def house_with_a_tower() -> House:
    tower = Router("test", Phrase("Tower"))
    tower.option(BELLS, Phrase("Bells"), about=Phrase("How many."), shown=str, offers=(3, 5))
    tower.switch(LIGHT, Phrase("Light"), about=Phrase("Whether it burns."))
    tower.option(COLOUR, Phrase("Colour"), about=Phrase("Of the roof."), shown=str.upper, offers=("red", "blue"))
    tower.option(OPENING, Phrase("Opening"), about=Phrase("When."), shown=OPENING.written, offers=(time(9), time(10)))
    open_house(Languages("en"))
    others = [import_module(f"bot.handlers.{name}.room").router for name in rooms()]
    return House([*others, tower], Languages("en"))


@pytest.fixture
async def world(tmp_path: Path, sqlite_template: Path, clock: MovableClock) -> AsyncIterator[World]:
    file, wire, given = tmp_path / "kollega.db", PlainWire(FileStore(tmp_path)), {"test.bells": "5"}
    async with a_world(file, sqlite_template, wire, clock, house_with_a_tower(), given) as opened:
        yield opened


@pytest.fixture
async def admin(world: World) -> TestPerson:
    return await world.joins("admin")


async def test_a_switch_is_pressed(admin: TestPerson, world: World) -> None:
    await admin.says("/options")
    await admin.presses("Light")
    seen = admin.sees("Whether it burns.", button="🔘 on")
    assert not any("Another value" in label for label in seen.buttons)
    await admin.presses("off")
    admin.sees("Light: off")
    assert not await world.store.transact(lambda uow: option_of(uow, LIGHT))


async def test_a_choice_is_among_names(admin: TestPerson, world: World) -> None:
    await admin.says("/options")
    await admin.presses("Colour")
    await admin.presses("BLUE")
    admin.sees("Colour: BLUE")
    assert await world.store.transact(lambda uow: option_of(uow, COLOUR)) == "blue"


async def test_a_time_is_pressed_or_written(admin: TestPerson, world: World) -> None:
    await admin.says("/options")
    await admin.presses("Opening")
    await admin.presses("10:00")
    admin.sees("Opening: 10:00")
    await admin.presses("Opening")
    await admin.presses("Another value")
    await admin.says("at noon")
    admin.sees("Please write a time of day from 06:00 to 12:00.")
    await admin.says("8.30")
    admin.sees_last("Now: 08:30", button="Another value")
    assert await world.store.transact(lambda uow: option_of(uow, OPENING)) == time(8, 30)


async def test_what_the_server_says_is_shown_and_not_changed(admin: TestPerson) -> None:
    await admin.says("/options")
    seen = admin.sees("Bells: 5 · set on the server", button="Light")
    assert not any("Bells" in label for label in seen.buttons)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, and an environment without any."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(monkeypatch: pytest.MonkeyPatch, **options: str) -> Settings:
    for name, text in options.items():
        monkeypatch.setenv(f"{PREFIX}OPTIONS__{name}", text)
    return load()


def test_the_environment_wins_over_the_file(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / "kollega.toml").write_text(
        '[options.test]\nbells = 4\nlight = false\nopening = "7:45"\n', encoding="utf-8"
    )
    settings = said(monkeypatch, TEST__BELLS="7", TEST__COLOUR="blue")
    assert settings.given == {
        "test.bells": "7",
        "test.light": "False",
        "test.opening": "7:45",
        "test.colour": "blue",
    }
    check_options(settings, house_with_a_tower())


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("TEST__BELLS", "10", "Please write a whole number from 1 to 9."),
        ("TEST__LIGHT", "maybe", "Please write on or off."),
        ("TEST__COLOUR", "green", "Please write one of these: red and blue."),
        ("TEST__OPENING", "13:00", "Please write a time of day from 06:00 to 12:00."),
        ("TEST__HORNS", "1", "there is no such setting"),
        ("NOSUCH__BELLS", "1", "there is no such setting"),
    ],
)
@pytest.mark.usefixtures("nowhere")
def test_a_bad_value_stops_the_start(name: str, text: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = said(monkeypatch, **{name: text})
    with pytest.raises(SettingsError) as refused:
        check_options(settings, house_with_a_tower())
    assert str(refused.value) == f"{PREFIX}OPTIONS__{name}: {words}"


def test_the_start_ends_before_the_database_is_touched(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = said(monkeypatch, CALLS__UNCLAIMED="soon")
    with pytest.raises(SettingsError, match="whole number"):
        build(settings, Readiness())
    assert not list(nowhere.iterdir())


@pytest.mark.parametrize("name", ["TEST__BELLS__DEEP", "BELLS"])
@pytest.mark.usefixtures("nowhere")
def test_a_name_of_another_shape_is_no_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=f"^{PREFIX}OPTIONS__{name}: .*$"):
        said(monkeypatch, **{name: "1"})


def test_a_room_offers_only_what_fits() -> None:
    tower = Router("test", Phrase("Tower"))
    with pytest.raises(ValueError, match="does not allow"):
        tower.option(BELLS, Phrase("Bells"), about=Phrase("How many."), shown=str, offers=(30,))
    long = Choice("test.colour", "red", among=("red", "r" * 25))
    with pytest.raises(ValueError, match="button"):
        tower.option(long, Phrase("Colour"), about=Phrase("Of the roof."), shown=str, offers=long.among)
    with pytest.raises(ValueError, match="of the name"):
        tower.switch(Switch("test.light.north", True), Phrase("Light"), about=Phrase("Whether it burns."))
