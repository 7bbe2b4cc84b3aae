"""A bot as small as can be behind the real pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from core.chat.blocks import Facts, Heading, Paragraph, Phone
from core.chat.events import Attached, Event, Pressed, Said
from core.chat.messenger import Receipt, Sent
from core.chat.pages import Key, Page, Part, Press
from tests.support.webchat import ANNA, BORIS, World, page, running

BOTH = f"/?left={ANNA}&right={BORIS}"
ALERT = Part(
    blocks=(
        Heading("Пропущенный звонок"),
        Facts((("Номер", (Phone("+79005550177", "+7 900 555-01-77"),)), ("Линия", ("Продажи",)))),
    ),
    rows=((Key("🙋 Беру", Press("ta:1")), Key("🚫 Спам", Press("sp:1"))),),
)
TAKEN = Part(blocks=(Heading("Пропущенный звонок"), Paragraph(("Взяла Анна Орлова",))))


class TinyBot:
    """Answers commands with a menu, echoes what it hears, takes an alert and sends one when the tool is used."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent = 0
        self.waits: asyncio.Queue[Pressed] = asyncio.Queue()

    async def hear(self, event: Event) -> None:
        match event:
            case Said(text="/menu"):
                keys = ((Key("Новости", Press("no")), Key("Справка", Press("he"))),)
                await self.send(event.chat, Page(parts=(Part(blocks=(Heading("Главное меню"),), rows=keys),)))
            case Said(text=text):
                await self.send(event.chat, page(f"Эхо: {text}"))
            case Attached(attachment=file):
                await self.send(event.chat, page(f"Файл {file.name}, {file.size}"))
            case Pressed(data="ta:1"):
                self.waits.put_nowait(event)

    async def takes(self) -> None:
        press = await self.next_press()
        await self.world.chat.edit(ANNA, Receipt((press.message,)), Page(parts=(TAKEN,)), "taken")
        await self.world.chat.acknowledge(press, "Звонок ваш")

    async def next_press(self) -> Pressed:
        async with asyncio.timeout(10):
            return await self.waits.get()

    async def alarm(self) -> None:
        await self.send(ANNA, Page(parts=(ALERT,)))

    async def send(self, chat: str, content: Page) -> Receipt:
        self.sent += 1
        sent = await self.world.chat.send(chat, content, f"key{self.sent}")
        assert isinstance(sent, Sent)
        return sent.receipt


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path) as world:
        yield world


@pytest.fixture
def bot(world: World) -> TinyBot:
    bot = TinyBot(world)
    world.inbox.answer = bot.hear
    world.company.on_press = bot.alarm
    return bot
