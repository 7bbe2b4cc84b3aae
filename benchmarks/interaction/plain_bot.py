"""The plain aiogram echo bot that Kollega is measured against: nothing is stored, nothing is retried."""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    await message.answer(message.text or "")


async def main(address: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    await dispatcher.start_polling(Bot("1:bench", session=session), handle_signals=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
