"""A clear event of a Matrix timeline as an event of the core: pure, and trusting nothing of what strangers wrote."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from adapters.matrix.extensible import POLLS, fields_of, poll_text, string_of
from adapters.matrix.parse import formatted
from adapters.matrix.verifying import REQUEST
from core.chat.blocks import Block
from core.chat.cleaning import clean, clean_file_name, clean_name
from core.chat.events import Attached, Chosen, Deleted, Doubted, Edited, Event, Said, Wordless
from core.chat.files import Attachment, Loss, Media

NAME = "matrix"
DOWNLOAD_LIMIT = 50 * 2**20
"""Bytes of a file that is fetched: what a homeserver takes unless it is told otherwise."""
SIGN_LIMIT = 32
"""Characters of a reaction: more than any emoji has."""

_ID_LIMIT = 255
_LATEST = 4_102_444_800_000  # the year 2100
_SILENT = ("m.notice", "m.server_notice", REQUEST)
"""Kinds of message that programs write to programs, or to nobody: they get no answer."""
_WORDLESS = ("m.location", "m.emote")
_MEDIA = {
    "m.image": (Media.PHOTO, "image/jpeg"),
    "m.audio": (Media.AUDIO, "audio/mpeg"),
    "m.video": (Media.VIDEO, "video/mp4"),
    "m.file": (Media.DOCUMENT, "application/octet-stream"),
}
_VOICE = ("m.voice", "org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2")
_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_MXC = re.compile(
    r"mxc://(?:[A-Za-z0-9][A-Za-z0-9.-]{0,229}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
    r"/[A-Za-z0-9_-][A-Za-z0-9_.~=-]{0,254}"
)
_SECRET = re.compile(r"[A-Za-z0-9+/_-]{16,88}={0,2}")
_QUOTED = re.compile(r"> (?:\* )?<[@!][^>\n]*>")
"""How the quotation begins that older clients put before a reply; a person's own quotation names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an event came: the core's id of the chat, and the display name of the sender where known."""

    chat: str
    private: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the content of an attachment lies, and the `file` object that decrypts it."""

    mxc: str
    keys: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Received:
    """An event; `source` is of the file whose content an `Attached` still lacks."""

    event: Event
    source: Source | None = None


class _Common(TypedDict):
    messenger: str
    id: str
    at: datetime
    account: str
    chat: str
    private: bool
    name: str


@dataclass(frozen=True, slots=True)
class _Relation:
    """What `m.relates_to` says: `kind` of relation to the event `to`, and the message that is answered."""

    kind: str = ""
    to: str = ""
    reply_to: str | None = None
    answers: bool = False
    """Whether it quotes another message, be it only for clients without threads."""


def read(event: Mapping[str, object], place: Place) -> Received | None:
    """The core's event, None for what is of no interest or malformed; `event` is decrypted. Never raises."""
    if not isinstance(event, Mapping) or "state_key" in event:
        return None
    id, account, kind = _id(event.get("event_id")), _id(event.get("sender")), string_of(event.get("type"))
    content = fields_of(event.get("content"))
    if not id or not account or (not content and kind != "m.room.redaction"):
        return None
    common = _Common(
        messenger=NAME,
        id=id,
        at=_moment(event.get("origin_server_ts")),
        account=account,
        chat=place.chat,
        private=place.private,
        name=clean_name(place.name),
    )
    if kind == "m.room.redaction":
        target = _id(content.get("redacts")) or _id(event.get("redacts"))
        return Received(Deleted(**common, message=target)) if target else None
    if fields_of(event.get("unsigned")).get("redacted_because"):
        return None
    return _of_content(kind, content, common)


def _of_content(kind: str, content: Mapping[str, object], common: _Common) -> Received | None:
    relation = _relation(content.get("m.relates_to"))
    if kind == "m.reaction":
        sign = clean(string_of(fields_of(content.get("m.relates_to")).get("key")))
        if relation.kind != "m.annotation" or not relation.to or not 0 < len(sign) <= SIGN_LIMIT:
            return None
        return Received(Chosen(**common, sign=sign, message=relation.to, press=common["id"]))
    if kind not in ("m.room.message", "m.sticker", *POLLS):
        return None
    if relation.kind == "m.replace":
        return _edited(content, relation, common)
    if kind in POLLS:
        return _said(poll_text(content), content, relation, common)
    if kind == "m.sticker":
        return _wordless(relation, common)
    return _message(content, relation, common)


def _message(content: Mapping[str, object], relation: _Relation, common: _Common) -> Received | None:
    kind, body = string_of(content.get("msgtype")), clean(string_of(content.get("body")))
    if kind == REQUEST and common["private"]:
        return Received(Doubted(**common, message=common["id"]))
    if kind in _SILENT or not (kind or body):
        return None
    if relation.answers:
        body = _without_quotation(body)
    if kind in _MEDIA:
        return _attached(kind, body, content, relation, common)
    if kind in _WORDLESS or not body.strip():
        return _wordless(relation, common)
    return _said(body, content, relation, common)


