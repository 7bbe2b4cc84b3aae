"""`kollega doctor`: looks at everything that a running bot needs, and says what to do about each fault."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

import typer
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.apart import apart
from bot.cli.findings import Check, Finding, in_time, looked_at, messengers, parts
from bot.cli.operate import NEXT_STEP, NO_MESSENGER
from bot.cli.shell import ProcessShell
from bot.run.setting_names import FILE, PREFIX
from bot.run.settings import Settings, SettingsError, adapters_of, load
from core.chat.messenger import Health
from core.chat.phrases import Phrase, Text, phrase
from core.unit_of_work import UnitOfWork

_SETTINGS, _FOLDER, _DATABASE, _WEB = (
    phrase("settings"),
    phrase("data folder"),
    phrase("database"),
    phrase("web server"),
)
_UPGRADE = "`kollega db upgrade`"
LEAST_SPACE = 200 * 2**20
"""Bytes that a database, its journal and people's files need for a while."""
LookInto = Callable[[UnitOfWork], Health]
"""How it is with what a room has in the database."""


def examine() -> int:
    """Prints a line for each part, with what to do where something is wrong; 1 when anything is."""
    try:
        settings = load()
        _options(settings)
    except SettingsError as error:
        remedy = phrase("Correct it in the environment or in {file}.", file=FILE)
        typer.echo(Finding(_SETTINGS, False, error.text, remedy).line())
        return 1
    typer.echo(Finding(_SETTINGS, True, phrase("understood")).line())
    faults = 0
    for finding in asyncio.run(_findings(settings)):
        typer.echo(finding.line())
        faults += finding.ok is False
    return 1 if faults else 0


def _options(settings: Settings) -> None:
    if settings.given:
        from bot.build import check_options

        check_options(settings, ProcessShell().house)


async def _findings(settings: Settings) -> list[Finding]:
    checks = list(_checks(settings))
    findings = list(await asyncio.gather(*(in_time(part, check) for part, check in checks)))
    accounts = {name for _, section in adapters_of("") for name, _ in settings.accounts(section)}
    if all(finding.ok is None for finding in findings if isinstance(finding.part, str) and finding.part in accounts):
        findings.append(Finding(phrase("messengers"), None, NO_MESSENGER, NEXT_STEP))
    return findings


def _checks(settings: Settings) -> Iterator[tuple[Text, Check]]:
    yield _FOLDER, partial(_aside, partial(_data_folder, settings.data_dir))
    yield _DATABASE, partial(_aside, partial(_database, settings.database))
    yield _WEB, partial(_web_server, settings)
    for title, look_into in _of_rooms():
        yield title, partial(_aside, partial(_looked_into, settings.database, title, look_into))
    for name, look in (*messengers(settings), *parts(settings)):
        yield name, partial(looked_at, name, look)


async def _aside(work: Callable[[], Finding]) -> Finding:
    """Work that blocks, in a thread that nobody waits for when it takes too long."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Finding] = loop.create_future()

    def settle(finding: Finding) -> None:
        if not done.done():
            done.set_result(finding)

    def run() -> None:
        finding = work()
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, finding)

    threading.Thread(target=run, daemon=True).start()
    return await done


def _data_folder(path: Path) -> Finding:
    remedy = phrase(
        "Make it writable for the user who runs kollega, or set {setting} to another folder.",
        setting=f"{PREFIX}DATA_DIR",
    )
    try:
        path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        fault = phrase("{path} cannot be written ({reason})", path=str(path), reason=error.strerror or "")
        return Finding(_FOLDER, False, fault, remedy)
    free = shutil.disk_usage(path).free
    if free < LEAST_SPACE:
        room = phrase("Make at least {megabytes} MB free.", megabytes=LEAST_SPACE // 2**20)
        little = phrase("{path} has only {megabytes} MB free", path=str(path), megabytes=free // 2**20)
        return Finding(_FOLDER, False, little, room)
    return Finding(_FOLDER, True, phrase("{path}, {megabytes} MB free", path=str(path), megabytes=free // 2**20))


def _database(url: str) -> Finding:
    from sqlalchemy.exc import DBAPIError

    from storage.migrate import current, expected

    kind = url.partition(":")[0]
    try:
        here = current(url)
    except DBAPIError as error:
        said = (str(error.orig).splitlines() or [""])[0]
        remedy = phrase(
            "Check {setting}, that the server runs, and that no other program keeps the database locked.",
            setting=f"{PREFIX}DATABASE_URL",
        )
        return Finding(_DATABASE, False, phrase("{kind} cannot be used ({reason})", kind=kind, reason=said), remedy)
    if not here:
        empty = phrase("{kind}, empty; it is made at the first start, or by {command}", kind=kind, command=_UPGRADE)
        return Finding(_DATABASE, True, empty)
    state = phrase("{kind}, at revision {revision}", kind=kind, revision=", ".join(sorted(here)))
    if here == expected():
        return Finding(_DATABASE, True, state)
    remedy = phrase(
        "Run {command}; if that refuses, the program is older than the database and needs an update.", command=_UPGRADE
    )
    return Finding(_DATABASE, False, state, remedy)


async def _web_server(settings: Settings) -> Finding:
    """Whose the address is: nobody's, a running bot's, or another program's."""
    web = settings.section("web")
    address = f"{web.host}:{web.port}"
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=5)) as session,
            session.get(f"http://{address}/readyz") as answer,
        ):
            faults = json.loads(await answer.text())["faults"]
    except (ClientError, OSError) as error:
        if isinstance(error, OSError) and not isinstance(error, TimeoutError):
            return Finding(_WEB, True, phrase("{address} is free: no bot runs there now", address=address))
        faults = None
    except (ValueError, KeyError, TypeError):
        faults = None
    if faults is None:
        other = phrase("Stop the program that uses it, or set {setting} to a free port.", setting=f"{PREFIX}WEB__PORT")
        return Finding(_WEB, False, phrase("{address} is in use by another program", address=address), other)
    if faults:
        state = phrase("a bot runs at {address} and is not ready: {parts}", address=address, parts=", ".join(faults))
        return Finding(_WEB, False, state, phrase("See its log."))
    return Finding(_WEB, True, phrase("a bot runs at {address} and is ready", address=address))


def _of_rooms() -> Iterator[tuple[Phrase, LookInto]]:
    """What `doctor.py` of a room looks at: its `LOOKS`, each with the name of the line that it gives."""
    for room, module in apart("doctor"):
        looks = getattr(module, "LOOKS", None)
        if not isinstance(looks, tuple):
            raise TypeError(f"bot/handlers/{room}/doctor.py has no LOOKS")
        yield from looks


def _looked_into(url: str, name: Phrase, look: LookInto) -> Finding:
    """What is in the database, when it is there and of this version; what is wrong with it has a line of its own."""
    from sqlalchemy.exc import DBAPIError

    from storage.migrate import current, expected

    try:
        if current(url) != expected():
            return Finding(name, None, phrase("looked at when the database is ready"))
    except DBAPIError:
        return Finding(name, None, phrase("looked at when the database can be used"))
    health = ProcessShell().transact(look)
    return Finding(name, health.ok, health.state, health.remedy)
