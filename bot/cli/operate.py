"""`kollega run` and `kollega db upgrade`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.cli.failing import CommandError
from bot.settings import Settings, load
from bot.web import Readiness, WebServer
from core.chat.adapter import Stage
from core.unit_of_work import Store

StageOf = Callable[[Store], Stage]
Opened = Callable[[int], Awaitable[None]]


def run_bot() -> None:
    """Runs the bot with the settings of this process."""
    asyncio.run(serve(load()))


def upgrade_database() -> str:
    """Migrates the database; a sentence about it."""
    from storage.migrate import expected, upgrade

    settings = load()
    upgrade(settings.database)
    return f"The database is at revision {', '.join(sorted(expected()))}."


async def serve(settings: Settings, *, stage_of: StageOf | None = None, opened: Opened | None = None) -> None:
    """Health first, then everything else, until SIGTERM or Ctrl-C.

    `stage_of` gives the demo company; `opened` is told the port when everything runs.
    """
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
        await _serve(settings, server, readiness, stop, stage_of, opened)
    finally:
        await server.close()


async def _serve(
    settings: Settings,
    server: WebServer,
    readiness: Readiness,
    stop: asyncio.Event,
    stage_of: StageOf | None,
    opened: Opened | None,
) -> None:
    from bot.build import build
    from bot.logs import set_up

    set_up()
    assemble = await asyncio.to_thread(build, settings, readiness, stage_of)
    app = assemble()
    await server.open(app.routes(), app.measures)
    async with app.running():
        readiness.parts.pop("start", None)
        if opened is not None:
            await opened(server.port)
        await stop.wait()
    await app.store.close()
