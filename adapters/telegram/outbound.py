"""Sends, edits and deletes the messages of a page.

A page that is tried again with the same key goes on where it stopped, also after a restart of the process.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar
from zlib import crc32

from aiogram import Bot
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramBadRequest
from aiogram.methods import DeleteMessage, SendMessage
from aiogram.types import Message, ReplyKeyboardRemove

from adapters.telegram import receipts
from adapters.telegram.lately import Lately
from adapters.telegram.methods import (
    Source,
    editing_body,
    editing_caption,
    editing_file,
    editing_text,
    sending_album,
    sending_body,
    sending_file,
    sending_text,
    text_fields,
)
from adapters.telegram.outcomes import NOT_MODIFIED, NOT_THERE, certain, outcome_of, says
from adapters.telegram.place import ORDINARY, Place, there
from adapters.telegram.receipts import ASKING, TEXT, Shown
from adapters.telegram.repeated import Repeated
from adapters.telegram.session import Session
from adapters.telegram.uploads import Uploads
from adapters.telegram.write import (
    CAPTION_LIMIT,
    NOTHING,
    AlbumMessage,
    FileMessage,
    Outgoing,
    TextMessage,
    messages,
)
from core.chat.files import Files
from core.chat.messenger import Gone, Later, Outcome, Receipt, Refused, Sent, Uncertain, Unreachable
from core.chat.pages import Page

K = TypeVar("K")
V = TypeVar("V")
_REMEMBERED = 10_000
_NO_ID = Unreachable("Telegram reaches accounts by their number only")


class _Doubt(Exception):
    """A message may have been sent by a process that has ended since."""


class Outbound:
    """The way out of one bot account."""

    def __init__(self, bot: Bot, session: Session, files: Files, lately: Lately) -> None:
        self._bot, self._session, self._lately = bot, session, lately
        self._uploads = Uploads(files)
        self._asked: OrderedDict[int, None] = OrderedDict()
        self._in_private = Repeated[Page, tuple[Outgoing, ...]](partial(messages, private=True))
        self._in_group = Repeated[Page, tuple[Outgoing, ...]](partial(messages, private=False))
        self._fields = Repeated[TextMessage, bytes](text_fields)
        self._mark = Repeated[Outgoing, str](self._marked)
        self._flooded: tuple[int, float] = (0, -1.0)

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Sends a page; the first message sounds, the others do not."""
        number = chat_number(chat)
        if number is None:
            return _NO_ID
        try:
            new = self._write(number, page)
            await self._end_question(number, new)
            place = Place.read(page.place)
            return Sent(receipts.receipt(await self._send(number, new, key, quiet=page.quiet, place=place)))
        except Exception as error:
            return self._outcome(number, error)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Edits what can be edited, removes what has no place any more, and sends the rest."""
        number = chat_number(chat)
        if number is None:
            return _NO_ID
        try:
            return await self._edit(number, receipts.shown(receipt), page, key)
        except Exception as error:
            return self._outcome(number, error)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Deletes the messages; the first of them, the oldest, decides whether Telegram still allows it."""
        number = chat_number(chat)
        if number is None:
            return _NO_ID
        try:
            for item in receipts.shown(receipt):
                if not await self._remove(number, item):
                    return Gone("too old to be deleted")
        except Exception as error:
            return self._outcome(number, error)
        return Sent(receipt)

    def _write(self, chat: int, page: Page) -> tuple[Outgoing, ...]:
        return self._in_private(page) if chat > 0 else self._in_group(page)

    async def _send(
        self, chat: int, new: Sequence[Outgoing], key: str, *, quiet: bool, place: Place = ORDINARY
    ) -> list[Shown]:
        marks = [self._mark(message) for message in new]
        sent = self._lately.sent(chat, key, marks)
        for message, mark in zip(new[len(sent) :], marks[len(sent) :], strict=True):
            if self._lately.doubtful(chat, key, mark):
                raise _Doubt
            leaves = partial(self._lately.leaves, chat, key, mark)
            send = partial(self._send_one, chat, message, leaves, silent=quiet or bool(sent))
            try:
                sent.append(await there(send, place.behind() if sent else place))
            except Exception as error:
                if certain(error):
                    self._lately.stayed(chat, key)
                raise
            self._lately.note(chat, key, mark, sent[-1])
        return sent

    def _marked(self, message: Outgoing) -> str:
        """What tells a message from another one of the same page."""
        word = receipts.word(message)
        return f"{word}{crc32(self._fields(message)):x}" if isinstance(message, TextMessage) else word

    async def _send_one(
        self, chat: int, message: Outgoing, leaves: Callable[[], None], place: Place, *, silent: bool
    ) -> Shown:
        """Sends a message; `leaves` is told when nothing is waited for any more but the server."""
        word = receipts.word(message)

        async def send(sources: Sequence[Source]) -> list[Message]:
            leaves()
            if isinstance(message, AlbumMessage):
                return await self._bot(place.of(sending_album(chat, message.files, sources, silent=silent)))
            assert isinstance(message, FileMessage)
            return [await self._bot(place.of(sending_file(chat, message, sources[0], silent=silent)))]

        match message:
            case TextMessage():
                leaves()
                ids: tuple[int, ...] = (await self._send_text(chat, message, silent=silent, place=place),)
            case FileMessage(file):
                ids = tuple(one.message_id for one in await self._uploads.send((file,), send))
            case AlbumMessage(files):
                ids = tuple(one.message_id for one in await self._uploads.send(files, send))
        if word == ASKING:
            self._asked[chat] = None
            _trim(self._asked)
        return Shown(ids, word)

    async def _send_text(self, chat: int, message: TextMessage, *, silent: bool, place: Place) -> int:
        body = sending_body(chat, self._fields(message), silent=silent, place=place.body)
        sent = await self._session.hurry(
            self._bot, "sendMessage", body, lambda: place.of(sending_text(chat, message, silent=silent))
        )
        if sent is None:
            raise ClientDecodeError("no id", ValueError(), None)
        return sent

    async def _edit_text(self, chat: int, number: int, message: TextMessage) -> bool:
        body = editing_body(chat, number, self._fields(message))
        edited = await self._session.hurry(
            self._bot, "editMessageText", body, lambda: editing_text(chat, number, message)
        )
        return edited is not None

    async def _edit(self, chat: int, old: Sequence[Shown], page: Page, key: str) -> Outcome:
        new = self._write(chat, page)
        kept: list[Shown] = []
        partners = [partner for partner in receipts.pairs(old, new) if partner is not None]
        for message, partner in zip(new, partners, strict=False):
            await self._change(chat, partner, message)
            kept.append(Shown(partner.ids, receipts.word(message)))
        rest = new[len(kept) :]
        for item in old:
            if item in partners or await self._remove(chat, item):
                continue
            if await self._reuse(chat, item, rest):
                kept.append(item)
                rest = rest[1:]
        place = Place.read(page.place).behind()
        sent = await self._send(chat, rest, key, quiet=page.quiet, place=place)
        return Sent(receipts.receipt([*kept, *sent]))

    async def _change(self, chat: int, old: Shown, message: Outgoing) -> None:
        match message:
            case TextMessage():
                await self._modify(self._edit_text(chat, old.ids[0], message))
            case FileMessage(file, caption, keyboard) if old.word == receipts.file_word(file):
                await self._modify(self._bot(editing_caption(chat, old.ids[0], caption, keyboard)))
            case FileMessage():
                await self._change_file(chat, old.ids[0], message)
            case AlbumMessage(files):
                for number, word, file in zip(old.ids, old.words, files, strict=True):
                    if word != receipts.file_word(file):
                        await self._change_file(chat, number, FileMessage(file, file.caption))

    async def _change_file(self, chat: int, number: int, message: FileMessage) -> None:
        async def edit(sources: Sequence[Source]) -> list[Message]:
            result = await self._bot(editing_file(chat, number, message, sources[0]))
            if isinstance(result, bool):
                raise AiogramError  # only for messages sent through inline mode, which we never send
            return [result]

        await self._modify(self._uploads.send((message.file,), edit))

    async def _reuse(self, chat: int, old: Shown, rest: Sequence[Outgoing]) -> bool:
        """A message too old to be deleted takes the next text as its caption (True), or at least loses its own."""
        new = rest[0] if rest else None
        fits = isinstance(new, TextMessage) and receipts.word(new) == TEXT and new.size <= CAPTION_LIMIT
        if old.has_caption and fits and isinstance(new, TextMessage):
            await self._modify(self._bot(editing_caption(chat, old.ids[0], new.html, new.keyboard)))
            return True
        with suppress(TelegramBadRequest):
            if old.word == TEXT:
                await self._bot(editing_text(chat, old.ids[0], TextMessage(NOTHING, 1)))
            elif old.has_caption:
                await self._bot(editing_caption(chat, old.ids[0], "", None))
        return False

    async def _modify(self, request: Awaitable[Message | bool] | Awaitable[list[Message]]) -> None:
        try:
            await request
        except TelegramBadRequest as error:
            if not says(error, NOT_MODIFIED):
                raise

    async def _remove(self, chat: int, item: Shown) -> bool:
        """Whether the message is not there any more; False when it is too old to be deleted."""
        for number in item.ids:
            try:
                await self._bot(DeleteMessage(chat_id=chat, message_id=number))
            except TelegramBadRequest as error:
                if says(error, "can't be deleted"):
                    return False
                if not says(error, NOT_THERE):
                    raise
        return True

    async def _end_question(self, chat: int, new: Sequence[Outgoing]) -> None:
        """Takes away the keyboard that asked for the number, which only a message of its own can do.

        The next page usually has buttons and so no room for it. After a restart the keyboard stays, folded up.
        """
        if chat not in self._asked or any(receipts.word(message) == ASKING for message in new):
            return
        with suppress(AiogramError):
            remover = SendMessage(
                chat_id=chat, text=NOTHING, reply_markup=ReplyKeyboardRemove(), disable_notification=True
            )
            sent = await self._bot(remover)
            self._asked.pop(chat, None)
            await self._bot(DeleteMessage(chat_id=chat, message_id=sent.message_id))

    def _outcome(self, chat: int, error: Exception) -> Outcome:
        if isinstance(error, _Doubt):
            return Uncertain("on its way when the process before this one ended")
        if isinstance(error, FileNotFoundError):
            return Refused("a file of the message is not kept here any more")
        outcome = outcome_of(error)
        if isinstance(outcome, Later):
            before, at = self._flooded
            now = time.monotonic()
            self._flooded = (chat, now)
            # The server does not say which limit was hit: two chats at once mean that it was the bot's own.
            return Later(outcome.seconds, everywhere=chat != before and now - at < 1)
        return outcome


def chat_number(chat: str) -> int | None:
    """The Bot API's id of a chat, None for what is none."""
    return int(chat) if chat.removeprefix("-").isdecimal() else None


def _trim(remembered: OrderedDict[K, V]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
