"""How fast the main menu comes in a large company, with what waits in each section: `python -m benchmarks.menu`.

Arguments: `[PEOPLE] [MENUS]`. Those who ask have every role, so that each counter is counted for them, and there is
much to count: an open request and a failed copy for each hundredth person, an unresolved alert for each fiftieth,
something held by the quiet hours of all. They ask for the menu one after the other, by webhook, of a real
`kollega run` on SQLite. The time is from the moment before the event is posted until the answer arrives at the server;
the transaction of each event, its commit included, is a part of that. The processor time is the whole process's.
"""

from __future__ import annotations

import json
import time
import urllib.request
from functools import partial

from sqlalchemy import text

from benchmarks.delivery.server import update
from benchmarks.delivery.stage import FIRST, broadcast, database, found_company, session_of, store_of
from benchmarks.figures import median, percentile, row, sizes
from benchmarks.processes import UNLIMITED, Bot, Telegram, running, telegram, until
from core.unit_of_work import UnitOfWork

USUAL, SHORT = (100_000, 300), (200, 10)
"""People and menus."""
ASKERS, WARM = 10, 20
"""People who ask in turn, and menus before those that count."""
SECRET = "of-this-benchmark"
_WAITS = (
    f"UPDATE people SET roles = 'admin hr manager' WHERE id <= {ASKERS}",
    "UPDATE deliveries SET state = 'held'",
    "UPDATE deliveries SET state = 'failed', due_at = :now WHERE id % 100 = 0",
    """INSERT INTO accounts (messenger, address, chat, name, language, refused)
    SELECT 'telegram', 'new ' || id, 'new ' || id, 'Ivan', 'ru', 0 FROM people WHERE id % 100 = 0""",
    "INSERT INTO access_requests (account_id, asked_at) SELECT id, :now FROM accounts WHERE person_id IS NULL",
    """INSERT INTO alerts (version, client, audience, opened_at, missed_at, misses, repeats, state, level, contact_by)
    SELECT 1, '', '[]', :now, :now, 1, 0, 'open', 0, '' FROM people WHERE id % 50 = 0""",
)


def main() -> None:
    people, menus = sizes(USUAL, SHORT)
    with database("sqlite") as url:
        found_company(url, people)
        broadcast(url)
        with store_of(url) as store:
            store.transact_now(_leave_waiting)
        taken, spent = measure(url, menus)
    print(f"{menus} main menus, one after the other, {people:,} people")
    row("event posted to menu at the server, p95", "40 ms", f"{percentile(taken, 0.95):.1f} ms")
    row("the same, median and worst", "", f"{median(taken):.1f} and {max(taken):.1f} ms")
    row("processor time of the bot for each", "", f"{spent:.1f} ms")


def measure(url: str, menus: int) -> tuple[list[float], float]:
    """Milliseconds of each menu, and the processor's for one."""
    own = {"TELEGRAM__WEBHOOK_URL": "http://127.0.0.1/telegram", "TELEGRAM__WEBHOOK_SECRET": SECRET}
    with telegram() as wire:
        bot = Bot(url, wire, **UNLIMITED, **own)
        with running(bot):
            bot.ready()
            _ask(bot, wire, range(1, WARM + 1))
            before = bot.cpu()
            posted = _ask(bot, wire, range(WARM + 1, WARM + menus + 1))
            spent = (bot.cpu() - before) / menus * 1000
        came = [arrival.at for arrival in wire.arrivals(WARM)]
    return [(at - began) * 1000 for at, began in zip(came, posted, strict=True)], spent


def _ask(bot: Bot, wire: Telegram, numbers: range) -> list[float]:
    """Posts so many events, each when the one before is answered; when that was."""
    posted = []
    for number in numbers:
        posted.append(time.monotonic())
        _post(bot, number)
        until(partial(_arrived, wire, number), 20, "the menu", every=0.002)
    return posted


def _arrived(wire: Telegram, number: int) -> bool:
    return wire.sends >= number


def _post(bot: Bot, number: int) -> None:
    body = json.dumps(update(number, FIRST + 1 + number % ASKERS, "/menu")).encode()
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    request = urllib.request.Request(f"http://127.0.0.1:{bot.port}/telegram", body, headers)
    with urllib.request.urlopen(request, timeout=20):
        pass


def _leave_waiting(uow: UnitOfWork) -> None:
    session = session_of(uow).session
    for statement in _WAITS:
        session.execute(text(statement), {"now": uow.now.replace(tzinfo=None)} if ":now" in statement else {})


if __name__ == "__main__":
    main()
