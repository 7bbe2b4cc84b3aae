"""Messages as HTML: pure, everything escaped, and no address that is not http(s) or tel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from core.chat.addresses import is_mail, is_web
from core.chat.blocks import (
    Block,
    Bold,
    Bullets,
    Code,
    Emoji,
    Facts,
    Heading,
    Italic,
    Line,
    Link,
    Paragraph,
    Phone,
    Preformatted,
    Quote,
    Span,
    Spoiler,
    Strike,
    Table,
    Underline,
    Words,
)
from core.chat.files import Attachment, Loss, Media
from core.chat.layout import plain
from core.chat.pages import Key, Part, Press
from core.chat.phrases import Language, Phrase, Text, phrase
from core.chat.screens import CopyText, Visit

_EMPTY = Markup("")
_ADDRESS = re.compile(r"https?://[^\s<>\"'«»“”]+[^\s<>\"'«»“”.,:;!?)\]}…]")
_QUOTED = 120
"""Characters of a message that are shown where it is answered."""
_STYLED: dict[type, Markup] = {
    Bold: Markup("<strong>{}</strong>"),
    Italic: Markup("<em>{}</em>"),
    Underline: Markup("<u>{}</u>"),
    Strike: Markup("<s>{}</s>"),
    Spoiler: Markup('<span class="spoiler" tabindex="0">{}</span>'),
}
_QUOTE, _FOLDED = (
    Markup("<blockquote>{}</blockquote>"),
    Markup('<blockquote class="folded" tabindex="0">{}</blockquote>'),
)
_BULLETS, _NUMBERED = Markup("<ul>{}</ul>"), Markup("<ol>{}</ol>")
_TABLE = Markup('<div class="table" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>')
_CELL, _SHORT = Markup("<td>{}</td>"), Markup('<td class="short">{}</td>')
_VISIT = Markup('<a class="key visit" href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
_LOST = Markup('<div class="file lost"><span class="name">{}</span><span class="size">{}</span></div>')
_SOUND = Markup('<div class="sound"><audio controls preload="metadata" src="{}" title="{}"></audio></div>')
_DOWNLOAD = Markup(
    '<a class="file" href="{}" download="{}"><span class="ending" aria-hidden="true">{}</span>'
    '<span class="name">{}</span><span class="size">{}</span></a>'
)


def blocks_html(blocks: Sequence[Block]) -> Markup:
    """The blocks of a message."""
    return _joined(_block(block) for block in blocks)


def keys_html(rows: Sequence[Sequence[Key]]) -> Markup:
    """The rows of buttons under a message; a press posts its data."""
    return _joined(Markup('<div class="row">{}</div>').format(_joined(_key(key) for key in row)) for row in rows)


def attachments_html(part: Part, language: Language) -> Markup:
    """Pictures and films as an album, sound as players, the rest as links to download."""
    files = [file for file in part.attachments if isinstance(file, Attachment)]
    seen = [file for file in files if file.loss is None and file.media in (Media.PHOTO, Media.VIDEO)]
    album = _EMPTY
    if seen:
        shape = f"album of-{min(len(seen), 5)}"
        album = Markup('<div class="{}">{}</div>').format(shape, _joined(_visual(file, language) for file in seen))
        album += _joined(map(_caption, seen))
    return album + _joined(_file(file, language) + _caption(file) for file in files if file not in seen)


def snippet(part: Part | None, language: Language) -> str:
    """The beginning of a message, where another one answers it; what there is to say when it was deleted."""
    if part is None:
        return language.say(phrase("Deleted message"))
    files = [file.name for file in part.attachments]
    words = " ".join(" ".join([plain(part.blocks), *files]).split())
    return words if len(words) <= _QUOTED else f"{words[: _QUOTED - 1].rstrip()}…"


def file_url(file: Attachment) -> str:
    """The address of a file."""
    return f"/files/{quote(file.content, safe='')}?{urlencode({'name': file.name})}"


def safe_url(url: str) -> str | None:
    """The address when a browser may open it: http(s) with a host, or that of a letter; None otherwise."""
    url = url.strip()
    return url if opens(url) else None


def opens(url: str) -> bool:
    """Whether an address can be a link."""
    return is_web(url) or is_mail(url)


def _block(block: Block) -> Markup:
    match block:
        case Heading(text):
            return Markup("<h3>{}</h3>").format(_words(text))
        case Paragraph(line):
            return Markup("<p>{}</p>").format(_line(line))
        case Bullets(items, numbered):
            lines = _joined(Markup("<li>{}</li>").format(_line(item)) for item in items)
            return (_NUMBERED if numbered else _BULLETS).format(lines)
        case Facts(rows):
            pair = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
            return Markup("<dl>{}</dl>").format(_joined(pair.format(_words(name), _line(line)) for name, line in rows))
        case Quote(line, folded):
            return (_FOLDED if folded else _QUOTE).format(_line(line))
        case Preformatted(text):
            return Markup('<pre tabindex="0">{}</pre>').format(text)
        case Table(header, rows):
            return _table(header, rows)


def _table(header: Sequence[Text], rows: Sequence[Sequence[Text]]) -> Markup:
    names = _joined(Markup('<th scope="col">{}</th>').format(_words(name)) for name in header)
    body = _joined(
        Markup("<tr>{}</tr>").format(
            _joined((_SHORT if len(_words(cell)) <= 20 else _CELL).format(_words(cell)) for cell in row)
        )
        for row in rows
    )
    return _TABLE.format(names, body)


def _line(line: Line) -> Markup:
    return _joined(_span(span) for span in line)


def _span(span: Span) -> Markup:
    match span:
        case str() | Phrase():
            return _linked(_words(span))
        case Link(words, url):
            return _link(_styled(words), url)
        case Code(text):
            return Markup("<code>{}</code>").format(text)
        case Emoji(text):
            return escape(text)
        case Phone(number, shown):
            if re.fullmatch(r"\+?[0-9*#]{2,20}", number):
                return Markup('<a class="phone" href="tel:{}">{}</a>').format(number, shown)
            return escape(shown)
        case Bold(words) | Italic(words) | Underline(words) | Strike(words) | Spoiler(words):
            return _STYLED[type(span)].format(_styled(words))


def _styled(words: Words) -> Markup:
    return _line(words) if isinstance(words, tuple) else escape(_words(words))


def _linked(text: str) -> Markup:
    """A plain text, in which web addresses become links."""
    written, end = _EMPTY, 0
    for found in _ADDRESS.finditer(text):
        written += escape(text[end : found.start()]) + _link(found.group(), found.group())
        end = found.end()
    return written + escape(text[end:])


def _link(text: str | Markup, url: str) -> Markup:
    address = safe_url(url)
    if address is None:
        return escape(text)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, text)


def _key(key: Key) -> Markup:
    match key.does:
        case Press(data):
            return Markup('<button class="key" name="data" value="{}">{}</button>').format(data, key.label)
        case CopyText(text):
            return Markup('<button class="key copy" type="button" data-copy="{}">{}</button>').format(text, key.label)
        case Visit(url):
            address = safe_url(url)
            if address is None:
                return Markup('<span class="key">{}</span>').format(key.label)
            return _VISIT.format(address, key.label)


def _visual(file: Attachment, language: Language) -> Markup:
    url = file_url(file)
    if file.media is Media.VIDEO:
        return Markup('<video controls preload="metadata" src="{}" title="{}"></video>').format(url, file.name)
    size = Markup(' width="{}" height="{}"').format(file.width, file.height) if file.width and file.height else _EMPTY
    label = language.say(phrase("Picture {name}", name=file.name))
    return Markup('<a class="picture" href="{}"><img src="{}" alt="{}"{}></a>').format(url, url, label, size)


def _file(file: Attachment, language: Language) -> Markup:
    if file.loss is not None:
        return _LOST.format(file.name, language.say(_reason(file.loss)))
    url = file_url(file)
    if file.media in (Media.VOICE, Media.AUDIO):
        return _SOUND.format(url, file.name)
    return _DOWNLOAD.format(url, file.name, _ending(file.name), file.name, language.say(size_of(file.size)))


def size_of(size: int) -> Phrase:
    """A number of bytes as people read it."""
    if size < 1024:
        return phrase("{size} B", size=size)
    if size < 2**20:
        return phrase("{size} KB", size=round(size / 1024))
    return phrase("{size} MB", size=round(size / 2**20, 1))


def _reason(loss: Loss) -> Phrase:
    match loss:
        case Loss.TOO_LARGE:
            return phrase("too large, not sent")
        case Loss.DISK_FULL:
            return phrase("no space left, not sent")
        case Loss.NOT_FETCHED:
            return phrase("not received")
        case Loss.EMPTY:
            return phrase("empty, not sent")
        case Loss.DANGEROUS:
            return phrase("may be dangerous, not sent")


def _caption(file: Attachment) -> Markup:
    return Markup('<div class="body caption">{}</div>').format(blocks_html(file.caption)) if file.caption else _EMPTY


def _ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return ending[:4].upper() if stem and ending.isalnum() else "•"


def _joined(pieces: Iterable[Markup]) -> Markup:
    return _EMPTY.join(pieces)


def _words(text: Text) -> str:
    if isinstance(text, Phrase):
        raise TypeError(f"a phrase must be translated before it is written: {text.text!r}")
    return text
