"""Sends, edits and deletes the messages of a page.

A page that is tried again with the same key goes on where it stopped, also after a restart of the process.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import AiogramError, ClientDecodeError
from aiogram.methods import DeleteMessage, SendChatAction, SendMessage
from aiogram.types import Message, ReplyKeyboardRemove

from adapters.telegram import receipts
from adapters.telegram.capabilities import DELETED_WITHIN
from adapters.telegram.editing import Editing
from adapters.telegram.lately import Lately
from adapters.telegram.methods import (
    Source,
    sending_album,
    sending_body,
    sending_file,
    sending_text,
    text_fields,
)
from adapters.telegram.outcomes import certain, outcome_of
from adapters.telegram.place import Place, there
from adapters.telegram.receipts import ASKING, One, Shown
from adapters.telegram.repeated import Repeated
from adapters.telegram.session import Session
from adapters.telegram.uploads import Uploads
from adapters.telegram.write import (
    NOTHING,
    AlbumMessage,
    File,
    FileMessage,
    Outgoing,
    TextMessage,
    messages,
)
from core.chat.clock import Clock
from core.chat.files import Files, Media
from core.chat.leaving import my_turn
from core.chat.messenger import Gone, Later, Outcome, Receipt, Refused, Sent, Uncertain, Unreachable
from core.chat.pages import Page

K = TypeVar("K")
V = TypeVar("V")
_REMEMBERED = 10_000
_ACTIONS = {
    Media.PHOTO: "upload_photo",
    Media.VIDEO: "upload_video",
    Media.DOCUMENT: "upload_document",
    Media.AUDIO: "upload_voice",
    Media.VOICE: "upload_voice",
}
_NO_ID = Unreachable("Telegram reaches accounts by their number only")


class _Doubt(Exception):
    """A message may have been sent by a process that has ended since."""


class Outbound:
    """The way out of one bot account."""

    def __init__(self, bot: Bot, session: Session, files: Files, lately: Lately, clock: Clock) -> None:
        self._bot, self._session, self._lately, self._clock = bot, session, lately, clock
        self._uploads = Uploads(files)
        self._asked: OrderedDict[int, None] = OrderedDict()
        self._in_private = Repeated[Page, tuple[Outgoing, ...]](partial(messages, private=True))
        self._in_group = Repeated[Page, tuple[Outgoing, ...]](partial(messages, private=False))
        self._fields = Repeated[TextMessage, bytes](text_fields)
        self._mark = Repeated[Outgoing, str](receipts.word)
        self._editing = Editing(bot, session, self._uploads, self._fields, self._mark)
        self._flooded: tuple[int, float] = (0, -1.0)

    async def send(self, chat: str, page: Page, key: str) -> Outcome:
        """Sends a page; the first message sounds, the others do not."""
        number = chat_number(chat)
        if number is None:
            return _NO_ID
        try:
            new = self._write(number, page)
            await self._end_question(number, new)
            sent = await self._send(number, new, page, key, Place.read(page.place), quiet=page.quiet)
            return Sent(receipts.receipt(sent, self._clock.now()))
        except Exception as error:
            return self._outcome(number, error)

    async def edit(self, chat: str, receipt: Receipt, page: Page, key: str) -> Outcome:
        """Edits what has changed, removes what has no place any more, and sends the rest without a sound."""
        number = chat_number(chat)
        if number is None:
            return _NO_ID
        try:
            place = Place.read(page.place).behind()
            send = partial(self._send, number, page=page, key=key, place=place, quiet=True)
            now, since = self._clock.now(), receipts.since(receipt)
            shown, remain = await self._editing.turn_into(
                number,
                receipts.shown(receipt),
                self._write(number, page),
                send,
                deletes=since is None or now - since < DELETED_WITHIN,
            )
            return Sent(receipts.receipt(shown, now if since is None else since), remain)
        except Exception as error:
            return self._outcome(number, error)

    async def delete(self, chat: str, receipt: Receipt) -> Outcome:
        """Deletes the messages; the first of them, the oldest, decides whether Telegram still allows it."""
        number = chat_number(chat)
        if number is None:
            return _NO_ID
        try:
            if await self._editing.remove(number, receipts.shown(receipt), all_or_none=True):
                return Gone("too old to be deleted")
        except Exception as error:
            return self._outcome(number, error)
        return Sent(receipt)

    def _write(self, chat: int, page: Page) -> tuple[Outgoing, ...]:
        return self._in_private(page) if chat > 0 else self._in_group(page)

    async def _send(
        self, chat: int, new: Sequence[Outgoing], page: Page, key: str, place: Place, *, quiet: bool
    ) -> list[One]:
        marks = [self._mark(message) for message in new]
        sent = self._lately.sent(chat, key, marks)
        for message, mark in zip(new[len(sent) :], marks[len(sent) :], strict=True):
            if self._lately.doubtful(chat, key, mark):
                raise _Doubt
            if page.asked:
                await self._tell_upload(chat, message)
            await my_turn(len(message.files) if isinstance(message, AlbumMessage) else 1)
            leaves = partial(self._lately.leaves, chat, key, mark)
            send = partial(self._send_one, chat, message, leaves, silent=quiet or bool(sent))
            try:
                sent.append(await there(send, place.behind() if sent else place))
            except Exception as error:
                if certain(error):
                    self._lately.stayed(chat, key)
                raise
            self._lately.note(chat, key, mark, sent[-1])
        return [one for shown in sent for one in receipts.ones(shown)]

    async def _tell_upload(self, chat: int, message: Outgoing) -> None:
        """Shows whoever waits for a file that it is on its way."""
        files = () if isinstance(message, TextMessage) else _files(message)
        if files and not self._uploads.knows(files):
            with suppress(AiogramError):
                await self._bot(SendChatAction(chat_id=chat, action=_ACTIONS[files[0].media]))

    async def _send_one(
        self, chat: int, message: Outgoing, leaves: Callable[[], None], place: Place, *, silent: bool
    ) -> Shown:
        """Sends a message; `leaves` is told when nothing is waited for any more but the server."""
        word = self._mark(message)

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
            case FileMessage() | AlbumMessage():
                ids = tuple(one.message_id for one in await self._uploads.send(_files(message), send))
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

    async def _end_question(self, chat: int, new: Sequence[Outgoing]) -> None:
        """Takes away the keyboard that asked for the number, which only a message of its own can do.

        The next page usually has buttons and so no room for it. After a restart the keyboard stays, folded up.
        """
        if chat not in self._asked or any(self._mark(message) == ASKING for message in new):
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


def _files(message: FileMessage | AlbumMessage) -> tuple[File, ...]:
    return message.files if isinstance(message, AlbumMessage) else (message.file,)


def _trim(remembered: OrderedDict[K, V]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
