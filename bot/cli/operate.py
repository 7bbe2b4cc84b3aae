"""`kollega run` and `kollega db upgrade`."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from bot.run.roles import ProcessRole
from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, load
from bot.run.shell import CommandError
from bot.run.web import Readiness, WebServer
from core.chat.adapter import Stage
from core.unit_of_work import Store

StageOf = Callable[[Store], Stage]
Opened = Callable[[int], Awaitable[None]]
Running = Callable[[WebServer, Readiness, asyncio.Event], Awaitable[None]]

NO_MESSENGER = "no messenger is set up, so nobody could talk to the bot"
NEXT_STEP = (
    f"Set {PREFIX}TELEGRAM__TOKEN, which @BotFather gives, or {PREFIX}MATRIX__HOMESERVER; `kollega demo` needs neither."
)
_COLLECTED_AFTER = (10_000, 20, 50)
"""The thresholds of the three generations: requests make many objects at once, hardly any of them in cycles."""


def run_bot(role: ProcessRole) -> None:
    """Runs the bot, or a part of it, with the settings of this process."""
    settings = load()
    if role is not ProcessRole.ALL:
        _check_shareable(settings, role)
    asyncio.run(serve(settings, role=role))


def upgrade_database() -> str:
    """Migrates the database; a sentence about it."""
    from storage.migrate import expected, upgrade

    settings = load()
    upgrade(settings.database)
    return f"The database is at revision {', '.join(sorted(expected()))}."


def _check_shareable(settings: Settings, role: ProcessRole) -> None:
    if settings.database.startswith("sqlite:"):
        raise CommandError(
            f"--role {role.value} is for several processes, which need PostgreSQL: set KOLLEGA_DATABASE_URL, "
            "or run without --role"
        )
    if settings.section("web").chat:
        raise CommandError(
            f"the web chat works in one process only: turn web.chat off, or run without --role {role.value}"
        )


async def serve(
    settings: Settings,
    *,
    stage_of: StageOf | None = None,
    opened: Opened | None = None,
    role: ProcessRole = ProcessRole.ALL,
) -> None:
    """Health first, then everything else, until SIGTERM or Ctrl-C.

    `stage_of` gives the demo company; `opened` is told the port when everything runs.
    """
    from storage.exclusive import InUse, claim

    try:
        with claim(settings.database):
            await _listen(settings, partial(_run, settings, stage_of, opened, role))
    except InUse as error:
        raise CommandError(str(error)) from None


async def _listen(settings: Settings, run: Running) -> None:
    """Answers for its health from the first moment to the last."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    readiness = Readiness()
    web = settings.section("web")
    server = WebServer(web.host, web.port, readiness)
    try:
        await server.open()
    except OSError as error:
        raise CommandError(
            f"the address {web.host}:{web.port} cannot be used ({error.strerror}); set KOLLEGA_WEB__PORT to a free port"
        ) from None
    try:
        await run(server, readiness, stop)
    finally:
        await server.close()


async def _run(
    settings: Settings,
    stage_of: StageOf | None,
    opened: Opened | None,
    role: ProcessRole,
    server: WebServer,
    readiness: Readiness,
    stop: asyncio.Event,
) -> None:
    from bot.build import build
    from bot.run.logs import set_up

    set_up(settings.log_level)
    assemble = await asyncio.to_thread(build, settings, readiness, stage_of, role)
    app = assemble()
    if not app.messengers:
        await app.store.close()
        raise CommandError(f"{NO_MESSENGER}. {NEXT_STEP}")
    await server.open(app.routes(), app.measures)
    async with app.running():
        _settle_the_collector()
        readiness.parts.pop("start", None)
        if opened is not None:
            await opened(server.port)
        await stop.wait()
    await app.store.close()


def _settle_the_collector() -> None:
    """What the start has made stays for good: walking through it again and again would cost a fifth of each send."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
