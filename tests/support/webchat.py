"""A web chat with an invented company around it and a tiny bot behind it, on a port of its own."""

from __future__ import annotations

import asyncio
import hashlib
import json
import struct
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import ClientResponse, ClientSession, web

from adapters.webchat.messenger import WebChat
from bot.talk.language import Languages
from core.chat.adapter import Chip, Persona, Step, Surroundings, Tool
from core.chat.blocks import Block, Paragraph
from core.chat.events import Event
from core.chat.files import NoSpace, TooLarge
from core.chat.pages import Page, Part
from core.chat.phrases import Phrase, phrase
from tests.support.clock import MovableClock
from tests.support.keys import key_for

FORM = "application/x-www-form-urlencoded"
ANNA, BORIS, CLARA = "anna", "boris", "clara"


class FolderOfFiles:
    """Keeps contents in a folder; `full` makes the disk full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.full = False

    async def save(self, chunks: AsyncIterable[bytes], limit: int) -> tuple[str, int]:
        if self.full:
            raise NoSpace
        whole = bytearray()
        async for chunk in chunks:
            whole += chunk
            if len(whole) > limit:
                raise TooLarge
        content = hashlib.sha256(whole).hexdigest()
        self.path(content).write_bytes(whole)
        return content, len(whole)

    def path(self, content: str) -> Path:
        return self.folder / content


@dataclass
class Company:
    """Three invented people and one button."""

    pressed: int = 0
    cast: list[Persona] = field(
        default_factory=lambda: [
            Persona(
                account=ANNA,
                name="Анна Орлова",
                about="Отдел продаж, дежурный менеджер",
                chips=(Chip("/missed", Phrase("What was missed?")), Chip("/menu", Phrase("What is there?"))),
            ),
            Persona(account=BORIS, name="Борис Ёжиков", about="Инженер, отдел разработки"),
            Persona(account=CLARA, name="Клара Нильсен", about="HR"),
        ]
    )
    on_press: Callable[[], Awaitable[None]] | None = None

    @property
    def tools(self) -> Sequence[Tool]:
        return (Tool(code="missed", label=Phrase("Miss a call"), run=self._run, account=ANNA),)

    async def guide(self) -> Sequence[Step]:
        return (
            Step(text=Phrase("Let somebody call in vain"), done=self.pressed > 0, tool="missed"),
            Step(text=Phrase("Look at the alert"), done=False, account=ANNA),
        )

    async def personas(self) -> Sequence[Persona]:
        return self.cast

    async def _run(self) -> Phrase:
        self.pressed += 1
        if self.on_press is not None:
            await self.on_press()
        return phrase("A client called and nobody answered.")


class ScriptedInbox:
    """Keeps what it is given and lets `answer` react; `broken` makes it refuse."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.broken = False
        self.answer: Callable[[Event], Awaitable[None]] | None = None

    async def cursor(self) -> str | None:
        return None

    async def store(self, events: Sequence[Event], cursor: str | None) -> None:
        if self.broken:
            raise OSError("the database is away")
        known = {event.id for event in self.events}
        for event in events:
            if event.id in known:
                continue
            self.events.append(event)
            if self.answer is not None:
                await self.answer(event)


@dataclass
class World:
    """All of it, running."""

    chat: WebChat
    inbox: ScriptedInbox
    company: Company
    files: FolderOfFiles
    clock: MovableClock
    address: str
    client: ClientSession
    listening: asyncio.Task[None]

    async def posts(self, path: str, origin: str | None = None, **form: str) -> ClientResponse:
        """Posts a form as a script of the page (or of another page) does."""
        headers = {"Accept": "application/json", "Origin": origin or self.address, "Content-Type": FORM}
        return await self.client.post(self.address + path, data=BytesIO(urlencode(form).encode()), headers=headers)


def page(*blocks: Block | str) -> Page:
    """A page of one message; strings become paragraphs."""
    return Page(parts=(Part(blocks=tuple(Paragraph((b,)) if isinstance(b, str) else b for b in blocks)),))


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x42\x50\xdb" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[World]:
    """A web chat on a free port of this machine, listening."""
    files, company, clock, inbox = FolderOfFiles(folder), Company(), MovableClock(), ScriptedInbox()
    chat = WebChat(
        Surroundings(
            files=files, data_dir=folder, clock=clock, languages=Languages(default="ru"), key_for=key_for, stage=company
        )
    )
    app = web.Application()
    app.add_routes(chat.routes())
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listening = asyncio.create_task(chat.listen(inbox))
    host, port = runner.addresses[0][:2]
    try:
        async with ClientSession() as client:
            yield World(chat, inbox, company, files, clock, f"http://{host}:{port}", client, listening)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await chat.close()
        await runner.cleanup()


async def event_of(stream: ClientResponse, *, menu: bool = False) -> tuple[str, dict[str, object], str]:
    """The next server-sent event: its name, its data and its id; of menus only, or of anything else."""
    name, data, id = "", "", ""
    while True:
        line = (await stream.content.readline()).decode().rstrip("\n")
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data = line[6:]
        elif line.startswith("id: "):
            id = line[4:]
        elif not line and name:
            if menu is (name == "menu"):
                return name, json.loads(data), id
            name, data, id = "", "", ""
