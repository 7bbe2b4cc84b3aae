"""A Bot API server of its own for every test, reached by aiogram."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.support.botapi import BotApiServer, TelegramUser
from tests.support.clock import MovableClock

TOKEN = "424242:AAE-invented_token_of_a_test_bot-xxx"


@pytest.fixture
async def server(clock: MovableClock) -> AsyncIterator[BotApiServer]:
    server = BotApiServer(TOKEN, clock=clock, flood_timer=lambda: clock.now().timestamp())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
async def session() -> AsyncIterator[AiohttpSession]:
    """Shared, because closing one takes aiogram a quarter of a second."""
    session = AiohttpSession()
    yield session
    await session.close()


@pytest.fixture
def bot(server: BotApiServer, session: AiohttpSession) -> Bot:
    session.api = TelegramAPIServer.from_base(server.url)
    return Bot(TOKEN, session=session)


@pytest.fixture
def anna(server: BotApiServer) -> TelegramUser:
    return server.user(id=7001, first_name="Анна", username="anna_t", phone="+79160000001", started=True)


@pytest.fixture
def boris(server: BotApiServer) -> TelegramUser:
    return server.user(id=7002, first_name="Борис", phone="+79160000002", started=True)
