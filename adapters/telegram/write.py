"""A page as the messages that Telegram shows: HTML, keyboards and files; pure."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from urllib.parse import urlsplit

from core.chat.addresses import kept
from core.chat.blocks import Block
from core.chat.capabilities import utf16
from core.chat.files import Attachment, Draft, Media
from core.chat.layout import Run, Style, plain, runs
from core.chat.pages import Key, Page, Part, Press
from core.chat.screens import CopyText, Visit

CAPTION_LIMIT = 1024
ALBUM_LIMIT = 10
COPY_LIMIT = 256
NOTHING = "…"
"""Stands where Telegram insists on a text and there is none."""

_PHOTO_BYTES = 10 * 2**20
_PHOTO_SIDES = 10_000
_PHOTO_RATIO = 20
_PHOTOS = ("image/jpeg", "image/png", "image/webp")
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
_EMOJI = re.compile(r"[0-9]{1,20}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,40}", re.ASCII)
_TAGS = {
    Style.BOLD: "b",
    Style.ITALIC: "i",
    Style.UNDERLINE: "u",
    Style.STRIKE: "s",
    Style.SPOILER: "tg-spoiler",
    Style.CODE: "code",
    Style.PRE: "pre",
    Style.QUOTE: "blockquote",
}

Button = dict[str, object]


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The buttons of a message, as the Bot API has them: below it, or one that asks for the number below the chat.

    Not aiogram's models: a menu has a dozen of them, and to make these took longer than all else that is written.
    """

    rows: tuple[tuple[Button, ...], ...]
    asks: bool = False

    @property
    def fields(self) -> dict[str, object]:
        """The JSON of it."""
        if self.asks:
            return {"keyboard": self.rows, "resize_keyboard": True, "one_time_keyboard": True}
        return {"inline_keyboard": self.rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a message. `digest` is the SHA-256 of its bytes, which are kept under it unless `content` has them.

    `caption`, in HTML, is its own in an album.
    """

    media: Media
    name: str
    digest: str
    content: bytes | None = None
    width: int | None = None
    height: int | None = None
    seconds: int | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text in HTML."""

    html: str
    size: int
    keyboard: Keyboard | None = None


@dataclass(frozen=True, slots=True)
class FileMessage:
    """One file with its caption in HTML."""

    file: File
    caption: str = ""
    keyboard: Keyboard | None = None


@dataclass(frozen=True, slots=True)
class AlbumMessage:
    """Two to ten files of one kind, without a common text: an album cannot carry buttons, nor be edited as one."""

    files: tuple[File, ...]


Outgoing = TextMessage | FileMessage | AlbumMessage


def messages(page: Page, *, private: bool) -> tuple[Outgoing, ...]:
    """The messages that a page becomes, in order. The own number can be asked for in private chats only."""
    written: list[Outgoing] = []
    for part in page.parts:
        written.extend(_part(part if private else replace(part, contact=None)))
    return tuple(written)


def html_of(blocks: Sequence[Block]) -> str:
    """The text in Telegram's HTML; its visible text is the layout's plain text."""
    return "".join(_run(run) for run in runs(blocks))


def _part(part: Part) -> Iterator[Outgoing]:
    shown = plain(part.blocks)
    text = html_of(part.blocks) if _visible(shown) else ""
    inline = keyboard(part.rows)
    asking = None if part.contact is None else _asking(part.contact)
    main = inline or asking
    groups = list(_groups(_file(attachment) for attachment in part.attachments))
    if len(groups) == 1 and len(groups[0]) == 1 and utf16(shown) <= CAPTION_LIMIT:
        yield _single(groups[0][0], text, main)
    else:
        for group in groups:
            yield AlbumMessage(group) if len(group) > 1 else _single(group[0])
        if text or main or not groups:
            yield TextMessage(text or NOTHING, utf16(shown), main)
    if inline is not None and asking is not None and part.contact is not None:
        # A message has one keyboard: the question for the number needs a second one.
        yield TextMessage(_escaped(_label(part.contact)), utf16(part.contact), asking)


def _single(file: File, text: str = "", keyboard: Keyboard | None = None) -> FileMessage:
    return FileMessage(replace(file, caption=""), text or file.caption, keyboard)


def _run(run: Run) -> str:
    inner = "".join(_run(piece) for piece in run.inner) if run.inner else _escaped(run.text)
    match run.style:
        case Style.LINK if leads(run.about):
            return f'<a href="{html.escape(_encodable(run.about))}">{inner}</a>'
        case Style.EMOJI if _EMOJI.fullmatch(run.about) and run.text:
            return f'<tg-emoji emoji-id="{run.about}">{inner}</tg-emoji>'
        case Style.PRE if _LANGUAGE.fullmatch(run.about):
            return f'<pre><code class="language-{run.about}">{inner}</code></pre>'
        case Style.FOLDED:
            return f"<blockquote expandable>{inner}</blockquote>"
    tag = _TAGS.get(run.style)
    return inner if tag is None else f"<{tag}>{inner}</{tag}>"


def _escaped(text: str) -> str:
    return html.escape(_encodable(text), quote=False)


def _encodable(text: str) -> str:
    """Half a surrogate pair cannot leave as UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _visible(text: str) -> bool:
    return any(unicodedata.category(character) not in _INVISIBLE for character in text)


def keyboard(rows: Sequence[Sequence[Key]]) -> Keyboard | None:
    """Buttons under a message, which `fit` has cut to what Telegram takes; None without any."""
    return Keyboard(tuple(tuple(_button(key) for key in row) for row in rows if row)) if any(rows) else None


def _button(key: Key) -> Button:
    label = _label(key.label)
    match key.does:
        case Press(data):
            return {"text": label, "callback_data": data, **({"style": "danger"} if key.grave else {})}
        case Visit(url) if opens(url):
            return {"text": label, "url": url}
        case Visit(text) | CopyText(text):
            return {"text": label, "copy_text": {"text": _encodable(text)[:COPY_LIMIT] or NOTHING}}


def _label(label: str) -> str:
    return _encodable(label) if _visible(label) else NOTHING


def opens(url: str) -> bool:
    """Whether Telegram takes an address for a button: web only, and with a dot in the host's name."""
    try:
        parts = urlsplit(url)
        labels = (parts.hostname or "").split(".")
        port = parts.port
    except ValueError:
        return False
    plain_host = all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels)
    spaces = any(not character.isprintable() or character.isspace() for character in url)
    return parts.scheme in ("http", "https") and len(labels) > 1 and plain_host and port != 0 and not spaces


