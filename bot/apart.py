"""Files of rooms that are for one part of the program, found by their name and loaded without the rest of the room."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator

import bot.handlers

APART = ("demo", "cli", "doctor")
"""What such files are called; what only they need stands in files such as `cli_work.py` beside them."""


def apart(file: str) -> Iterator[tuple[str, object]]:
    """The module of this name of each room that has one, with the room's name, in the order of the rooms."""
    for found in pkgutil.iter_modules(bot.handlers.__path__):
        name = f"{bot.handlers.__name__}.{found.name}.{file}"
        if importlib.util.find_spec(name) is not None:
            yield found.name, importlib.import_module(name)
