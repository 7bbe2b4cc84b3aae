"""A messenger without a house behind it, and somebody who talks to it."""

from __future__ import annotations

import abc
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from core.chat.blocks import Block, Paragraph
from core.chat.events import Attached, Event, Said
from core.chat.files import Attachment, Media
from core.chat.fit import fit
from core.chat.messenger import Messenger, Outcome, Receipt, Sent
from core.chat.pages import Page
from core.chat.phrases import Language
from core.chat.screens import Button, Row, Screen
from storage.files import FileStore
from tests.support.clock import MovableClock
from tests.support.line import Line
from tests.support.people import TestPerson

E = TypeVar("E", bound=Event)
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sends or sees."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message of the bot as a client shows it; `html` is its formatting in the client's own dialect."""

    id: str
    text: str
    html: str = ""
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Station:
    """The adapter, what it has told, and what is asked of it."""

    def __init__(self, messenger: Messenger, line: Line, files: FileStore, language: Language) -> None:
        self.messenger, self.line, self.files, self.language = messenger, line, files, language
        self.capabilities = messenger.capabilities
        self._keys = count(1)

    @property
    def clock(self) -> MovableClock:
        """The clock of adapter and wire."""
        assert isinstance(self.line.clock, MovableClock)
        return self.line.clock

    def page(self, *blocks: Block | str, rows: tuple[Row, ...] = (), files: Sequence[Attachment] = ()) -> Page:
        """A screen as it is fitted to this messenger; strings become paragraphs."""
        body = tuple(Paragraph((block,)) if isinstance(block, str) else block for block in blocks)
        return fit(Screen(blocks=body, rows=rows, attachments=tuple(files)), self.capabilities, self.language)

    def menu(self, text: str, *buttons: Button) -> Page:
        """A text with buttons below each other."""
        return self.page(text, rows=tuple((button,) for button in buttons))

    def key(self) -> str:
        """A key that was never used."""
        return str(next(self._keys))

    async def sends(self, chat: str, page: Page, key: str | None = None) -> Receipt:
        """Sends a page that arrives."""
        return arrived(await self.messenger.send(chat, page, key or self.key()))

    async def edits(self, chat: str, receipt: Receipt, page: Page, key: str | None = None) -> Receipt:
        """Shows a page in place of another."""
        return arrived(await self.messenger.edit(chat, receipt, page, key or self.key()))

    async def keeps(self, file: File, media: Media, seconds: int | None = None) -> Attachment:
        """A file that the bot has."""
        content, size = await self.files.save(_chunks(file.content), 50 * 2**20)
        return Attachment(media=media, name=file.name, mime=file.mime, size=size, content=content, seconds=seconds)

    def content(self, attachment: Attachment) -> bytes:
        """The bytes of a file that came."""
        assert attachment.loss is None, attachment
        return self.files.path(attachment.content).read_bytes()

    async def heard(self, kind: type[E], act: Awaitable[object], *, of: str, times: int = 1) -> list[E]:
        """What the adapter tells of one account because of `act`."""
        before = len(self.line.inbox.stored)

        def told() -> list[E]:
            return [
                event for event in self.line.inbox.stored[before:] if isinstance(event, kind) and event.account == of
            ]

        await act
        await self.line.until(lambda: len(told()) >= times)
        found = told()
        assert len(found) == times, found
        return found


