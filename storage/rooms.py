"""Discovery: loads every module of the tables, the queries and the ledger, so that a new room needs no edit here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy.orm import configure_mappers

import storage.ledger
import storage.queries
import storage.tables


@cache
def open_rooms() -> None:
    """Loads all rooms, once. A room that cannot be loaded raises: start-up must stop."""
    for package in (storage.tables, storage.queries, storage.ledger):
        for module in sorted(iter_modules(package.__path__, f"{package.__name__}."), key=lambda found: found.name):
            import_module(module.name)
    configure_mappers()
