"""The web chat in a scenario: each person is a page in a real browser."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Error, FilePayload, Page

import adapters.webchat
from adapters.webchat.messenger import WebChat
from adapters.webchat.settings import Settings
from core.chat.adapter import Persona, Step, Surroundings, Tool
from tests.support.cast import CAST, Member, by_key
from tests.support.line import Line
from tests.support.people import Seen, TestPerson

_PERSON = Path(__file__).with_name("web_person.js")
_PATIENCE = 30.0
"""Seconds for what takes a fraction of one on a machine that has nothing else to do."""


class Windows:
    """The windows of people, each with one page and a profile of its own, at one address and used again by later
    tests: to open a window, or to show another site in it, takes longer than most scenarios.

    Beside each other in one window pages would hide each other, and the browser lets a hidden page wait.
    """

    def __init__(self, browser: Browser, door: socket.socket) -> None:
        """`door` listens at the address."""
        host, port = door.getsockname()
        self.door, self.address = door, f"http://{host}:{port}"
        self._browser = browser
        self._free: list[Page] = []

    async def lend(self) -> Page:
        """A page on which nobody is."""
        return self._free.pop() if self._free else await self._open()

    async def take_back(self, page: Page) -> None:
        """Ends what the page does and forgets what it keeps; a page that fails at that is not used again."""
        try:
            await page.evaluate("person.leaves()")
        except Error:
            await page.context.close()
        else:
            self._free.append(page)

    async def _open(self) -> Page:
        context = await self._browser.new_context(reduced_motion="reduce", viewport={"width": 900, "height": 800})
        context.set_default_timeout(10_000)
        await context.add_init_script(path=_PERSON)
        await context.add_cookies([{"name": "kollega-lang", "value": "en", "url": self.address}])
        return await context.new_page()


@pytest_asyncio.fixture(scope="session")
async def windows(browser: Browser) -> AsyncIterator[Windows]:
    """The windows of all scenarios of a worker."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield Windows(browser, door)


class CastStage:
    """The cast and a stranger, to be picked on the page."""

    tools: Sequence[Tool] = ()

    async def guide(self) -> Sequence[Step]:
        return ()

    async def personas(self) -> Sequence[Persona]:
        known = [Persona(account=one.key, name=one.first_name, about=one.position) for one in CAST]
        return [*known, Persona(account="stranger", name="Somebody", about="unknown")]


class WebWire:
    """See `tests.support.world.Wire`."""

    def __init__(self, messenger: WebChat, runner: web.AppRunner, windows: Windows) -> None:
        self.messenger = messenger
        self._runner, self._windows = runner, windows
        self._pages: list[Page] = []

    @classmethod
    async def open(cls, around: Surroundings, windows: Windows) -> WebWire:
        """The adapter behind a web server of its own at the address of the windows."""
        messenger = adapters.webchat.create(Settings(chat=True), replace(around, stage=CastStage()))
        assert messenger is not None
        app = web.Application(client_max_size=30 * 2**20)
        app.add_routes(messenger.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.SockSite(runner, windows.door.dup()).start()
        return cls(messenger, runner, windows)

    async def page(self, account: str) -> Page:
        """The page of somebody."""
        page = await self._windows.lend()
        self._pages.append(page)
        await page.goto(f"{self._windows.address}/?left={account}", wait_until="domcontentloaded")
        return page

    def account(self, member: Member) -> str:
        return by_key(member)

    def person(self, key: str, number: int, line: Line) -> WebPerson:
        return WebPerson(key, line, self)

    async def close(self) -> None:
        await asyncio.gather(*(self._windows.take_back(page) for page in self._pages))
        await self.messenger.close()
        await self._runner.cleanup()


class WebPerson(TestPerson):
    """Somebody at a page of the web chat; the page is opened when there is something to do or to see."""

    def __init__(self, key: str, line: Line, wire: WebWire) -> None:
        super().__init__(key, line)
        self._wire = wire
        self._page: Page | None = None
        self._seen: list[Seen] = []
        self.looked: list[dict[str, Any]] = []
        """What the page showed of the bot, with the id and the HTML of each message."""
        self._toasts: list[str] = []

    async def page(self) -> Page:
        """This person's page."""
        if self._page is None:
            self._page = await self._wire.page(self.key)
        return self._page

    async def says(self, text: str) -> None:
        page = await self.page()
        await self.line.after(page.evaluate("text => person.says(text)", text))

    async def replies(self, text: str, *, to: str) -> None:
        page = await self.page()
        id = next(one["id"] for one in reversed(self.looked) if to in one["text"])
        await self.line.after(page.evaluate("([to, text]) => person.answers(to, text)", [id, text]))

    async def presses(self, label: str, *, of: str | None = None) -> None:
        page = await self.page()
        for number in reversed(range(len(self._seen))):
            seen = self._seen[number]
            place = next((place for place, button in enumerate(seen.buttons) if label in button), None)
            if place is not None and (of is None or of in seen.text):
                await self.line.after(page.evaluate("([of, key]) => person.presses(of, key)", [number, place]))
                return
        raise AssertionError(f"{self.key} sees no button {label!r}; the chat shows:\n{self.chat()}")

    async def attaches(self, name: str, content: bytes, mime: str, caption: str = "") -> None:
        page = await self.page()
        file = FilePayload(name=name, mimeType=mime, buffer=content)
        await page.locator(".attach input").set_input_files(file)
        await self.line.after(page.evaluate("text => person.says(text)", caption))

    async def shares_phone(self, phone: str) -> None:
        page = await self.page()
        await self.line.after(page.evaluate("phone => person.shares(phone)", phone))

    async def leaves(self) -> None:
        raise NotImplementedError("nobody can block the web chat")

    async def refresh(self) -> None:
        kept, _ = self._wire.messenger.history.latest(self.key)
        if not kept and self._page is None:
            return
        page = await self.page()
        latest = max((message.revision for message in kept), default=0)
        ids = [message.id for message in kept]
        async with asyncio.timeout(_PATIENCE):
            looked = await page.evaluate("([revision, ids]) => person.looks(revision, ids)", [latest, ids])
        self.looked = looked["messages"]
        self._seen = [Seen(one["text"], tuple(one["buttons"]), tuple(one["files"])) for one in self.looked]
        self._toasts = looked["toasts"]

    def messages(self) -> Sequence[Seen]:
        return self._seen

    def toasts(self) -> Sequence[str]:
        return self._toasts
