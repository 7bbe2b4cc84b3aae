"""The composition root: builds every part from the settings. May import everything; slow, so run in a thread."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.language import Languages
from bot.rooms import open_house
from bot.settings import Settings, adapter_rooms
from bot.web import Readiness
from core.chat.adapter import Stage, Surroundings
from core.chat.messenger import Messenger
from core.unit_of_work import Clock, Store


class RealClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """The current moment, UTC."""
        return datetime.now(UTC)


def open_store(settings: Settings, clock: Clock) -> Store:
    """The database, migrated to the current revision."""
    from storage.database import Database
    from storage.migrate import upgrade

    if settings.database.startswith("sqlite:///"):
        Path(settings.database.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    return Database(settings.database, clock)


def open_messengers(settings: Settings, around: Surroundings) -> dict[str, Messenger]:
    """Every messenger that the settings turn on. Imports their libraries: slow."""
    messengers: dict[str, Messenger] = {}
    for room, section in adapter_rooms():
        create = getattr(importlib.import_module(room), "create", None)
        messenger = create(settings.section(section), around) if create is not None and "pbx" not in room else None
        if messenger is not None:
            messengers[messenger.name] = messenger
    return messengers


def build(settings: Settings, readiness: Readiness, stage_of: Callable[[Store], Stage] | None = None) -> App:
    """The bot as the settings describe it, not yet running."""
    from storage.files import FileStore

    clock = RealClock()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings, clock)
    languages = Languages(settings.language, settings.timezone)
    around = Surroundings(
        files=FileStore(settings.data_dir),
        data_dir=settings.data_dir,
        clock=clock,
        languages=languages,
        stage=stage_of(store) if stage_of is not None else None,
    )
    return App(
        store=store,
        house=open_house(languages),
        messengers=open_messengers(settings, around),
        clock=clock,
        readiness=readiness,
    )
