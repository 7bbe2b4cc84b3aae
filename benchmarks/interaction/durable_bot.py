"""The same echo as a room of Kollega: the event stored, handled in a transaction, planned in the ledger, sent."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

import adapters.telegram
from adapters.telegram.settings import Settings
from bot.app import App
from bot.build import RealClock
from bot.run.logs import set_up
from bot.talk.house import House
from bot.talk.language import Languages
from bot.talk.request import Reply, Request
from bot.talk.router import Router
from core.access import ANYBODY
from core.chat.adapter import Surroundings
from core.chat.capabilities import Pace
from core.chat.events import Said
from core.chat.screens import screen
from storage.database import Database
from storage.files import FileStore
from storage.migrate import upgrade

router = Router("echo")


@router.hears(Said, right=ANYBODY, order=1)
def echo(request: Request, event: Said) -> Reply:
    return screen(None, event.text)


async def main(address: str, database: str | None) -> None:
    set_up()  # as `kollega run` does: what is not set up writes each event in colours
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        url = database or f"sqlite:///{place / 'kollega.db'}"
        upgrade(url)
        clock, languages = RealClock(), Languages("en")
        around = Surroundings(
            files=FileStore(place),
            data_dir=place,
            clock=clock,
            languages=languages,
            key_for=lambda purpose: purpose.encode(),
        )
        messenger = adapters.telegram.create(Settings(token=SecretStr("1:bench"), api_server=address), around)
        assert messenger is not None
        pace = Pace(overall=1e6, chat=1e6, burst=1000, in_flight=100)
        messenger.capabilities = replace(messenger.capabilities, pace=pace)
        house = House([router], languages)
        app = App(store=Database(url, clock), house=house, messengers={messenger.name: messenger}, clock=clock)
        async with app.running():
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
