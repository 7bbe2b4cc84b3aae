"""`kollega doctor`: looks at everything that a running bot needs, and says what to do about each fault."""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

import typer
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.apart import apart
from bot.cli.failing import said
from bot.cli.operate import NEXT_STEP, NO_MESSENGER
from bot.cli.shell import ProcessShell
from bot.run.keys import keys_of
from bot.run.setting_names import PREFIX
from bot.run.settings import Settings, SettingsError, adapters_of, load
from bot.talk.language import Languages
from core.chat.adapter import Surroundings
from core.chat.messenger import Health, Messenger
from core.parts import PartKind
from core.unit_of_work import UnitOfWork

PATIENCE = 15.0
"""Seconds after which something that does not answer is called a fault."""
LEAST_SPACE = 200 * 2**20
"""Bytes that a database, its journal and people's files need for a while."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part: `ok` None for what is not in use; `remedy` for a fault."""

    part: str
    ok: bool | None
    state: str
    remedy: str = ""

    def line(self) -> str:
        """One line for a person."""
        mark = {True: "✓", False: "✗", None: "–"}[self.ok]
        return f"{mark} {self.part}: " + " ".join(f"{self.state.rstrip('.')}. {self.remedy}".split())


Check = Callable[[], Awaitable[Finding]]
Look = Callable[[], Awaitable[Health | None]]
"""How a messenger or a part is; None for one that is not in use."""
LookInto = Callable[[UnitOfWork], Health]
"""How it is with what a room has in the database."""


def examine() -> int:
    """Prints a line for each part, with what to do where something is wrong; 1 when anything is."""
    try:
        settings = load()
        _options(settings)
    except SettingsError as error:
        typer.echo(Finding("settings", False, str(error), "Correct it in the environment or in kollega.toml.").line())
        return 1
    typer.echo(Finding("settings", True, "understood").line())
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
    findings = list(await asyncio.gather(*(_in_time(part, check) for part, check in checks)))
    accounts = {name for _, section in adapters_of("") for name, _ in settings.accounts(section)}
    if all(finding.ok is None for finding in findings if finding.part in accounts):
        findings.append(Finding("messengers", None, NO_MESSENGER, NEXT_STEP))
    return findings


def _checks(settings: Settings) -> Iterator[tuple[str, Check]]:
    yield "data folder", partial(_aside, partial(_data_folder, settings.data_dir))
    yield "database", partial(_aside, partial(_database, settings.database))
    yield "web server", partial(_web_server, settings)
    for name, look_into in _of_rooms():
        yield name, partial(_aside, partial(_looked_into, settings.database, name, look_into))
    for name, look in (*_messengers(settings), *_parts(settings)):
        yield name, partial(_looked_at, name, look)


async def _in_time(part: str, check: Check) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE):
            return await check()
    except TimeoutError:
        return Finding(part, False, f"no answer within {PATIENCE:.0f} s", "Check the network and the address.")
    except Exception as error:
        return Finding(part, False, _said(error), "Check its settings.")


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else said(error).removesuffix("; see `kollega doctor`")


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
    remedy = f"Make it writable for the user who runs kollega, or set {PREFIX}DATA_DIR to another folder."
    try:
        path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        return Finding("data folder", False, f"{path} cannot be written ({error.strerror})", remedy)
    free = shutil.disk_usage(path).free
    if free < LEAST_SPACE:
        room = f"Make at least {LEAST_SPACE // 2**20} MB free."
        return Finding("data folder", False, f"{path} has only {free // 2**20} MB free", room)
    return Finding("data folder", True, f"{path}, {free // 2**20} MB free")


def _database(url: str) -> Finding:
    from sqlalchemy.exc import DBAPIError

    from storage.migrate import current, expected

    kind = url.partition(":")[0]
    try:
        here = current(url)
    except DBAPIError as error:
        said = (str(error.orig).splitlines() or [""])[0]
        remedy = (
            f"Check {PREFIX}DATABASE_URL, that the server runs, and that no other program keeps the database locked."
        )
        return Finding("database", False, f"{kind} cannot be used ({said})", remedy)
    if not here:
        return Finding("database", True, f"{kind}, empty; it is made at the first start, or by `kollega db upgrade`")
    if here == expected():
        return Finding("database", True, f"{kind}, at revision {', '.join(sorted(here))}")
    remedy = "Run `kollega db upgrade`; if that refuses, the program is older than the database and needs an update."
    return Finding("database", False, f"{kind}, at revision {', '.join(sorted(here))}", remedy)


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
            return Finding("web server", True, f"{address} is free: no bot runs there now")
        faults = None
    except (ValueError, KeyError, TypeError):
        faults = None
    if faults is None:
        other = f"Stop the program that uses it, or set {PREFIX}WEB__PORT to a free port."
        return Finding("web server", False, f"{address} is in use by another program", other)
    if faults:
        parts = "; ".join(f"{name}: {fault}" for name, fault in faults.items())
        return Finding("web server", False, f"a bot runs at {address} and is not ready: {parts}", "See its log.")
    return Finding("web server", True, f"a bot runs at {address} and is ready")


async def _looked_at(name: str, look: Look) -> Finding:
    health = await look()
    if health is None:
        return Finding(name, None, "not in use")
    return Finding(name, health.ok, health.state, health.remedy)


def _of_rooms() -> Iterator[tuple[str, LookInto]]:
    """What `doctor.py` of a room looks at: its `LOOKS`, by the names of the lines that they give."""
    for room, module in apart("doctor"):
        looks = getattr(module, "LOOKS", None)
        if not isinstance(looks, dict):
            raise TypeError(f"bot/handlers/{room}/doctor.py has no LOOKS")
        yield from looks.items()


def _looked_into(url: str, name: str, look: LookInto) -> Finding:
    """What is in the database, when it is there and of this version; what is wrong with it has a line of its own."""
    from sqlalchemy.exc import DBAPIError

    from storage.migrate import current, expected

    try:
        if current(url) != expected():
            return Finding(name, None, "looked at when the database is ready")
    except DBAPIError:
        return Finding(name, None, "looked at when the database can be used")
    health = ProcessShell().transact(look)
    return Finding(name, health.ok, health.state, health.remedy)


def _parts(settings: Settings) -> Iterator[tuple[str, Look]]:
    """The parts that rooms bring."""
    from bot.build import RealClock, part_context
    from bot.rooms import open_house

    house = open_house(Languages(settings.language, settings.timezone))
    context = part_context(settings, RealClock())
    for kind in house.plugged(PartKind):
        yield from ((part.name, part.check) for part in kind.make(context))


def _messengers(settings: Settings) -> Iterator[tuple[str, Look]]:
    """The bot accounts."""
    from bot.build import RealClock
    from storage.files import FileStore

    around = Surroundings(
        files=FileStore(settings.data_dir),
        data_dir=settings.data_dir,
        clock=RealClock(),
        languages=Languages(settings.language, settings.timezone),
        key_for=keys_of(settings),
    )

    for package, section in adapters_of(""):
        create = importlib.import_module(package).create
        yield from ((name, _messenger(partial(create, own, around, name))) for name, own in settings.accounts(section))


def _messenger(create: Callable[[], Messenger | None]) -> Look:
    """Makes the messenger before any time is taken: its library may need seconds to be imported."""

    async def look() -> Health | None:
        if messenger is None:
            return None
        try:
            return await messenger.check()
        finally:
            await messenger.close()

    async def refuse() -> Health:
        return Health(False, fault)

    try:
        messenger = create()
    except Exception as error:
        fault = _said(error)
        return refuse
    return look
