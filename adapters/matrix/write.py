"""A page as the contents of Matrix events: texts, files, edits and the reactions of a menu; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from adapters.matrix.html import html_of, says_more, sendable
from core.chat.addresses import written
from core.chat.blocks import Block
from core.chat.files import Attachment, Draft, Media
from core.chat.pages import Page, Part

CONTENT_LIMIT = 40_000
"""Bytes of a content: an event holds 65,536 of them, encryption takes a third more, and the server adds its own."""
SEEDS_LIMIT = 8
"""Some clients fold or hide the reactions beyond."""
NOTHING = "…"
"""Stands where a text is due and there is none."""

_FALLBACK = 200
_NAME_LIMIT = 200
_LONGEST_ID = "$" * 255
_KINDS = {Media.PHOTO: "m.image", Media.VIDEO: "m.video", Media.VOICE: "m.audio", Media.AUDIO: "m.audio"}


@dataclass(frozen=True, slots=True)
class TextMessage:
    """The content of a text."""

    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A file to upload; `file_content` writes its content afterwards."""

    file: Attachment | Draft


Outgoing = TextMessage | FileMessage


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What the server keeps of a file. `keys` open it when it was encrypted; `size` (bytes), `mime` and the pixels are
    those of the file before."""

    mxc: str
    keys: Mapping[str, Any] | None
    size: int
    mime: str
    width: int | None = None
    height: int | None = None


def messages(page: Page) -> list[Outgoing]:
    """The messages that a page becomes, in order; the last text carries the menu."""
    return [message for part in page.parts for message in _part(part, quiet=page.quiet or page.asked)]


def seeds(page: Page) -> tuple[str, ...]:
    """The reactions that the bot gives to its own menu so that people can press them, in order."""
    return tuple(dict.fromkeys(choice.sign for choice in page.choices if choice.sign))[:SEEDS_LIMIT]


def file_content(file: Attachment | Draft, uploaded: Uploaded, thumbnail: Uploaded | None) -> dict[str, Any]:
    """The content of an uploaded file; the name as the whole body says that there is no caption."""
    name = sendable(PurePath(file.name).name)[-_NAME_LIMIT:] or "file"
    info = _info(uploaded)
    content = {"msgtype": "m.file", "body": name, "filename": name, "info": info, "m.mentions": {}}
    content |= _address(uploaded, "url", "file")
    content["msgtype"] = kind = _kind(file, uploaded)
    if isinstance(file, Attachment):
        if kind in ("m.audio", "m.video") and file.seconds is not None:
            info["duration"] = file.seconds * 1000
        if kind == "m.audio" and file.media is Media.VOICE:
            content["org.matrix.msc3245.voice"] = {}
            content["org.matrix.msc1767.audio"] = {"duration": info.get("duration", 0)}
    if thumbnail is not None:
        info |= _address(thumbnail, "thumbnail_url", "thumbnail_file") | {"thumbnail_info": _info(thumbnail)}
    return content


def replacing(content: Mapping[str, Any], event_id: str) -> dict[str, Any]:
    """The content of an edit; clients that know no edits show the beginning of the text."""
    kind, body = content["msgtype"], content["body"]
    start = body if len(body) <= _FALLBACK else body[: _FALLBACK - 1] + "…"
    return {
        # Without its address a picture would be malformed, and with it the fallback would be the whole picture again.
        "msgtype": kind if kind in ("m.text", "m.notice") else "m.text",
        "body": f"* {start}",
        "m.mentions": {},
        "m.new_content": {name: value for name, value in content.items() if name != "m.relates_to"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def placed(content: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The content in its thread ("thread:$root") or as a reply ("reply:$event"); an edit stays where it is."""
    kind, _, event_id = place.partition(":")
    if not event_id or kind not in ("thread", "reply") or "m.relates_to" in content:
        return dict(content)
    relation: dict[str, Any] = {"m.in_reply_to": {"event_id": event_id}}
    if kind == "thread":
        relation |= {"rel_type": "m.thread", "event_id": event_id, "is_falling_back": True}
    return {**content, "m.relates_to": relation}


def _part(part: Part, *, quiet: bool) -> Iterator[Outgoing]:
    for file in part.attachments:
        yield FileMessage(file)
    body = sendable(written(part.blocks))
    if body.strip() or not part.attachments:
        yield TextMessage(_text(part.blocks, body, quiet))


def _text(blocks: Sequence[Block], body: str, quiet: bool) -> dict[str, Any]:
    """Always with mentions: without them clients look for the reader's name in the text and highlight it."""
    bare: dict[str, Any] = {
        "msgtype": "m.notice" if quiet else "m.text",
        "body": body if body.strip() else NOTHING,
        "m.mentions": {},
    }
    if not body.strip() or not says_more(blocks):
        return bare
    rich = bare | {"format": "org.matrix.custom.html", "formatted_body": html_of(blocks)}
    return rich if _size(replacing(rich, _LONGEST_ID)) <= CONTENT_LIMIT else bare


def _size(content: Mapping[str, Any]) -> int:
    return len(json.dumps(content, ensure_ascii=False).encode())


def _kind(file: Attachment | Draft, uploaded: Uploaded) -> str:
    """A file that does not hold what it is shown as would be a broken picture."""
    kind = _KINDS.get(file.media, "m.file")
    return kind if uploaded.mime.startswith(f"{kind.removeprefix('m.')}/") else "m.file"


def _info(uploaded: Uploaded) -> dict[str, Any]:
    info: dict[str, Any] = {"mimetype": uploaded.mime, "size": uploaded.size}
    if uploaded.width and uploaded.height:
        info |= {"w": uploaded.width, "h": uploaded.height}
    return info


def _address(uploaded: Uploaded, plain_name: str, encrypted_name: str) -> dict[str, Any]:
    if uploaded.keys is None:
        return {plain_name: uploaded.mxc}
    return {encrypted_name: {**uploaded.keys, "url": uploaded.mxc}}
