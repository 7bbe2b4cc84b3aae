"""The web chat in a scenario: each person is a page in a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, FilePayload, Page

import adapters.webchat
from adapters.webchat.messenger import WebChat
from adapters.webchat.settings import Settings
from core.chat.adapter import Persona, Surroundings, Tool
from tests.support.cast import CAST, Member, by_key
from tests.support.people import Seen, TestPerson
from tests.support.world import World

# Remembers what the page's own scripts do not: how far the stream came, and toasts that have vanished again.
_WITNESS = """
window.seen = ""; window.toastsSeen = [];
const Stream = EventSource;
window.EventSource = class extends Stream {
  constructor(address) {
    super(address);
    for (const name of ["message", "gone"]) {
      this.addEventListener(name, (event) => { window.seen = event.lastEventId; });
    }
    this.addEventListener("ack", (event) => {
      const { toast } = JSON.parse(event.data);
      if (toast) window.toastsSeen.push(toast);
    });
  }
};
"""
_ARRIVED = """([revision, ids]) => {
  const seen = Number((window.seen || document.querySelector(".panes").dataset.since).split(".")[1]);
  const shown = [...document.querySelectorAll(".message")].map((message) => Number(message.dataset.id));
  return seen >= revision && JSON.stringify(shown) === JSON.stringify(ids);
}"""
_LOOK = """() => {
  const words = (body) => {
    let text = body.innerText;
    for (const label of body.querySelectorAll("dt")) {
      const value = label.nextElementSibling.innerText;
      text = text.replace(`${label.innerText}\\n${value}`, `${label.innerText}: ${value}`);
    }
    return text.replace(/\\n\\n+/g, "\\n\\n");
  };
  return [...document.querySelectorAll(".message.bot")].map((message) => ({
    text: message.querySelector(".body") ? words(message.querySelector(".body")) : "",
    buttons: [...message.querySelectorAll(".keys .key, .contact summary")].map((key) => key.innerText.trim()),
    files: [...message.querySelectorAll(".bubble img, .bubble a[download], .bubble audio")]
      .map((file) => file.alt || file.innerText || "voice"),
  }));
}"""


class CastStage:
    """The cast and a stranger, to be picked on the page."""

    tools: Sequence[Tool] = ()

    async def personas(self) -> Sequence[Persona]:
        known = [Persona(account=one.key, name=one.first_name, about=one.position) for one in CAST]
        return [*known, Persona(account="stranger", name="Somebody", about="unknown")]


class WebWire:
    """See `tests.support.world.Wire`."""

    def __init__(self, messenger: WebChat, runner: web.AppRunner, address: str, context: BrowserContext) -> None:
        self.messenger, self.address, self.context = messenger, address, context
        self._runner = runner

    @classmethod
    async def open(cls, around: Surroundings, browser: Browser) -> WebWire:
        """The adapter behind a web server on a free port of this machine."""
        messenger = adapters.webchat.create(Settings(chat=True), replace(around, stage=CastStage()))
        assert messenger is not None
        app = web.Application(client_max_size=30 * 2**20)
        app.add_routes(messenger.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        context = await browser.new_context(reduced_motion="reduce", viewport={"width": 900, "height": 800})
        context.set_default_timeout(10_000)
        await context.add_init_script(_WITNESS)
        await context.add_cookies([{"name": "kollega-lang", "value": "en", "url": f"http://{host}:{port}"}])
        return cls(messenger, runner, f"http://{host}:{port}", context)

    def account(self, member: Member) -> str:
        return by_key(member)

    def person(self, key: str, number: int, world: World) -> WebPerson:
        return WebPerson(key, world, self)

    async def close(self) -> None:
        await self.context.close()
        await self.messenger.close()
        await self._runner.cleanup()


class WebPerson(TestPerson):
    """Somebody at a page of the web chat; the page is opened when there is something to do or to see."""

    def __init__(self, key: str, world: World, wire: WebWire) -> None:
        super().__init__(key, world)
        self._wire = wire
        self._page: Page | None = None
        self._seen: list[Seen] = []
        self._toasts: list[str] = []
        self._known: tuple[int, list[int]] = (0, [])

    async def page(self) -> Page:
        """This person's page."""
        if self._page is None:
            self._page = await self._wire.context.new_page()
            await self._page.goto(f"{self._wire.address}/?left={self.key}")
        return self._page

    async def says(self, text: str) -> None:
        page = await self.page()
        await page.locator("textarea").fill(text)
        await self.world.after(page.locator(".send").click())

    async def presses(self, label: str, *, of: str | None = None) -> None:
        page = await self.page()
        messages = page.locator(".message.bot")
        for number in reversed(range(len(self._seen))):
            seen = self._seen[number]
            place = next((place for place, button in enumerate(seen.buttons) if label in button), None)
            if place is not None and (of is None or of in seen.text):
                await self.world.after(messages.nth(number).locator(".keys .key").nth(place).click())
                return
        raise AssertionError(f"{self.key} sees no button {label!r}; the chat shows:\n{self.chat()}")

    async def attaches(self, name: str, content: bytes, mime: str, caption: str = "") -> None:
        page = await self.page()
        file = FilePayload(name=name, mimeType=mime, buffer=content)
        await page.locator(".attach input").set_input_files(file)
        await page.locator("textarea").fill(caption)
        await self.world.after(page.locator(".send").click())

    async def shares_phone(self, phone: str) -> None:
        page = await self.page()
        contact = page.locator(".contact").last
        await contact.locator("summary").click()
        await contact.locator("input[type=tel]").fill(phone)
        await self.world.after(contact.locator("form button").click())

    async def leaves(self) -> None:
        raise NotImplementedError("nobody can block the web chat")

    async def refresh(self) -> None:
        kept, _ = self._wire.messenger.history.latest(self.key)
        if not kept and self._page is None:
            return
        page = await self.page()
        latest = max((message.revision for message in kept), default=0)
        ids = [message.id for message in kept]
        if (latest, ids) != self._known:
            await page.wait_for_function(_ARRIVED, arg=[latest, ids])
            looked = await page.evaluate(_LOOK)
            self._seen = [Seen(one["text"], tuple(one["buttons"]), tuple(one["files"])) for one in looked]
            self._known = (latest, ids)
        await page.wait_for_function("() => !document.querySelector('[aria-busy]')")
        self._toasts = await page.evaluate("window.toastsSeen")

    def messages(self) -> Sequence[Seen]:
        return self._seen

    def toasts(self) -> Sequence[str]:
        return self._toasts
