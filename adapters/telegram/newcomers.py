"""Who has written to a bot lately: how somebody who sets it up learns the number of their own account."""

from __future__ import annotations

from aiogram import Bot
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.methods import GetUpdates

from adapters.telegram.session import Session
from adapters.telegram.settings import Account

_SECONDS = 10.0


async def who_wrote(settings: Account) -> dict[int, str]:
    """The names of those whose messages wait for the bot, by their numbers, the latest last.

    The messages go on waiting. Raises what aiogram raises, also where another program receives them.
    """
    assert settings.token is not None
    server = PRODUCTION if settings.api_server is None else TelegramAPIServer.from_base(settings.api_server)
    async with Bot(settings.token.get_secret_value(), session=Session(server, _SECONDS, 1)) as bot:
        updates = await bot(GetUpdates(timeout=0))
    senders = [update.message.from_user for update in updates if update.message is not None]
    return {sender.id: sender.full_name for sender in senders if sender is not None and not sender.is_bot}
