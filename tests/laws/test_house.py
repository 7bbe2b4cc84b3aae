"""The laws of the house: what must hold for every room, also for those that are yet to come."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path

import pytest

import core.notices
from bot.locales.sync import faults
from bot.rooms import open_house
from bot.talk.house import BrokenHouse
from bot.talk.language import CODES, SOURCE, Languages
from bot.talk.router import Router
from core.access import COLLEAGUE
from core.auditing import AuditKind, known_audits
from core.chat.actions import LIMIT, known_actions, longest
from core.chat.phrases import Phrase
from core.chat.screens import screen
from core.delivery import Priority, Send, ToPerson
from core.notices import Notice, known_notices
from core.personal import OF_ALL_ROOMS as OF_EVERYBODY
from core.personal import Holds
from core.retention import OF_ALL_ROOMS, Keep
from storage.persons import about_people, unexplained
from storage.retention import aging, undecided
from storage.rooms import open_rooms

ROOT = Path(__file__).parents[2]
_CYRILLIC = re.compile("[а-яА-ЯёЁ]")


def test_the_house_opens_with_every_room() -> None:
    house = open_house(Languages("ru"))
    assert {
        "start",
        "menu",
        "help",
        "cancel",
        "who",
        "me",
        "link",
        "news",
        "publish",
        "missed",
    } <= house.commands.keys()
    orders = [entry.order for entry in house.entries]
    assert orders == sorted(set(orders))


def test_every_action_fits_on_a_button() -> None:
    open_house(Languages("ru"))
    actions = [action for action in known_actions() if not action.__module__.startswith("tests.")]
    assert {action.__name__: longest(action) for action in actions if longest(action) > LIMIT} == {}


@pytest.mark.parametrize("code", [code for code in CODES if code != SOURCE])
def test_every_text_is_translated(code: str) -> None:
    assert list(faults(code)) == []


def test_what_is_written_down_is_declared_by_its_room() -> None:
    declared = {kind.name for kind in open_house(Languages("ru")).plugged(AuditKind)}
    assert declared == set(known_audits())


def test_every_table_has_a_retention_or_a_reason() -> None:
    """A table says in its `info` by what its rows grow old or why they are kept, and its room for how long."""
    open_rooms()
    assert undecided() == []
    keeps = [*OF_ALL_ROOMS, *open_house(Languages("ru")).plugged(Keep)]
    assert sorted(keep.rows for keep in keeps) == sorted(aging())


def test_what_is_kept_of_a_person_is_held_by_a_room() -> None:
    """A table with a column that names a person says in its `info` what is to be done, and one room holds it."""
    open_rooms()
    assert unexplained() == []
    holds = [OF_EVERYBODY, *open_house(Languages("ru")).plugged(Holds)]
    assert sorted(table for one in holds for table in one.tables) == about_people()


def test_no_handler_without_a_right() -> None:
    router = Router("careless")
    with pytest.raises(TypeError, match="right"):
        router.command("open")  # type: ignore[call-arg]  # on purpose
    with pytest.raises(TypeError, match="right"):
        router.action(known_actions()[0])  # type: ignore[call-arg]  # on purpose
    router.command("closed", right=COLLEAGUE, describe=Phrase("x"))
    assert not router.commands, "only the decorated function registers"


def test_a_command_says_whether_it_uses_what_follows_it() -> None:
    for route in open_house(Languages(SOURCE)).commands.values():
        (made,) = ast.parse(textwrap.dedent(inspect.getsource(route.handler))).body
        assert isinstance(made, ast.FunctionDef)
        words = made.args.args[1].arg
        used = any(isinstance(part, ast.Name) and part.id == words for line in made.body for part in ast.walk(line))
        assert used is route.follows, route.name


def test_only_answers_in_a_conversation_are_of_no_kind() -> None:
    nameless = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "bot").rglob("*.py")
        if "kind=None" in path.read_text() and path.parent.name != "talk"
    ]
    assert nameless == []
    with pytest.raises(TypeError, match="kind"):
        Send(content=screen("Hello"), to=ToPerson(1), priority=Priority.NOTICE)  # type: ignore[call-arg]  # on purpose


def test_a_notice_belongs_to_a_room_that_declares_it(monkeypatch: pytest.MonkeyPatch) -> None:
    open_house(Languages("ru"))
    monkeypatch.setattr(core.notices, "_known", dict(known_notices()))
    with pytest.raises(ValueError, match=r"news\.item"):
        Router("calls").notice(known_notices()["news.item"])
    Notice("news.of_nobody", Phrase("x"))
    with pytest.raises(BrokenHouse, match=r"news\.of_nobody"):
        open_house(Languages("ru"))


def test_words_for_people_stand_in_catalogues() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for floor in ("bot", "core", "storage", "adapters")
        for path in (ROOT / floor).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if _CYRILLIC.search(line)
    ]
    assert found == []


def test_every_file_says_why_it_exists() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for floor in ("bot", "core", "storage", "adapters", "tests", "benchmarks")
        for path in (ROOT / floor).rglob("*.py")
        if (text := path.read_text().strip()) and not text.startswith('"""')
    ]
    assert silent == []
