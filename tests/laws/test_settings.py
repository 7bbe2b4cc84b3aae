"""The file with every setting is what the code says, and could be used as it stands."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from bot.build import check_options
from bot.cli.settings import every_setting
from bot.rooms import open_house
from bot.run.setting_names import FILE, PREFIX, names_in
from bot.run.settings import load, with_sections
from bot.talk.language import CODES, Languages

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": "settings.toml", "ru": "settings.ru.toml"}


@pytest.fixture(autouse=True)
def nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("code", CODES)
def test_the_page_is_made_from_the_code(code: str) -> None:
    """`make texts` writes it."""
    assert (DOCS / PAGES[code]).read_text("utf-8") == every_setting(code) + "\n"


def test_every_setting_stands_there_and_what_stands_there_may_be(tmp_path: Path) -> None:
    whole = re.sub(r"^# (?=\[|\w+ = )", "", every_setting("en"), flags=re.M)
    said = tomllib.loads(whole)
    for name in names_in(with_sections()):
        place: object = said
        for part in name:
            assert isinstance(place, dict), name
            assert part in place, name
            place = place[part]
    (tmp_path / FILE).write_text(whole, "utf-8")
    settings = load()
    house = open_house(Languages("en"))
    check_options(settings, house)
    assert [name for name, _ in settings.accounts("telegram")] == ["telegram", "telegram.2"]
    assert settings.section("asterisk").port == 5038


def test_the_file_as_it_is_sets_nothing(tmp_path: Path) -> None:
    without = load()
    (tmp_path / FILE).write_text(every_setting("ru"), "utf-8")
    assert load() == without
