"""`kollega demo` as a newcomer runs it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import aiohttp

from storage.database import Database
from storage.migrate import upgrade
from tests.support.cast import by_number, engage
from tests.support.clock import MovableClock

PATIENCE = 60


async def start(folder: Path, *words: str, system: str = "en_GB.UTF-8") -> Process:
    """Runs the command with its data in a folder and a system's language; no other setting reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOLLEGA_", "LC_", "LANG"))}
    env = {**kept, "KOLLEGA_DATA_DIR": str(folder), "LANG": system, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = (sys.executable, "-m", "bot", "demo", *words)
    return await asyncio.create_subprocess_exec(*command, env=env, cwd=folder.parent, stdout=PIPE, stderr=PIPE)


async def address(process: Process) -> tuple[str, str]:
    """The address that it prints, and all that it printed before."""
    assert process.stdout is not None
    said = ""
    while line := await asyncio.wait_for(process.stdout.readline(), PATIENCE):
        said += line.decode()
        if found := re.search(r"http://\S+", said):
            return found[0], said
    _, errors = await process.communicate()
    raise AssertionError(f"no address in {said!r}; {errors.decode()}")


async def refused(process: Process) -> str:
    """The line with which it gives up."""
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    (line,) = errors.decode().splitlines()
    return line


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def stop(process: Process) -> str:
    """Ctrl-C; what it says then."""
    process.send_signal(signal.SIGINT)
    said, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, errors.decode()
    assert "Traceback" not in errors.decode()
    return said.decode()


async def test_it_runs_and_stops_and_keeps_the_company(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = await start(folder, "--port", "0")
    where, said = await address(first)
    assert "invented company" in said
    assert await get(where + "/healthz") == (200, '{"status": "ok"}')
    status, page = await get(where + "/")
    assert status == 200
    assert "Irina Lebedeva" in page
    assert "Ctrl-C" in await stop(first)
    again = await start(folder, "--port", "0", system="ru_RU.UTF-8")
    where, said = await address(again)
    assert "Open it in your browser" in said, "it goes on in the language that it was made in"
    assert "invented company" not in said
    await stop(again)


async def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = await refused(await start(tmp_path / "demo", "--port", str(port)))
    assert f"127.0.0.1:{port}" in line
    assert "--port" in line
    assert not (tmp_path / "demo").exists()


async def test_fresh_throws_away_only_what_the_demo_made(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "kollega.db").write_bytes(b"precious")
    assert str(folder) in await refused(await start(folder, "--port", "0", "--fresh"))
    assert (folder / "kollega.db").read_bytes() == b"precious"


async def test_a_real_company_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    url = f"sqlite:///{folder / 'kollega.db'}"
    upgrade(url)
    store = Database(url, MovableClock())
    await store.transact(lambda uow: engage(uow, "telegram", by_number))
    await store.close()
    assert "another company" in await refused(await start(folder, "--port", "0"))
