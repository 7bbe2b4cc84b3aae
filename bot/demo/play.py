"""`kollega demo`: the bot with an invented company, to be tried in a browser before anything is set up."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from bot.cli.operate import serve
from bot.kit.demo import DemoContext
from bot.run.settings import Settings, load
from bot.run.shell import CommandError
from bot.talk.language import CODES, SOURCE, Languages, system_language
from core.chat.phrases import Text, phrase
from core.unit_of_work import Store

if TYPE_CHECKING:
    from bot.demo.stage import DemoStage

DEFAULTS = {
    "KOLLEGA_DATA_DIR": "var/demo",
    "KOLLEGA_DATABASE_URL": "",
    "KOLLEGA_WEB__CHAT": "true",
    "KOLLEGA_LOG_LEVEL": "warning",  # who tries it reads what to do, not what was done
}

_MARK = "demo"
"""A file in the data folder that says that this company may be changed and thrown away, whether it is whole, and in
which language it was made."""
_WHOLE = "whole"


def play(*, port: int | None, fresh: bool) -> None:
    """Makes the company where there is none yet, and runs the bot until Ctrl-C."""
    settings = _settings(port, fresh=fresh)
    show = Show(settings)
    web = settings.section("web")
    _check_free(web.host, web.port)
    if fresh:
        _forget(settings)
    if not (_made_in(settings.data_dir) or _NOTHING).whole:
        show.say(phrase("Making an invented company: 40 people, news, a day of telephone calls …"))
        asyncio.run(_fill(settings))
    show.say(phrase("Starting the bot …"))
    asyncio.run(serve(settings, stage_of=show.stage_of, opened=show.opened))
    show.say(phrase("Stopped. See you!"))


@dataclass(frozen=True, slots=True)
class _Made:
    """What stands in a data folder: the language of the company, and whether everything of it is there."""

    language: str
    whole: bool


_NOTHING = _Made(SOURCE, whole=False)


class Show:
    """What the command prints, and the stage once it stands."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._language = Languages(settings.language, settings.timezone)()
        self._stage: DemoStage | None = None

    def say(self, text: Text) -> None:
        """Prints a line at once."""
        typer.echo(self._language.say(text))

    def stage_of(self, store: Store) -> DemoStage:
        """Sets up the stage."""
        from bot.demo.stage import DemoStage

        self._stage = DemoStage(_context(self._settings, store))
        return self._stage

    async def opened(self, port: int) -> None:
        """Everything runs: says where to go."""
        host = self._settings.section("web").host
        self.say("")
        self.say(phrase("Kollega is running. Open it in your browser: {address}", address=_address(host, port)))
        self.say(phrase("Pick a person there and write to the bot; open two people to see them work together."))
        await self._open()
        self.say("")
        self.say(phrase("Stop it with Ctrl-C; everything is kept for the next time."))

    async def _open(self) -> None:
        has_telegram = any(own.token is not None for _, own in self._settings.accounts("telegram"))
        if self._stage is not None:
            for line in await self._stage.opening(("telegram",) if has_telegram else ()):
                self.say(line)


def _settings(port: int | None, *, fresh: bool) -> Settings:
    """The environment over the demo's defaults. A file with settings is a real installation's, and is left alone.

    The bot speaks the language of the company that is there, and a new company that of the system.
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    made = None if fresh else _made_in(Path(os.environ["KOLLEGA_DATA_DIR"]))
    os.environ.setdefault("KOLLEGA_LANGUAGE", system_language() if made is None else made.language)
    if port is not None:
        os.environ["KOLLEGA_WEB__PORT"] = str(port)
    Settings.model_config["toml_file"] = None
    return load()


def _check_free(host: str, port: int) -> None:
    """Nothing is made, and above all nothing thrown away, while another bot may be using it."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise CommandError(
            f"the address {host}:{port} cannot be used ({os.strerror(error.errno or 0)}). Is the demo running already? "
            "Open it there, or choose another port: kollega demo --port 8081"
        ) from None


def _made_in(home: Path) -> _Made | None:
    """What the demo made in a folder; before it was written down, it spoke Russian."""
    mark = home / _MARK
    if not mark.is_file():
        return None
    words = mark.read_text("utf-8").split()
    return _Made(next((word for word in words if word in CODES), "ru"), whole=_WHOLE in words)


def _forget(settings: Settings) -> None:
    """Throws the company away, if it is the demo's."""
    home = settings.data_dir
    if settings.database_url:
        raise CommandError(
            phrase("--fresh is only for the demo’s own database; empty KOLLEGA_DATABASE_URL, or leave it out")
        )
    if not home.exists():
        return
    if not (home / _MARK).is_file():
        raise CommandError(
            phrase(
                "{folder} was not made by the demo, so it is left alone; choose another KOLLEGA_DATA_DIR",
                folder=str(home),
            )
        )
    shutil.rmtree(home)


async def _fill(settings: Settings) -> None:
    """Makes the company, or completes one whose making was interrupted."""
    from bot.build import RealClock, open_store
    from bot.demo.filling import fill, is_empty

    store = open_store(settings, RealClock())
    try:
        mark = settings.data_dir / _MARK
        if not mark.is_file() and not await is_empty(store):
            raise CommandError(
                f"the database {settings.database} holds another company, so it is left alone; "
                "choose another KOLLEGA_DATA_DIR or KOLLEGA_DATABASE_URL"
            )
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        context = _context(settings, store)
        mark.write_text(f"{context.language}\n", "utf-8")
        await fill(context)
        mark.write_text(f"{_WHOLE} {context.language}\n", "utf-8")
    finally:
        await store.close()


def _context(settings: Settings, store: Store) -> DemoContext:
    from bot.build import RealClock, adapters_in
    from storage.files import FileStore

    made = _made_in(settings.data_dir)
    return DemoContext(
        store=store,
        files=FileStore(settings.data_dir),
        clock=RealClock(),
        zone=ZoneInfo(settings.timezone),
        language=settings.language if made is None else made.language,
        adapters=partial(adapters_in, settings),
    )


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
