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
from core.chat.phrases import Phrase, phrase
from core.unit_of_work import Store

StageOf = Callable[[Store], Stage]
Opened = Callable[[int], Awaitable[None]]
Running = Callable[[WebServer, Readiness, asyncio.Event], Awaitable[None]]

NO_MESSENGER = phrase("no messenger is set up, so nobody could talk to the bot")
NEXT_STEP = phrase(
    "{init} asks for what is needed; or set {telegram}, which @BotFather gives, or {matrix}. {demo} needs neither.",
    init="`kollega init`",
    telegram=f"{PREFIX}TELEGRAM__TOKEN",
    matrix=f"{PREFIX}MATRIX__HOMESERVER",
    demo="`kollega demo`",
)
_COLLECTED_AFTER = (10_000, 20, 50)
"""The thresholds of the three generations: requests make many objects at once, hardly any of them in cycles."""


def run_bot(role: ProcessRole) -> None:
    """Runs the bot, or a part of it, with the settings of this process."""
    settings = load()
    if role is not ProcessRole.ALL:
        _check_shareable(settings, role)
    asyncio.run(serve(settings, role=role))


def upgrade_database() -> Phrase:
    """Migrates the database; a sentence about it."""
    from storage.migrate import expected, upgrade

    settings = load()
    upgrade(settings.database)
    return phrase("The database is at revision {revision}.", revision=", ".join(sorted(expected())))


def _check_shareable(settings: Settings, role: ProcessRole) -> None:
    if settings.database.startswith("sqlite:"):
        raise CommandError(
            phrase(
                "{role} is for several processes, which need PostgreSQL: set {setting}, or run without --role",
                role=f"--role {role.value}",
                setting=f"{PREFIX}DATABASE_URL",
            )
        )
    if settings.section("web").chat:
        raise CommandError(
            phrase(
                "the web chat works in one process only: turn web.chat off, or run without {role}",
                role=f"--role {role.value}",
            )
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
        raise CommandError(error.text) from None


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
            phrase(
                "the address {address} cannot be used ({reason}); set {setting} to a free port",
                address=f"{web.host}:{web.port}",
                reason=error.strerror or "",
                setting=f"{PREFIX}WEB__PORT",
            )
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
        raise CommandError(phrase("{fault}. {remedy}", fault=NO_MESSENGER, remedy=NEXT_STEP))
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
