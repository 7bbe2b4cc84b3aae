"""Makes the messages of a chat show another page: what is there already is left alone, what cannot go is emptied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.methods import DeleteMessage, DeleteMessages
from aiogram.types import Message

from adapters.telegram.blank import instead_of
from adapters.telegram.changes import Single, Turn, changes
from adapters.telegram.methods import Source, editing_body, editing_caption, editing_file, editing_text
from adapters.telegram.outcomes import NOT_MODIFIED, NOT_THERE, says
from adapters.telegram.receipts import ASKING, TEXT, One, word
from adapters.telegram.session import Session
from adapters.telegram.uploads import Uploads
from adapters.telegram.write import CAPTION_LIMIT, NOTHING, FileMessage, Outgoing, TextMessage
from core.chat.leaving import my_turn

Fields = Callable[[TextMessage], bytes]
Word = Callable[[Outgoing], str]
Send = Callable[[Sequence[Outgoing]], Awaitable[list[One]]]
_AT_ONCE = 100
"""Messages that one request can delete."""


class Editing:
    """Edits and deletes for one bot account. Methods raise what the requests raise."""

    def __init__(self, bot: Bot, session: Session, uploads: Uploads, fields: Fields, word: Word) -> None:
        self._bot, self._session, self._uploads, self._fields, self._word = bot, session, uploads, fields, word

    async def turn_into(
        self, chat: int, old: Sequence[One], new: Sequence[Outgoing], send: Send, *, deletes: bool
    ) -> tuple[list[One], int]:
        """The messages that show the page afterwards, and how many keep a file that has no place any more, because
        Telegram lets nobody take it away. `send` sends what could not be made of another message.
        `deletes`: the messages are not too old for it."""
        wanted = changes(old, new, self._word)
        for turn in wanted.turns:
            if turn.needed:
                await my_turn()
                await self._change(chat, turn)
        kept, rest, remain = [turn.after for turn in wanted.turns], wanted.rest, 0
        for one in await self.remove(chat, wanted.gone) if deletes else wanted.gone:
            text = _fits_below(one, rest[0]) if rest else None
            after, empty = await self._empty(chat, one, text)
            remain += not empty
            if after is not None:
                kept.append(after)
                rest = rest[1:]
        return [*kept, *await send(rest)], remain

    async def remove(self, chat: int, messages: Sequence[One], *, all_or_none: bool = False) -> list[One]:
        """Deletes messages; those that Telegram does not delete, as they are too old for it.

        The oldest decides: when it can be deleted the others can, at once. With `all_or_none` nothing else is tried.
        """
        left = sorted(messages, key=lambda one: one.id)
        stay: list[One] = []
        while left:
            oldest = left.pop(0)
            try:
                await self._bot(DeleteMessage(chat_id=chat, message_id=oldest.id))
            except TelegramBadRequest as error:
                if says(error, "can't be deleted"):
                    stay.append(oldest)
                    if all_or_none:
                        break
                elif not says(error, NOT_THERE):
                    raise
                continue
            for start in range(0, len(left), _AT_ONCE):
                numbers = [one.id for one in left[start : start + _AT_ONCE]]
                await self._bot(DeleteMessages(chat_id=chat, message_ids=numbers))
            break
        return stay

    async def _change(self, chat: int, turn: Turn) -> None:
        match turn.new:
            case TextMessage():
                await self._modify(self._edit_text(chat, turn.old.id, turn.new))
            case FileMessage(_, caption, keyboard) if turn.same_file:
                await self._modify(self._bot(editing_caption(chat, turn.old.id, caption, keyboard)))
            case FileMessage():
                await self._change_file(chat, turn.old.id, turn.new)

    async def _edit_text(self, chat: int, number: int, message: TextMessage) -> bool:
        body = editing_body(chat, number, self._fields(message))
        edited = await self._session.hurry(
            self._bot, "editMessageText", body, lambda: editing_text(chat, number, message)
        )
        return edited is not None

    async def _change_file(self, chat: int, number: int, message: FileMessage) -> None:
        async def edit(sources: Sequence[Source]) -> list[Message]:
            result = await self._bot(editing_file(chat, number, message, sources[0]))
            if isinstance(result, bool):
                raise AiogramError  # only for messages sent through inline mode, which we never send
            return [result]

        await self._modify(self._uploads.send((message.file,), edit))

    async def _empty(self, chat: int, old: One, text: TextMessage | None) -> tuple[One | None, bool]:
        """Takes away what a message shows that cannot be deleted, and lets it show a text instead where there is one.

        The message as it is then if it does, and whether nothing of what it showed is left.
        """
        shown: Single | None = None
        file = instead_of(old)
        if old.letter == TEXT:
            shown = text or TextMessage(NOTHING, len(NOTHING))
        elif file is not None:
            shown = FileMessage(replace(file, caption=""), text.html if text else "", text.keyboard if text else None)
        with suppress(TelegramBadRequest):
            if shown is None:
                if old.letter != ASKING:
                    await self._modify(self._bot(editing_caption(chat, old.id, "", None)))
                return None, old.letter == ASKING
            turn = Turn(old, shown, word(shown))
            if turn.needed:
                await my_turn()
                await self._change(chat, turn)
            return (None if text is None else turn.after), True
        return None, False

    async def _modify(self, request: Awaitable[Message | bool] | Awaitable[list[Message]]) -> None:
        try:
            await request
        except TelegramBadRequest as error:
            if not says(error, NOT_MODIFIED):
                raise


def _fits_below(old: One, new: Outgoing) -> TextMessage | None:
    """The text that a message which cannot be deleted can show."""
    if not isinstance(new, TextMessage) or word(new) == ASKING:
        return None
    if old.letter == TEXT:
        return new
    return new if instead_of(old) is not None and new.size <= CAPTION_LIMIT else None
