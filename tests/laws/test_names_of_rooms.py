"""The law of names: no room's name stands outside the room, so that a new room is new files only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.rooms import rooms

ROOT = Path(__file__).parents[2]
ROOMS = tuple(rooms())

SHARED = {
    "people": "the mechanism itself is about people: their accounts, rights and departments",
    "campaigns": "a message to many is a means that every room may use",
}
"""Rooms whose ground floor and tables all others stand on, and why; what is said and seen there is theirs alone."""

DECLARED = {
    "bot/handlers/lobby/forms.py: people.new": "drafts of this form are stored by this name",
    "bot/handlers/lobby/forms.py: people.other": "drafts of this form are stored by this name",
    "bot/handlers/quiet/forms.py: people.quiet": "drafts of this form are stored by this name",
    "core/options.py: lobby.options": "what is written down is stored by this name",
    "core/switches.py: lobby.modules": "what is written down is stored by this name",
    "core/people/quiet.py: quiet.hours": "the sender goes by this choice of people, which is stored by this name",
}
"""Names that stand outside of their room all the same, and why."""

CODE = ("bot", "core", "storage", "adapters", "tests/support")
TEXTS = ("pyproject.toml", "Makefile", ".ci/run", "tests/conftest.py", "tests/scenarios/conftest.py")
_MODULE = re.compile(r"\b(handlers|core|tables|queries)[./](\w+)")


def owner(path: str) -> str | None:
    """The room whose file this is; what the kit has for a shared room is that room's too."""
    place = re.match(r"(?:bot/handlers|bot/kit|core)/(\w+)|storage/(?:tables|queries)/(\w+)\.py", path)
    name = (place[1] or place[2]) if place else ""
    if path.startswith("bot/kit/") and name not in SHARED:
        return None
    return next((room for room in ROOMS if name == room or name.startswith(f"{room}_")), None)


def named(source: str) -> Iterator[tuple[str, str]]:
    """The rooms that stand in the code, each with what names it: a module, or a text such as "room" or "room.word"."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (found for name in node.names for found in _modules(name.name))
        elif isinstance(node, ast.ImportFrom):
            yield from (found for name in node.names for found in _modules(f"{node.module}.{name.name}"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield from _modules(node.value)
            word = re.match(r"/?(\w+)(\.\w+)*$", node.value)
            if word is not None and word[1] in ROOMS:
                yield word[1], node.value


def _modules(text: str) -> Iterator[tuple[str, str]]:
    for found in _MODULE.finditer(text):
        if found[2] in ROOMS:
            yield found[2], found[0]


def is_shared(path: str, room: str, name: str) -> bool:
    """Whether every room may say this: nothing of what a person meets in the shared room, nor its words."""
    return room in SHARED and not name.startswith("handlers") and (not path.startswith("bot/") or name[:4] == "core")


def faults(path: str, source: str) -> list[str]:
    """What breaks the law in a file."""
    own = owner(path)
    found = sorted({(room, name) for room, name in named(source) if room != own and not is_shared(path, room, name)})
    # The adapters of a kind, such as exchanges, are one room's: nobody else has a port for them.
    if path.startswith("adapters/") and path.count("/") > 2 and len({room for room, _ in found}) == 1:
        return []
    return [f"{path}: {name}" for _, name in found]


def test_no_name_of_a_room_stands_outside_the_room() -> None:
    paths = [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    code = {str(path.relative_to(ROOT)): path.read_text() for path in paths if path.parent.name != "versions"}
    found = [fault for path, source in code.items() for fault in faults(path, source)]
    assert sorted(found) == sorted(DECLARED)
    texts = [(name, found[2]) for name in TEXTS for found in _MODULE.finditer((ROOT / name).read_text())]
    assert [(name, room) for name, room in texts if room in ROOMS and room not in SHARED] == []


def test_every_file_of_the_adapters_of_a_kind_serves_one_room() -> None:
    for kind in {path.parents[1] for path in (ROOT / "adapters").glob("*/*/settings.py")}:
        found = {room for path in kind.rglob("*.py") for room, _ in named(path.read_text())} - SHARED.keys()
        assert len(found) == 1, kind.name


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bot/send/delivery.py", "from core.calls.alert import Alert"),
        ("bot/run/web.py", "from bot.handlers import news"),
        ("bot/app.py", "import bot.handlers.people.room"),
        ("bot/kit/lists.py", "import_module('bot.handlers.quiet.room')"),
        ("bot/talk/menu.py", "start('news.item')"),
        ("bot/talk/menu.py", "start('/people')"),
        ("bot/handlers/news/handlers.py", "room == 'calls'"),
        ("core/news/item.py", "from core.calls import alert"),
        ("storage/queries/news.py", "import storage.tables.calls"),
        ("storage/ledger/queue.py", "FROM = 'news'"),
        ("adapters/telegram/read.py", "from core.news import item"),
        ("adapters/pbx/asterisk/read.py", "from core.news import item; from core.calls import call"),
    ],
)
def test_the_law_sees_what_breaks_it(path: str, line: str) -> None:
    assert faults(path, line) != []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bot/send/delivery.py", "from core.people.person import Person"),
        ("core/news/item.py", "from core.campaigns.sending import do_plan"),
        ("bot/handlers/news/room.py", "Router('news'); from core.news import item"),
        ("storage/queries/calls_alerts.py", "from core.calls import alert"),
        ("bot/talk/menu.py", "'''Such as news.'''; say('Read the news')"),
        ("adapters/pbx/asterisk/read.py", "from core.calls import events"),
    ],
)
def test_the_law_lets_through_what_keeps_it(path: str, line: str) -> None:
    assert faults(path, line) == []
