"""A messenger without buttons, files on its page, toasts or quick edits: the least that a screen must survive."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.chat.capabilities import Capabilities, Level, Pace
from core.chat.events import Chosen, Event, Pressed
from core.chat.files import Attachment, Draft
from core.chat.layout import plain
from core.chat.messenger import Crowd, Gone, Health, Inbox, MenuCommand, Outcome, Receipt, Reception, Sent
from core.chat.pages import Page

CAPABILITIES = Capabilities(
    buttons=Level.NONE,
    edits=Level.PARTIAL,
    deletes=Level.PARTIAL,
    toasts=Level.NONE,
    text_limit=2000,
    cut_at=2000,
    caption_limit=0,
    album_limit=1,
    opens=lambda url: False,
    command_prefix="!",
    pace=Pace(overall=1000, chat=1000, burst=1000, in_flight=20),
)


@dataclass(slots=True)
class Shown:
    """One message of a chat, as its reader sees it now."""

    id: str
    text: str
    files: tuple[Attachment | Draft, ...] = ()
    options: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    quiet: bool = False
    place: str = ""
    version: str = ""
    asked: bool = False
    numbers: tuple[int | None, ...] = ()


@dataclass(slots=True)
class Chat:
    """The visible messages of one chat."""

    lines: list[Shown] = field(default_factory=list)


class PlainMessenger:
    """Keeps chats in memory; what arrives is handed to the inbox by `receive`.

    With `choice_keys` the options of its menus can also be chosen by signs.
    """

    name = "plain"
    reception = Reception.ALONE

    def __init__(self, choice_keys: int = 0) -> None:
        self.capabilities = replace(CAPABILITIES, choice_keys=choice_keys)
        self.chats: dict[str, Chat] = {}
        self._last = 0
        self._keys: dict[str, Receipt] = {}
        self._inbox: Inbox | None = None
        self._listening = asyncio.Event()

    def goes_on(self, chats: dict[str, Chat], last: int) -> None:
        """Has the chats of an earlier life; `last` is the number of the last message in them."""
        self.chats, self._last = chats, last

    async def listen(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._listening.set()
        await asyncio.Event().wait()

    async def receive(self, event: Event) -> None:
        """Something that a person did."""
        await self._listening.wait()
        assert self._inbox is not None
        await self._inbox.store([event], event.id)

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        known = self._keys.get(key)
        if known is not None:
            return Sent(known)
        lines = self.chats.setdefault(chat, Chat()).lines
        ids = []
        for line in self._lines(page):
            lines.append(line)
            ids.append(line.id)
        receipt = self._keys[key] = Receipt(tuple(ids), version=f"v{ids[-1]}")
        return Sent(receipt)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        lines = self.chats.setdefault(chat, Chat()).lines
        places = [position for position, line in enumerate(lines) if line.id in receipt.ids]
        if not places:
            return Gone("no such message")
        new = self._lines(page)
        lines[places[0] : places[-1] + 1] = new
        return Sent(Receipt(tuple(line.id for line in new), version=f"v{new[-1].id}"))

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        lines = self.chats.setdefault(chat, Chat()).lines
        lines[:] = [line for line in lines if line.id not in receipt.ids]
        return Sent(receipt)

    async def acknowledge(self, press: Pressed | Chosen, toast: str | None) -> None:
        assert toast is None, "this messenger has no toasts"

    async def announce(self, commands: Mapping[str, Sequence[MenuCommand]], chat: str | Crowd = Crowd.PRIVATE) -> bool:
        """Lists nothing."""
        return True

    def fault(self) -> Health | None:
        return None

    async def check(self) -> Health:
        return Health(True, "works")

    async def close(self) -> None:
        """Has no connections."""

    def _lines(self, page: Page) -> list[Shown]:
        made = []
        for number, part in enumerate(page.parts, 1):
            assert not part.rows, "this messenger has no buttons"
            text = plain(part.blocks)
            assert len(text) <= CAPABILITIES.text_limit
            self._last += 1
            choices = page.choices if number == len(page.parts) else ()
            options, signs = tuple(choice.label for choice in choices), tuple(choice.sign for choice in choices)
            version = f"v{self._last}"
            shown = Shown(str(self._last), text, part.attachments, options, signs, page.quiet, page.place, version)
            numbers = tuple(choice.number for choice in choices)
            made.append(replace(shown, asked=page.asked, numbers=numbers))
        return made
