"""An update of the Bot API as an event of the core: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, InaccessibleMessage, Message, Update, User

from adapters.telegram.entities import blocks
from adapters.telegram.place import place_text
from core.chat.cleaning import clean, clean_file_name, clean_name
from core.chat.events import (
    Attached,
    Edited,
    Event,
    Joined,
    Left,
    Moved,
    Pressed,
    Said,
    SharedContact,
    Unreadable,
    Wordless,
)
from core.chat.files import Attachment, Loss, Media

NAME = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
DOWNLOAD_LIMIT = 20 * 2**20
"""Bytes of a file that the Bot API lets a bot fetch."""

_WORDLESS = (
    *("sticker", "location", "venue", "poll", "dice", "game", "story", "paid_media", "checklist"),
    *("invoice", "giveaway", "gift", "unique_gift"),
)
_ABSENT = ("left", "kicked")


@dataclass(frozen=True, slots=True)
class Received:
    """An event; `file` is the Bot API's id of the file whose content an `Attached` still lacks."""

    event: Event
    file: str = ""


class _Common(TypedDict):
    messenger: str
    id: str
    at: datetime
    account: str
    chat: str
    private: bool
    name: str
    language: str | None


def read(update: Update, at: datetime, username: str = "") -> Received | None:
    """The event of an update, None for what is of no interest. `at`: when it came, for those that do not say.

    `username` is the bot's own; what a group says to a bot of another name is of no interest.
    """
    if update.message is not None:
        return None if _for_another(update.message, username) else _message(update, update.message)
    if update.edited_message is not None:
        return _edited(update, update.edited_message)
    if update.callback_query is not None:
        return _pressed(update, update.callback_query, at)
    if update.my_chat_member is not None:
        return _membership(update, update.my_chat_member)
    if update.chat_member is not None:
        return _membership(update, update.chat_member)
    return None


def _common(update: Update, at: datetime, chat: Chat, user: User) -> _Common:
    return _Common(
        messenger=NAME,
        id=str(update.update_id),
        at=at,
        account=str(user.id),
        chat=str(chat.id),
        private=chat.type == "private",
        name=clean_name(user.full_name),
        language=user.language_code,
    )


def _for_another(message: Message, username: str) -> bool:
    """Whether it is a command for another bot of the group."""
    first = (message.entities or (None,))[0]
    if message.chat.type == "private" or not username or first is None or not message.text:
        return False
    if first.type != "bot_command" or first.offset:
        return False
    _, at, named = message.text[: first.length].partition("@")
    return bool(at) and named.casefold() != username.casefold()


def _place(message: Message | InaccessibleMessage) -> str:
    """Where an answer belongs: the topic of a forum, and in a group below what it answers."""
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return place_text(topic, None if message.chat.type == "private" else message.message_id)


def _message(update: Update, message: Message) -> Received | None:
    user = message.from_user
    if user is None:
        return None
    common = _common(update, message.date, message.chat, user)
    if message.migrate_to_chat_id is not None:
        return Received(Moved(**common, to=str(message.migrate_to_chat_id)))
    if user.is_bot:
        return None
    native, place = str(message.message_id), _place(message)
    reply_to = None if message.reply_to_message is None else str(message.reply_to_message.message_id)
    if message.text is not None:
        rich = blocks(message.text, message.entities or ())
        return Received(
            Said(**common, text=clean(message.text), rich=rich, message=native, reply_to=reply_to, place=place)
        )
    found = _attachment(message)
    if found is not None:
        attachment, file = found
        event = Attached(
            **common,
            attachment=attachment,
            caption=clean(message.caption or ""),
            rich=blocks(message.caption or "", message.caption_entities or ()),
            album=message.media_group_id,
            message=native,
            reply_to=reply_to,
            place=place,
        )
        return Received(event, file if attachment.loss is None else "")
    if message.contact is not None:
        own = message.contact.user_id == user.id and message.forward_origin is None
        phone = message.contact.phone_number
        if own and phone.isdecimal():
            phone = f"+{phone}"  # an account's own number is international, with or without the sign
        return Received(SharedContact(**common, phone=phone, own=own))
    if any(getattr(message, kind, None) is not None for kind in _WORDLESS):
        return Received(Wordless(**common, message=native, reply_to=reply_to, place=place))
    if message.content_type == ContentType.UNKNOWN and common["private"]:
        return Received(Unreadable(**common, message=native, unknown=True))
    return None


