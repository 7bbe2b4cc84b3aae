"""Somebody at a page of the web chat in a real browser."""

from __future__ import annotations

import base64

from playwright.async_api import FilePayload

from core.chat.events import Attached, Said
from core.chat.messenger import Receipt
from tests.contract.messengers.station import Correspondent, File, Shown
from tests.support.web_wire import WebPerson

_FETCH = """(id) => Promise.all(
  [...document.querySelectorAll(`.message[data-id="${id}"] .bubble :is(img, audio, a[download])`)].map(async (file) => {
    const answer = await fetch(file.src || file.href);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }))"""


class OnWeb(Correspondent):
    """Has buttons, toasts and albums; cannot leave."""

    person: WebPerson

    async def looks(self) -> list[Shown]:
        await self.person.refresh()
        return [
            Shown(
                id=one["id"],
                text=one["text"],
                html=one["html"],
                buttons=tuple(one["buttons"]),
                files=tuple(one["files"]),
            )
            for one in self.person.looked
        ]

    async def opens(self, receipt: Receipt) -> list[bytes]:
        await self.person.refresh()
        page = await self.person.page()
        return [base64.b64decode(file) for id in receipt.ids for file in await page.evaluate(_FETCH, id)]

    async def answers(self, text: str, to: str) -> Said:
        page = await self.person.page()
        act = page.evaluate("([to, text]) => person.answers(to, text)", [to, text])
        (said,) = await self.station.heard(Said, act, of=self.account)
        return said

    async def stresses(self, before: str, stressed: str, after: str, url: str = "") -> Said:
        marked = f"*{stressed}*"
        return await self.says(f"{before}{f'[{marked}]({url})' if url else marked}{after}")

    async def attaches(self, *files: File, caption: str = "") -> list[Attached]:
        page = await self.person.page()
        given = [FilePayload(name=file.name, mimeType=file.mime, buffer=file.content) for file in files]
        await page.locator(".attach input").set_input_files(given)
        act = page.evaluate("text => person.says(text)", caption)
        return await self.station.heard(Attached, act, of=self.account, times=len(files))
