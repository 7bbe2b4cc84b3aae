"""The bot whose start is measured; says when it is ready: `python -m benchmarks.matrix.rooms_bot CHAT`."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.matrix.company import ready
from bot.build import build
from bot.run.logs import set_up
from bot.run.settings import load
from bot.run.web import Readiness


async def main(chat: str) -> None:
    set_up()
    app = (await asyncio.to_thread(build, load(), Readiness()))()
    async with app.running():
        await ready(app.messengers["matrix"], chat)
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
