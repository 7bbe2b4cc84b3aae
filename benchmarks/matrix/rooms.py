"""What a start takes with very many rooms: `python -m benchmarks.matrix.rooms`.

Arguments: `[ROOMS] [IDLE] [FOLDER]`.

From the process beginning until its first message has left, and the most memory that it had until IDLE seconds later:
with nothing kept of a former run, with all of it, and with the list of rooms (rooms.db) lost. Half of the rooms are
encrypted. With a FOLDER the homeserver's data are kept there, and used again the next time: 10,000 rooms take an hour.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from aiohttp import ClientSession

from adapters.matrix.sync import FIRST
from benchmarks.figures import folder as given_folder
from benchmarks.figures import row, sizes
from benchmarks.matrix.company import a_homeserver_with, asked_of, environment, hire, quiet, signed_in, start
from benchmarks.processes import Started, end, until
from tests.support.synapse.server import Credentials, Homeserver

USUAL, SHORT = (500, 5), (3, 0)
"""Rooms, and seconds after which the memory is looked at."""
READY_WITHIN = 600.0
SOMEBODY = "@p00000:localhost"
LOST = "rooms.db lost"
_ROOMS = "SELECT count(*) FROM rooms"


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until the bot is ready, and megabytes."""

    seconds: float
    memory: float


async def prepare(number: int, place: Path) -> None:
    """Makes rooms, and keeps the homeserver's data and the bot's account in a folder."""
    async with a_homeserver_with() as (homeserver, data):
        bot = await homeserver.register("kollega")
        connection = signed_in(homeserver, bot)
        await hire(homeserver, connection, number, encrypted=lambda place: place % 2 == 1)
        await connection.close()
        await quiet(data)
        (place / "bot.json").write_text(json.dumps(asdict(bot)))
        homeserver.kill()
        shutil.copytree(data, place / "data")


async def measure(place: Path, idle: int) -> None:
    """Prints each figure when it is there."""
    async with a_homeserver_with(place / "data") as (homeserver, data):
        known = json.loads((place / "bot.json").read_text())
        bot = Credentials(
            user_id="@kollega:localhost",
            password="secret",
            access_token=known.get("access_token") or known["token"],
            device_id=known.get("device_id") or known["device"],
        )
        print(f"{asked_of(data, _ROOMS)} private rooms", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("the first start ever", "started again", LOST):
                if name == LOST:
                    _lose_rooms(Path(folder))
                seen = await asyncio.to_thread(_started, Path(folder), homeserver, bot, idle)
                row(name, "10,000: 30 s, 400 MB", f"ready after {seen.seconds:.1f} s, at most {seen.memory:.0f} MB")
                await quiet(data)
        seconds, size = await _first_sync(homeserver, bot)
        row("the homeserver's own part", "", f"its answer to the first sync took {seconds:.1f} s and has {size:.1f} MB")


def _lose_rooms(folder: Path) -> None:
    for found in (folder / "matrix").glob("rooms.db*"):
        found.unlink()


def _started(folder: Path, homeserver: Homeserver, bot: Credentials, idle: int) -> Start:
    began = time.perf_counter()
    with _bot(folder, homeserver, bot) as process:
        until(lambda: _is_ready(folder, process), READY_WITHIN, "the bot")
        seconds = time.perf_counter() - began
        time.sleep(idle)
        return Start(seconds, _most_memory(process.pid))


@contextmanager
def _bot(folder: Path, homeserver: Homeserver, bot: Credentials) -> Iterator[Started]:
    (folder / "output").write_text("")
    process = start(("benchmarks.matrix.rooms_bot", SOMEBODY), environment(folder, homeserver, bot))
    try:
        yield process
    finally:
        end(process)


def _is_ready(folder: Path, process: Started) -> bool:
    assert process.poll() is None, (folder / "log").read_text()
    return (folder / "output").read_text() == "ready\n"


def _most_memory(pid: int) -> float:
    """The most megabytes that a process has had resident."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


async def _first_sync(homeserver: Homeserver, bot: Credentials) -> tuple[float, float]:
    """Seconds and megabytes of the answer that the bot asks for at its first start."""
    url, headers = f"{homeserver.url}/_matrix/client/v3/sync", {"Authorization": f"Bearer {bot.access_token}"}
    began = time.perf_counter()
    async with ClientSession() as session, session.get(url, params={"filter": FIRST}, headers=headers) as answer:
        size = len(await answer.read())
    return time.perf_counter() - began, size / 2**20


def main() -> None:
    number, idle = sizes(USUAL, SHORT)
    with tempfile.TemporaryDirectory() as own:
        place = given_folder() or Path(own)
        if not (place / "data").exists():
            print(f"making {number} private rooms …", flush=True)
            asyncio.run(prepare(number, place))
        asyncio.run(measure(place, idle))


if __name__ == "__main__":
    main()