class Correspondent(abc.ABC):
    """Somebody with a client, in the private chat with the bot unless something else is said.

    Only what `tests.contract.messengers.clients` says of a messenger has to be there.
    """

    def __init__(self, station: Station, person: TestPerson, account: str) -> None:
        self.station, self.person, self.account = station, person, account

    @property
    def chat(self) -> str:
        """The private chat, which goes by the person's account in every messenger."""
        return self.account

    async def says(self, text: str) -> Said:
        """A text as it is typed."""
        return await self.heard(Said, self.person.says(text))

    async def history(self) -> list[str]:
        """Every text that can still be read, in whatever way."""
        return [shown.text for shown in await self.looks()]

    async def presses(self, receipt: Receipt, label: str) -> None:
        """A button of what the bot sent."""
        await self.sees(receipt)
        await self.person.presses(label)

    async def attaches(self, *files: File, caption: str = "") -> list[Attached]:
        """Files, at once where there are several."""
        assert len(files) == 1
        act = self.person.attaches(files[0].name, files[0].content, files[0].mime, caption)
        return [await self.heard(Attached, act)]

    async def heard(self, kind: type[E], act: Awaitable[object]) -> E:
        """The one thing of a kind that the adapter tells because of what this person does."""
        return (await self.station.heard(kind, act, of=self.account))[0]

    async def sees(self, receipt: Receipt) -> list[Shown]:
        """Those messages of a receipt that are there."""
        wanted, there = receipt.ids, {shown.id: shown for shown in await self.looks()}
        return [there[id] for id in wanted if id in there]

    async def sees_one(self, receipt: Receipt) -> Shown:
        """The only message of a receipt."""
        (shown,) = await self.sees(receipt)
        return shown

    async def ready(self) -> None:  # noqa: B027  # only some have to do anything
        """There to be written to."""

    @abc.abstractmethod
    async def looks(self) -> list[Shown]:
        """All that the bot wrote, the oldest first."""

    @abc.abstractmethod
    async def opens(self, receipt: Receipt) -> list[bytes]:
        """The files of messages, as the client gets them."""

    async def answers(self, text: str, to: str) -> Said:
        """A text in reply to a message."""
        raise NotImplementedError

    async def reacts(self, sign: str, to: str) -> None:
        """A reaction under a message."""
        raise NotImplementedError

    async def offered(self, message: str, signs: int) -> list[str]:
        """The reactions that stand ready under a message, once there are so many."""
        raise NotImplementedError

    async def stresses(self, before: str, word: str, after: str, url: str = "") -> Said:
        """A text with a word in bold, which leads to an address where one is given."""
        raise NotImplementedError

    async def speaks(self, content: bytes, seconds: int) -> Attached:
        """A voice message."""
        raise NotImplementedError

    async def edits(self, message: str, text: str) -> None:
        """Another text in place of what this person said."""
        raise NotImplementedError

    async def removes(self, message: str) -> None:
        """Takes back what this person said."""
        raise NotImplementedError

    async def leaves(self) -> None:
        """Cannot be written to any more."""
        raise NotImplementedError

    async def returns(self) -> None:
        """Can be written to again."""
        raise NotImplementedError

    def forgives(self) -> None:  # noqa: B027  # only some keep a list
        """The messenger refused something in this test, as it should."""


class Group(abc.ABC):
    """A chat of several people and the bot."""

    chat: str

    @abc.abstractmethod
    async def says(self, who: Correspondent, text: str, reply_to: str | None = None) -> Said:
        """Somebody says something there."""

    @abc.abstractmethod
    async def calls(self, who: Correspondent, text: str) -> Said:
        """Somebody says something there to the bot, by its name."""

    @abc.abstractmethod
    async def chooses(self, who: Correspondent, receipt: Receipt, what: str) -> None:
        """Somebody presses a button there by its label, or reacts where there are none."""

    @abc.abstractmethod
    async def joins(self, who: Correspondent) -> None:
        """Somebody comes in."""

    @abc.abstractmethod
    async def quits(self, who: Correspondent) -> None:
        """Somebody goes."""

    @abc.abstractmethod
    async def looks(self, who: Correspondent) -> list[Shown]:
        """What somebody sees of the bot there."""

    @abc.abstractmethod
    async def moves(self) -> str:
        """The group gets a new id, which is the answer."""


def arrived(outcome: Outcome) -> Receipt:
    """The receipt of what was sent. AssertionError when it was not."""
    assert isinstance(outcome, Sent), outcome
    return outcome.receipt


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Waits for what the adapter does in the background."""
    async with asyncio.timeout(_PATIENCE):
        while not await condition():
            await asyncio.sleep(0.01)


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content
