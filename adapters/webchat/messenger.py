"""The web chat as a messenger: what the bot sends goes into the history, and open pages are told."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from adapters.webchat.desk import Desk
from adapters.webchat.feed import Acknowledged
from adapters.webchat.history import EVERYBODY
from adapters.webchat.kept import Call
from adapters.webchat.read import FILE_LIMIT, NAME, media_of
from adapters.webchat.routes import Routes
from adapters.webchat.write import opens
from core.chat.capabilities import Capabilities, Level, Pace
from core.chat.events import Chosen, Pressed
from core.chat.files import Attachment, Draft, Files, NoSpace, TooLarge
from core.chat.messenger import (
    Crowd,
    Gone,
    Health,
    Inbox,
    MenuCommand,
    NotSent,
    Outcome,
    Receipt,
    Reception,
    Refused,
    Sent,
)
from core.chat.pages import Page, Part
from core.chat.phrases import phrase

_PATIENCE = 1.0
"""Seconds that open pages have to notice the end, before their history closes."""

CAPABILITIES = Capabilities(
    buttons=Level.FULL,
    edits=Level.FULL,
    deletes=Level.FULL,
    toasts=Level.FULL,
    tables=Level.FULL,
    copying=Level.FULL,
    contact=Level.FULL,
    text_limit=20_000,
    caption_limit=4_000,
    opens=opens,
    label_limit=100,
    tidies=True,
    file_limit=FILE_LIMIT,
    pace=Pace(overall=1000, chat=100, burst=100, group=100),
)


class WebChat(Desk):
    """A messenger whose accounts are the personas of the stage, and whose network is this process."""

    name = NAME
    reception = Reception.TOGETHER
    capabilities = CAPABILITIES

    def routes(self) -> list[web.RouteDef]:
        """The routes that the bot's web server mounts at its root."""
        return Routes(self).table()

    async def listen(self, inbox: Inbox) -> None:
        """Lets requests through until cancelled: each puts what it brings into the inbox itself."""
        self.inbox = inbox
        try:
            await asyncio.Event().wait()
        finally:
            self.inbox = None

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Shows a page; a key that is known gives the receipt of before."""
        try:
            parts = await self._kept(page)
            now = self.around.clock.now()
            ids = await asyncio.to_thread(self.history.show, chat, now, parts, key, _call(page))
        except (sqlite3.Error, NoSpace, OSError) as error:
            return NotSent(type(error).__name__)
        except TooLarge:
            return Refused("a file is too large")
        self.feed.wake(chat)
        return Sent(_receipt(ids))

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Shows a page in place of messages."""
        now, ids = self.around.clock.now(), _ids(receipt)
        try:
            parts = await self._kept(page)
            changed = await asyncio.to_thread(self.history.replace, chat, ids, now, parts, key)
        except (sqlite3.Error, NoSpace, OSError) as error:
            return NotSent(type(error).__name__)
        except TooLarge:
            return Refused("a file is too large")
        self.feed.wake(chat)
        return Gone() if changed is None else Sent(_receipt(changed))

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Removes messages."""
        try:
            was_there = await asyncio.to_thread(self.history.erase, chat, _ids(receipt))
        except sqlite3.Error as error:
            return NotSent(type(error).__name__)
        self.feed.wake(chat)
        return Sent(receipt) if was_there else Gone()

    async def acknowledge(self, press: Pressed | Chosen, toast: str | None) -> None:
        """Ends the waiting state of a button on the pages that show it."""
        self.feed.tell(Acknowledged(press.chat, press.press, toast))

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], chat: str | Crowd = Crowd.PRIVATE) -> bool:
        """Keeps the commands; open pages get them at once. Raises `sqlite3.Error` when they cannot be kept."""
        if chat is Crowd.GROUPS:
            return True  # there are none
        place = None if isinstance(chat, Crowd) else chat
        await asyncio.to_thread(self.history.keep_menu, place or EVERYBODY, commands)
        self.feed.tell_menu(place)
        return True

    def fault(self) -> Health | None:
        """Nothing: it is part of the own web server."""
        return None

    async def check(self) -> Health:
        """Whether requests get through and the history can be written."""
        try:
            await asyncio.to_thread(self.history.reserve)
        except sqlite3.Error as error:
            return Health(
                False,
                phrase("the chat history cannot be written: {reason}", reason=str(error)),
                phrase("Check the disk of the data folder."),
            )
        return Health(True, phrase("open on this machine"))

    async def close(self) -> None:
        """Ends the open pages' streams and closes the history."""
        self.feed.close()
        await self.feed.emptied(_PATIENCE)
        await asyncio.to_thread(self.history.close)

    async def _kept(self, page: Page) -> list[Part]:
        return [replace(part, attachments=await _with_drafts(part, self.around.files)) for part in page.parts]


async def _with_drafts(part: Part, files: Files) -> tuple[Attachment, ...]:
    kept: list[Attachment] = []
    for file in part.attachments:
        if isinstance(file, Attachment):
            kept.append(file)
        else:
            content, size = await files.save(_chunks(file), FILE_LIMIT)
            media = media_of(file.mime)
            kept.append(Attachment(media=media, name=file.name, mime=file.mime, size=size, content=content))
    return tuple(kept)


async def _chunks(draft: Draft) -> AsyncIterator[bytes]:
    yield draft.content


def _call(page: Page) -> Call:
    if page.quiet:
        return Call.NONE
    return Call.ALERT if page.urgent else Call.ANSWER if page.asked else Call.NONE


def _receipt(ids: Sequence[int]) -> Receipt:
    return Receipt(tuple(str(id) for id in ids))


def _ids(receipt: Receipt) -> list[int]:
    return [int(id) for id in receipt.ids]
