"""From a hangup and the grace to the alert's request, with 50 calls open: `python -m benchmarks.alerts [ALERTS]`.

A real `kollega run` listens to an exchange that speaks recorded bytes and sends to a local Bot API server. What is
measured begins before the hangup is written to the socket and ends when the request arrives, less the grace.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from itertools import pairwise

from aiohttp import web

from adapters.pbx.asterisk.recording import times_beside
from adapters.pbx.asterisk.wire import Wire
from benchmarks.delivery.stage import database, postgresql, store_of
from benchmarks.figures import databases, median, percentile, row, sizes
from benchmarks.interaction.server import LeanServer, params
from benchmarks.processes import ROOT, TOKEN, Bot, running
from core.calls.lines import KnowLines, LineNamed
from core.people.choices import LANGUAGE
from core.people.person import Account, Person
from core.settings import do_set
from core.unit_of_work import UnitOfWork
from storage.migrate import upgrade
from tests.support.ami_server import AmiServer

USUAL, SHORT = (120,), (5,)
"""Alerts."""
OPEN, PER_SECOND, GRACE = 50, 10, 0.2
LINES = 30  # each told to a person of its own, so that no chat gets more than a messenger allows
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
            found = re.search(r"\+7[ \d-]+", str((await params(request)).get("text", "")))
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
    with store_of(database_url) as store:
        store.transact_now(_route)
    telegram = Telegram(alerts)
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", telegram.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with AmiServer() as exchange:
        bot = _bot(database_url, f"http://127.0.0.1:{runner.addresses[0][1]}", exchange.port)
        with running(bot):
            await asyncio.to_thread(bot.ready)
            await exchange.heard("CoreShowChannels", within=60)
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
        person = Person(last_name=f"Petrova {place}", first_name="Anna")
        uow.add(person)
        uow.flush()
        do_set(uow, person, LANGUAGE, "en")
        address = str(1000 + place)
        uow.add(Account(messenger="telegram", address=address, chat=address, person_id=person.id, language="en"))
        line = uow.ask(LineNamed(name))
        assert line is not None
        line.duty = (person.id,)


def _bot(database_url: str, telegram: str, exchange: int) -> Bot:
    own = {
        "TELEGRAM__TOKEN": TOKEN,
        "TELEGRAM__API_SERVER": telegram,
        "ASTERISK__HOST": "127.0.0.1",
        "ASTERISK__PORT": str(exchange),
        "ASTERISK__SECRET": "swordfish",
        "ASTERISK__TRUNKS": ",".join(f"line-{place}" for place in range(LINES)),
        "ASTERISK__GRACE_SECONDS": str(GRACE),
    }
    return Bot(database_url, None, **own)


def main() -> None:
    (alerts,) = sizes(USUAL, SHORT)
    print(f"{alerts} alerts, {PER_SECOND} a second, {OPEN} calls open at any time")
    with postgresql() as server:
        for kind in databases():
            with database(kind, server) as url:
                delays = asyncio.run(measure(url, alerts))
            seen = f"median {median(delays):.1f} ms, p95 {percentile(delays, 0.95):.1f} ms, worst {delays[-1]:.1f} ms"
            row(kind, "p95 under 50 ms", seen)


if __name__ == "__main__":
    main()
