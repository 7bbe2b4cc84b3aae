"""Discovery: loads every module of `storage.tables` and `storage.queries`, so that a new room needs no edit here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy.orm import configure_mappers

import storage.queries
import storage.tables


@cache
def open_rooms() -> None:
    """Loads all rooms, once. A room that cannot be loaded raises: start-up must stop."""
    for package in (storage.tables, storage.queries):
        for module in sorted(iter_modules(package.__path__, f"{package.__name__}."), key=lambda found: found.name):
            import_module(module.name)
    configure_mappers()