def _wordless(relation: _Relation, common: _Common) -> Received:
    place = _place(relation, common)
    return Received(Wordless(**common, message=common["id"], reply_to=relation.reply_to, place=place))


def _said(text: str, content: Mapping[str, object], relation: _Relation, common: _Common) -> Received:
    return Received(
        Said(
            **common,
            text=text,
            rich=_rich(content, text),
            message=common["id"],
            reply_to=relation.reply_to,
            place=_place(relation, common),
        )
    )


def _edited(content: Mapping[str, object], relation: _Relation, common: _Common) -> Received | None:
    new = fields_of(content.get("m.new_content"))
    body = new.get("body")
    if not relation.to or not isinstance(body, str) or string_of(new.get("msgtype")) in _SILENT:
        return None
    text = clean(body)
    if string_of(new.get("msgtype")) in _MEDIA:
        filename = clean(string_of(new.get("filename")))
        text = text if filename and filename != text else ""
    return Received(Edited(**common, message=relation.to, text=text, rich=_rich(new, text)))


def _rich(content: Mapping[str, object], text: str) -> tuple[Block, ...]:
    """The formatting of a text; empty where there is none."""
    marked = text and content.get("format") == "org.matrix.custom.html"
    return formatted(string_of(content.get("formatted_body")), text) if marked else ()


def _relation(value: object) -> _Relation:
    found = fields_of(value)
    kind, to = string_of(found.get("rel_type")), _id(found.get("event_id"))
    answered = _id(fields_of(found.get("m.in_reply_to")).get("event_id"))
    falling_back = kind == "m.thread" and found.get("is_falling_back") is True
    return _Relation(kind, to, (answered or None) if not falling_back else None, bool(answered))


def _place(relation: _Relation, common: _Common) -> str:
    if relation.kind == "m.thread" and relation.to:
        return f"thread:{relation.to}"
    return "" if common["private"] else f"reply:{common['id']}"


def _without_quotation(body: str) -> str:
    if not _QUOTED.match(body):
        return body
    lines = body.split("\n")
    first = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).removeprefix("\n")


def _attached(
    kind: str, body: str, content: Mapping[str, object], relation: _Relation, common: _Common
) -> Received | None:
    filename = clean(string_of(content.get("filename")))
    file, found = _attachment(kind, filename or body, content), _source(content)
    if file.loss is None and found is None:
        file = Attachment(media=file.media, name=file.name, mime=file.mime, size=file.size, loss=Loss.NOT_FETCHED)
    caption = body if filename and filename != body else ""
    event = Attached(
        **common,
        attachment=file,
        caption=caption,
        rich=_rich(content, caption),
        message=common["id"],
        place=_place(relation, common),
        reply_to=relation.reply_to,
    )
    return Received(event, found if file.loss is None else None)


def _attachment(kind: str, name: str, content: Mapping[str, object]) -> Attachment:
    info = fields_of(content.get("info"))
    media, usual = _MEDIA[kind]
    name = clean_file_name(name)
    mime = string_of(info.get("mimetype")).lower().partition(";")[0].strip()
    if mime == "image/jpg":
        mime = "image/jpeg"
    if not _MIME.fullmatch(mime):
        mime = mimetypes.guess_type(name)[0] or usual
    if media is Media.AUDIO and any(key in content for key in _VOICE):
        media = Media.VOICE
    fits = mime in _PICTURES if media is Media.PHOTO else mime.partition("/")[0] == usual.partition("/")[0]
    size = _count(info.get("size"), 2**40) or 0
    length = _count(info.get("duration"), 7 * 86_400_000)
    return Attachment(
        media=media if fits else Media.DOCUMENT,
        name=name,
        mime=mime,
        size=size,
        width=_count(info.get("w"), 100_000),
        height=_count(info.get("h"), 100_000),
        seconds=None if length is None else max(1, round(length / 1000)),
        loss=Loss.TOO_LARGE if size > DOWNLOAD_LIMIT else None,
    )


def _source(content: Mapping[str, object]) -> Source | None:
    """Where the content lies; None when that, or what decrypts it, is malformed."""
    if "file" not in content:
        address = string_of(content.get("url"))
        return Source(address, None) if _MXC.fullmatch(address) else None
    file = fields_of(content["file"])
    address, key, vector = string_of(file.get("url")), fields_of(file.get("key")).get("k"), file.get("iv")
    digest = fields_of(file.get("hashes")).get("sha256")
    if not _MXC.fullmatch(address) or not all(_SECRET.fullmatch(string_of(part)) for part in (key, vector, digest)):
        return None
    return Source(address, {"url": address, "key": {"k": key}, "iv": vector, "hashes": {"sha256": digest}})


def _id(value: object) -> str:
    """An opaque id; empty when it is none, or could not be stored."""
    id = string_of(value)
    return id if len(id) <= _ID_LIMIT and id.isprintable() and not id.isspace() else ""


def _count(value: object, most: int) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most else None


def _moment(value: object) -> datetime:
    """Milliseconds since 1970, as the sender's server claims; what is no such number becomes 1970."""
    milliseconds = value if isinstance(value, int) and not isinstance(value, bool) else 0
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=min(max(milliseconds, 0), _LATEST))