def leads(url: str) -> bool:
    """Whether Telegram takes an address for a link in a text, where its own are possible too."""
    return opens(url) or (url.startswith("tg://") and kept(url) == url)


def _asking(label: str) -> Keyboard:
    return Keyboard((({"text": _label(label), "request_contact": True},),), asks=True)


def _file(attachment: Attachment | Draft) -> File:
    if isinstance(attachment, Draft):
        digest = hashlib.sha256(attachment.content).hexdigest()
        name = attachment.name or "file"
        media = attachment.media if len(attachment.content) <= _PHOTO_BYTES else Media.DOCUMENT
        return File(media=media, name=name, digest=digest, content=attachment.content)
    return File(
        media=_media(attachment),
        name=PurePath(attachment.name).name or "file",
        digest=attachment.content,
        width=attachment.width,
        height=attachment.height,
        seconds=attachment.seconds,
        caption=html_of(attachment.caption) if _visible(plain(attachment.caption)) else "",
    )


def _media(attachment: Attachment) -> Media:
    """A picture that Telegram would refuse as a photo goes as a document."""
    if attachment.media is not Media.PHOTO:
        return attachment.media
    fits = attachment.size <= _PHOTO_BYTES and attachment.mime in _PHOTOS
    if attachment.width and attachment.height:
        short, long = sorted((attachment.width, attachment.height))
        fits = fits and short + long <= _PHOTO_SIDES and long <= _PHOTO_RATIO * short
    return Media.PHOTO if fits else Media.DOCUMENT


def _groups(files: Iterable[File]) -> Iterator[tuple[File, ...]]:
    """Neighbours that Telegram can show as one album."""
    group: list[File] = []
    for file in files:
        if group and (_kind(file) is None or _kind(file) != _kind(group[-1]) or len(group) == ALBUM_LIMIT):
            yield tuple(group)
            group = []
        group.append(file)
    if group:
        yield tuple(group)


def _kind(file: File) -> str | None:
    if file.media in (Media.PHOTO, Media.VIDEO):
        return "visual"
    return None if file.media is Media.VOICE else file.media.value
