"""What a browser sent, as events: pure, and trusting nothing."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from adapters.webchat.marks import marked
from core.chat.blocks import Block
from core.chat.cleaning import clean, clean_file_name
from core.chat.events import Attached, Pressed, Said, SharedContact
from core.chat.files import Attachment, Loss, Media
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase

NAME = "web"
TEXT_LIMIT = 100_000
"""Characters of one message."""
DATA_LIMIT = 256
"""Characters of a button's data: more than any button of ours carries."""
FILE_LIMIT = 20 * 2**20
"""Bytes of one file."""

_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_SOUNDS = frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/webm", "audio/aac", "audio/flac"})
_FILMS = frozenset({"video/mp4", "video/webm", "video/ogg"})


class Malformed(Exception):
    """What was sent cannot become an event; `reason` is for the person."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends, when, and in which language the page is."""

    account: str
    name: str
    language: str
    at: datetime


def said(form: Mapping[str, str], sender: Sender, message: str) -> Said:
    """A text, with what its marks mean. `Malformed` when it is empty or too long."""
    text, rich = _formatted(_text(form.get("text", "")))
    return Said(
        messenger=NAME,
        id=_event_id(form),
        at=sender.at,
        account=sender.account,
        chat=sender.account,
        name=sender.name,
        language=sender.language,
        text=text,
        rich=rich,
        message=message,
        reply_to=_reply_to(form),
    )


def pressed(form: Mapping[str, str], sender: Sender) -> Pressed:
    """A press of a button. The event's id is also the id by which it is acknowledged."""
    data, message = form.get("data", ""), form.get("message", "")
    if not 0 < len(data) <= DATA_LIMIT or "\0" in data or not re.fullmatch(r"[0-9]{1,15}", message):
        raise Malformed(phrase("This button does not work."))
    id = _event_id(form)
    return Pressed(
        messenger=NAME,
        id=id,
        at=sender.at,
        account=sender.account,
        chat=sender.account,
        name=sender.name,
        language=sender.language,
        data=data,
        message=message,
        press=id,
    )


def shared(form: Mapping[str, str], sender: Sender) -> SharedContact:
    """The person's own number as they typed it; the demo's people vouch for themselves."""
    phone = form.get("phone", "").strip()
    if not re.fullmatch(r"\+?[0-9 ()\-]{5,30}", phone):
        raise Malformed(phrase("Write the number in digits, such as +7 900 123-45-67."))
    return SharedContact(
        messenger=NAME,
        id=_event_id(form),
        at=sender.at,
        account=sender.account,
        chat=sender.account,
        name=sender.name,
        language=sender.language,
        phone=phone,
        own=True,
    )


def attached(form: Mapping[str, str], sender: Sender, files: list[Attachment], message: str) -> tuple[Attached, ...]:
    """One event for each file; the caption goes with the first."""
    caption = _cleaned(form.get("text", ""))
    if len(caption) > TEXT_LIMIT:
        raise Malformed(_too_long())
    caption, rich = _formatted(caption)
    first = _event_id(form)
    return tuple(
        Attached(
            messenger=NAME,
            id=first if position == 0 else f"{first}:{position}",
            at=sender.at,
            account=sender.account,
            chat=sender.account,
            name=sender.name,
            language=sender.language,
            attachment=file,
            caption=caption if position == 0 else "",
            rich=rich if position == 0 else (),
            album=first if len(files) > 1 else None,
            message=message,
            reply_to=_reply_to(form),
        )
        for position, file in enumerate(files)
    )


def attachment(name: str, declared: str, size: int, content: str, loss: Loss | None = None) -> Attachment:
    """A file as the browser described it, with a name that is safe to show and to save under."""
    name = clean_file_name(name)
    mime = _mime(name, declared)
    return Attachment(media=media_of(mime), name=name, mime=mime, size=size, content=content, loss=loss)


def media_of(mime: str) -> Media:
    """How a file of a kind is shown; everything that a browser does not show safely is a document."""
    if mime in _PICTURES:
        return Media.PHOTO
    if mime in _SOUNDS:
        return Media.AUDIO
    return Media.VIDEO if mime in _FILMS else Media.DOCUMENT


def _mime(name: str, declared: str) -> str:
    mime = declared.partition(";")[0].strip().lower()
    if not _MIME.fullmatch(mime) or mime == "application/octet-stream":
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return mime


def _text(text: str) -> str:
    text = _cleaned(text)
    if not text:
        raise Malformed(phrase("Write something first."))
    if len(text) > TEXT_LIMIT:
        raise Malformed(_too_long())
    return text


def _formatted(text: str) -> tuple[str, tuple[Block, ...]]:
    """A text without its marks, and as rich text where it has any. A command has none."""
    rich = () if text.startswith(("/", "!")) else marked(text)
    return (plain(rich), rich) if rich else (text, ())


def _reply_to(form: Mapping[str, str]) -> str | None:
    to = form.get("reply_to", "")
    return to if re.fullmatch(r"[0-9]{1,15}", to) else None


def _too_long() -> Phrase:
    return phrase(
        "This text is too long. A message holds {limit} characters; send the rest separately.", limit=TEXT_LIMIT
    )


def _cleaned(text: str) -> str:
    return clean(text).strip()


def _event_id(form: Mapping[str, str]) -> str:
    """The page's own id, so that a request sent again is known; a new one where the page gave none."""
    try:
        return str(UUID(form.get("id", "")))
    except ValueError:
        return str(uuid4())
