"""The composition root: builds every part from the settings. May import everything."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import App
from bot.rooms import open_house
from bot.run.keys import keys_of
from bot.run.roles import ProcessRole
from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, SettingsError, adapters_of
from bot.run.web import Readiness
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.options import OptionPart
from core.chat.adapter import Stage, Surroundings
from core.chat.clock import Clock
from core.chat.messenger import Messenger
from core.chat.phrases import Told, phrase
from core.parts import Adapter, Owned, PartContext, PartKind, parts_of
from core.people.bootstrap import do_ensure_admins
from core.unit_of_work import Store, UnitOfWork

if TYPE_CHECKING:
    from storage.database import Database


class RealClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """The current moment, UTC."""
        return datetime.now(UTC)


def open_store(settings: Settings, clock: Clock) -> Database:
    """The database, migrated to the current revision."""
    from storage.database import Database
    from storage.migrate import upgrade

    if settings.database.startswith("sqlite:///"):
        Path(settings.database.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    return Database(settings.database, clock, given=settings.given)


def check_options(settings: Settings, house: House) -> None:
    """Raises `SettingsError` for what the settings say of an option that no room has, or that it does not allow."""
    known = {part.option.name: part.option for part in house.plugged(OptionPart)}
    for name, text in settings.given.items():
        setting = f"{PREFIX}OPTIONS__{name.replace('.', '__').upper()}"
        if name not in known:
            raise SettingsError(phrase("{setting}: there is no such setting", setting=setting))
        if known[name].read(text) is None:
            raise SettingsError(phrase("{setting}: {fault}", setting=setting, fault=known[name].wanted))


def open_messengers(settings: Settings, around: Surroundings) -> dict[str, Messenger]:
    """Every messenger that the settings turn on. Imports their libraries: slow."""
    messengers: dict[str, Messenger] = {}
    for package, section in adapters_of(""):
        create = importlib.import_module(package).create
        for name, own in settings.accounts(section):
            try:
                messenger = create(own, around, name)
            except ValueError as error:
                raise SettingsError(error.text if isinstance(error, Told) else str(error)) from None
            if messenger is not None:
                messengers[name] = messenger
    return messengers


def adapters_in(settings: Settings, kind: str) -> tuple[Adapter, ...]:
    """The adapters in a folder, with their settings."""
    return tuple(
        Adapter(name=section, settings=settings.section(section), package=importlib.import_module(package))
        for package, section in adapters_of(kind)
    )


def part_context(settings: Settings, clock: Clock) -> PartContext:
    """What the parts of rooms are made of."""

    return PartContext(clock=clock, timezone=settings.timezone, adapters=partial(adapters_in, settings))


def open_parts(settings: Settings, house: House, clock: Clock) -> Sequence[Owned]:
    """Every part of a room that the settings turn on, such as a telephone exchange."""
    return parts_of(house.plugged(PartKind), part_context(settings, clock))


def appoint(uow: UnitOfWork, house: House, settings: Settings) -> None:
    """Makes the accounts admins that the settings name."""
    do_ensure_admins(uow, settings.admins)
    house.carry_out(uow)


def build(
    settings: Settings,
    readiness: Readiness,
    stage_of: Callable[[Store], Stage] | None = None,
    role: ProcessRole = ProcessRole.ALL,
) -> Callable[[], App]:
    """Opens what the settings describe: slow, so run in a thread. The result assembles the bot, in the event loop."""
    from storage.files import FileStore

    clock = RealClock()
    languages = Languages(settings.language, settings.timezone)
    house = open_house(languages)
    check_options(settings, house)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings, clock)
    around = Surroundings(
        files=FileStore(settings.data_dir),
        data_dir=settings.data_dir,
        clock=clock,
        languages=languages,
        key_for=keys_of(settings),
        stage=stage_of(store) if stage_of is not None else None,
    )
    store.transact_now(lambda uow: appoint(uow, house, settings))
    return partial(
        App,
        store=store,
        house=house,
        messengers=open_messengers(settings, around),
        clock=clock,
        readiness=readiness,
        parts=open_parts(settings, house, clock),
        role=role,
    )
