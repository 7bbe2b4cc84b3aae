"""The requests of the Bot API that send or edit a message; pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aiogram.methods import (
    EditMessageCaption,
    EditMessageMedia,
    EditMessageText,
    SendAudio,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import (
    InlineKeyboardMarkup,
    InputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
)

from adapters.telegram.write import File, FileMessage, Keyboard, TextMessage
from core.chat.files import Media

HTML = "HTML"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Source = str | InputFile
"""The Bot API's id of a file that it has, or the bytes to upload."""
InputMedia = InputMediaPhoto | InputMediaVideo | InputMediaAudio | InputMediaDocument


def sending_text(chat: int, message: TextMessage, *, silent: bool) -> TelegramMethod[Message]:
    """Sends a text."""
    return SendMessage(
        chat_id=chat,
        text=message.html,
        parse_mode=HTML,
        reply_markup=_markup(message.keyboard),
        disable_notification=silent or None,
        link_preview_options=NO_PREVIEW,
    )


def text_fields(message: TextMessage) -> bytes:
    """What the requests that send or edit a text have in common, as the inner part of a JSON object.

    Made once for all who get the same, because aiogram takes longer for it than the rest of a request takes.
    """
    fields: dict[str, Any] = {
        "text": message.html,
        "parse_mode": HTML,
        "link_preview_options": NO_PREVIEW.model_dump(include={"is_disabled"}),
    }
    if message.keyboard is not None:
        fields["reply_markup"] = message.keyboard.fields
    return json.dumps(fields, ensure_ascii=False).encode()[1:-1]


def sending_body(chat: int, fields: bytes, *, silent: bool, place: bytes = b"") -> bytes:
    """The JSON of `sending_text`; `place` as `Place.body`."""
    return b'{"chat_id":%d,%b%b%b}' % (chat, b'"disable_notification":true,' if silent else b"", place, fields)


def editing_body(chat: int, number: int, fields: bytes) -> bytes:
    """The JSON of `editing_text`, for a message without a keyboard that asks."""
    return b'{"chat_id":%d,"message_id":%d,%b}' % (chat, number, fields)


def sending_file(chat: int, message: FileMessage, source: Source, *, silent: bool) -> TelegramMethod[Message]:
    """Sends a file with its caption."""
    file, caption, markup, hush = message.file, message.caption or None, _markup(message.keyboard), silent or None
    match file.media:
        case Media.PHOTO:
            return SendPhoto(
                chat_id=chat,
                photo=source,
                caption=caption,
                parse_mode=HTML,
                reply_markup=markup,
                disable_notification=hush,
            )
        case Media.VIDEO:
            return SendVideo(
                chat_id=chat,
                video=source,
                width=file.width,
                height=file.height,
                duration=file.seconds,
                caption=caption,
                parse_mode=HTML,
                reply_markup=markup,
                disable_notification=hush,
            )
        case Media.AUDIO | Media.VOICE:
            return _sending_sound(chat, message, source, silent=silent)
        case Media.DOCUMENT:
            return SendDocument(
                chat_id=chat,
                document=source,
                disable_content_type_detection=True,
                caption=caption,
                parse_mode=HTML,
                reply_markup=markup,
                disable_notification=hush,
            )


def _sending_sound(chat: int, message: FileMessage, source: Source, *, silent: bool) -> TelegramMethod[Message]:
    file, caption, markup, hush = message.file, message.caption or None, _markup(message.keyboard), silent or None
    if file.media is Media.VOICE:
        return SendVoice(
            chat_id=chat,
            voice=source,
            duration=file.seconds,
            caption=caption,
            parse_mode=HTML,
            reply_markup=markup,
            disable_notification=hush,
        )
    return SendAudio(
        chat_id=chat,
        audio=source,
        duration=file.seconds,
        caption=caption,
        parse_mode=HTML,
        reply_markup=markup,
        disable_notification=hush,
    )


def sending_album(chat: int, files: Sequence[File], sources: Sequence[Source], *, silent: bool) -> SendMediaGroup:
    """Sends an album."""
    media = [input_media(file, source, file.caption) for file, source in zip(files, sources, strict=True)]
    return SendMediaGroup(chat_id=chat, media=list(media), disable_notification=silent or None)


def editing_text(chat: int, number: int, message: TextMessage) -> TelegramMethod[Message | bool]:
    """Shows a text in place of another."""
    return EditMessageText(
        chat_id=chat,
        message_id=number,
        text=message.html,
        parse_mode=HTML,
        reply_markup=_inline(message.keyboard),
        link_preview_options=NO_PREVIEW,
    )


def editing_caption(chat: int, number: int, caption: str, keyboard: Keyboard | None) -> TelegramMethod[Message | bool]:
    """Changes the caption and the buttons of a file."""
    return EditMessageCaption(
        chat_id=chat, message_id=number, caption=caption or None, parse_mode=HTML, reply_markup=_inline(keyboard)
    )


def editing_file(chat: int, number: int, message: FileMessage, source: Source) -> TelegramMethod[Message | bool]:
    """Shows a file with its caption in place of another."""
    media = input_media(message.file, source, message.caption)
    return EditMessageMedia(chat_id=chat, message_id=number, media=media, reply_markup=_inline(message.keyboard))


def _markup(keyboard: Keyboard | None) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if keyboard is None or not keyboard.asks:
        return _inline(keyboard)
    return ReplyKeyboardMarkup.model_validate(keyboard.fields)


def _inline(keyboard: Keyboard | None) -> InlineKeyboardMarkup | None:
    """What an edit can have: a keyboard that asks can only be sent."""
    return None if keyboard is None or keyboard.asks else InlineKeyboardMarkup.model_validate(keyboard.fields)


def input_media(file: File, source: Source, caption: str = "") -> InputMedia:
    """A file as an album and an edit name it; a voice message can be in neither."""
    words, mode = caption or None, HTML if caption else None
    match file.media:
        case Media.PHOTO:
            return InputMediaPhoto(media=source, caption=words, parse_mode=mode)
        case Media.VIDEO:
            return InputMediaVideo(
                media=source,
                caption=words,
                parse_mode=mode,
                width=file.width,
                height=file.height,
                duration=file.seconds,
            )
        case Media.AUDIO:
            return InputMediaAudio(media=source, caption=words, parse_mode=mode, duration=file.seconds)
        case Media.DOCUMENT | Media.VOICE:
            return InputMediaDocument(media=source, caption=words, parse_mode=mode, disable_content_type_detection=True)