def unreadable(update: object, at: datetime) -> Event | None:
    """What is known of a private message that is in no form of the Bot API: enough to answer whoever sent it."""
    message = _fields(_fields(update).get("message"))
    sender, chat = _fields(message.get("from")), _fields(message.get("chat"))
    numbers = (_fields(update).get("update_id"), message.get("message_id"), sender.get("id"), chat.get("id"))
    if chat.get("type") != "private" or sender.get("is_bot") or not all(type(number) is int for number in numbers):
        return None
    id, native, account, place = map(str, numbers)
    return Unreadable(messenger=NAME, id=id, at=at, account=account, chat=place, message=native, unknown=True)


def press_of(update: object) -> str | None:
    """The id by which a press is answered, also one that cannot be read."""
    press = _fields(_fields(update).get("callback_query")).get("id")
    return press if isinstance(press, str) else None


def _fields(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _edited(update: Update, message: Message) -> Received | None:
    text = message.text if message.text is not None else message.caption
    if text is None and _attachment(message) is not None:
        text = ""  # its caption was taken away
    if message.from_user is None or message.from_user.is_bot or text is None:
        return None
    common = _common(update, message.date, message.chat, message.from_user)
    rich = blocks(text, message.entities or message.caption_entities or ())
    return Received(Edited(**common, message=str(message.message_id), text=clean(text), rich=rich))


def _pressed(update: Update, query: CallbackQuery, at: datetime) -> Received | None:
    if query.message is None or query.data is None:
        return None
    common = _common(update, at, query.message.chat, query.from_user)
    if common["private"]:
        # A private chat has its person's number. Whoever else presses a button of it is answered in their own.
        common["chat"] = common["account"]
    topic = _place(query.message).partition("/")[0]  # the menu itself is no question that is answered
    place = f"{topic}/" if topic else ""
    return Received(
        Pressed(**common, data=query.data, message=str(query.message.message_id), press=query.id, place=place)
    )


def _membership(update: Update, change: ChatMemberUpdated) -> Received | None:
    """In a private chat the bot's own standing says whether the person blocked it; in a group, who came or left."""
    private = change.chat.type == "private"
    common = _common(update, change.date, change.chat, change.from_user if private else change.new_chat_member.user)
    before, after = str(change.old_chat_member.status), str(change.new_chat_member.status)
    if (before in _ABSENT) == (after in _ABSENT):
        return None
    if after in _ABSENT:
        return Received(Left(**common, reason="bot was blocked by the user" if private else after))
    return Received(Joined(**common))


def _attachment(message: Message) -> tuple[Attachment, str] | None:
    """The file of a message, not fetched yet, and the Bot API's id of it."""
    if message.photo:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        return _file(
            Media.PHOTO, photo.file_id, photo.file_size, "photo.jpg", "image/jpeg", pixels=(photo.width, photo.height)
        )
    if (voice := message.voice) is not None:
        mime = voice.mime_type or "audio/ogg"
        return _file(Media.VOICE, voice.file_id, voice.file_size, "voice.ogg", mime, seconds=voice.duration)
    if (audio := message.audio) is not None:
        name, mime = audio.file_name or "audio.mp3", audio.mime_type or "audio/mpeg"
        return _file(Media.AUDIO, audio.file_id, audio.file_size, name, mime, seconds=audio.duration)
    if (note := message.video_note) is not None:
        pixels = (note.length, note.length)
        return _file(
            Media.VIDEO, note.file_id, note.file_size, "video.mp4", "video/mp4", pixels=pixels, seconds=note.duration
        )
    if (film := message.animation or message.video) is not None:
        name, mime = film.file_name or "video.mp4", film.mime_type or "video/mp4"
        pixels = (film.width, film.height)
        return _file(Media.VIDEO, film.file_id, film.file_size, name, mime, pixels=pixels, seconds=film.duration)
    if (document := message.document) is not None:
        name, mime = document.file_name or "file", document.mime_type or "application/octet-stream"
        return _file(Media.DOCUMENT, document.file_id, document.file_size, name, mime)
    return None


def _file(
    media: Media,
    file: str,
    size: int | None,
    name: str,
    mime: str,
    *,
    pixels: tuple[int, int] | None = None,
    seconds: int | None = None,
) -> tuple[Attachment, str]:
    width, height = pixels or (None, None)
    attachment = Attachment(
        media=media,
        name=clean_file_name(name),
        mime=mime[:100],
        size=size or 0,
        width=width,
        height=height,
        seconds=seconds,
        loss=Loss.TOO_LARGE if (size or 0) > DOWNLOAD_LIMIT else None,
    )
    return attachment, file
