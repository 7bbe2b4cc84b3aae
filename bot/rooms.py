"""Finds the rooms: every folder under bot/handlers is one, with all of its files, and a broken one stops the start."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator

import bot.handlers
from bot.apart import APART
from bot.talk.house import BrokenHouse, House
from bot.talk.language import Languages
from bot.talk.router import Router
from core.chat.actions import known_actions
from core.notices import Notice, known_notices

_FILES = re.compile(r"room|actions|(handlers|forms|screens)(_[a-z_]+)?")


def open_house(languages: Languages) -> House:
    """The house with every room found under bot/handlers; a broken room stops the start."""
    house = House([_open(name) for name in rooms()], languages)
    for action in known_actions():
        if action.__module__.startswith(f"{bot.handlers.__name__}.") and action not in house.actions:
            raise BrokenHouse(f"nobody handles the action {action.__name__}")
    declared = house.plugged(Notice)
    for notice in known_notices().values():
        if notice not in declared and notice.room in rooms():
            raise BrokenHouse(f"no room declares the notice {notice.name}")
    return house


def rooms() -> Iterator[str]:
    """The names of all rooms."""
    for found in pkgutil.iter_modules(bot.handlers.__path__):
        yield found.name


def _open(room: str) -> Router:
    """A room's router, with what each of the room's files registers."""
    package = importlib.import_module(f"{bot.handlers.__name__}.{room}")
    there = [found.name for found in pkgutil.iter_modules(package.__path__)]
    files = [name for name in there if name.partition("_")[0] not in APART]
    strange = [f"{name}.py has no place there" for name in files if _FILES.fullmatch(name) is None]
    if "room" not in files:
        strange.append("there is no room.py")
    if strange:
        raise BrokenHouse(f"bot/handlers/{room}: {strange[0]}")
    router = getattr(importlib.import_module(f"{package.__name__}.room"), "router", None)
    if not isinstance(router, Router) or router.room != room:
        raise BrokenHouse(f"bot/handlers/{room}/room.py has no router of this name")
    # Screens and actions last: by then whoever needs them has loaded them.
    for name in sorted(files, key=lambda name: (name.startswith(("screens", "actions")), name)):
        _load(f"{package.__name__}.{name}", router)
    return router


def _load(module: str, router: Router) -> None:
    """Loads a file. One that nobody else has loaded and that registers nothing is forgotten work."""
    if module not in sys.modules:
        importlib.import_module(module)
        if module not in router.registrants:
            raise BrokenHouse(f"{module} registers nothing, and nothing imports it")
