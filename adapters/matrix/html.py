"""Blocks as the HTML that Matrix clients show: only the tags that the specification lists, everything escaped; pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

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
from core.chat.layout import plain_line
from core.chat.phrases import Phrase, Text

_TAGS: dict[type, str] = {Bold: "strong", Italic: "em", Underline: "u", Strike: "del"}
PICTURE = re.compile(r"mxc://[A-Za-z0-9.:\[\]-]{1,230}/[A-Za-z0-9_.~=-]{1,255}")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,40}", re.ASCII)


def html_of(blocks: Sequence[Block]) -> str:
    """The blocks, which hold plain strings, as a `formatted_body`; a heading that comes first is the title."""
    return "".join(_block(block, "h4" if position else "h3") for position, block in enumerate(blocks))


def says_more(blocks: Sequence[Block]) -> bool:
    """Whether the HTML shows anything that the plain text does not."""
    return not all(
        isinstance(block, Paragraph) and all(isinstance(span, str | Phone) for span in block.line) for block in blocks
    )


def sendable(text: str) -> str:
    """The text without what no event may hold: control characters (a server on PostgreSQL refuses NUL) and half a
    surrogate pair."""
    whole = text.replace("\r\n", "\n").encode("utf-8", "replace").decode()
    return "".join(character for character in whole if character in "\n\t" or unicodedata.category(character) != "Cc")


def opens(url: str) -> bool:
    """Whether an address can be a link: of the web, or of a letter."""
    return is_web(url) or is_mail(url)


def _block(block: Block, heading: str) -> str:
    match block:
        case Heading(text):
            return f"<{heading}>{_text(text)}</{heading}>"
        case Paragraph(line):
            return f"<p>{_line(line)}</p>"
        case Bullets(items, numbered):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>{''.join(f'<li>{_line(item)}</li>' for item in items)}</{tag}>"
        case Facts(rows):
            return f"<p>{'<br>'.join(f'<strong>{_text(label)}:</strong> {_line(line)}' for label, line in rows)}</p>"
        case Quote(line):
            return f"<blockquote>{_line(line)}</blockquote>"
        case Preformatted(text, language):
            kind = f' class="language-{language}"' if _LANGUAGE.fullmatch(language) else ""
            return f"<pre><code{kind}>{_escaped(text)}</code></pre>"
        case Table(header, rows):
            body = "".join(_row("td", row) for row in rows)
            return f"<table><thead>{_row('th', header)}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: Sequence[Text]) -> str:
    return f"<tr>{''.join(f'<{tag}>{_text(cell)}</{tag}>' for cell in cells)}</tr>"


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    """A telephone number stays text: `tel:` is not among the addresses that clients open."""
    match span:
        case str() | Phrase():
            return _text(span)
        case Phone(shown=shown):
            return _text(shown)
        case Code(text):
            return f"<code>{_text(text)}</code>"
        case Emoji(text, id):
            picture = f'<img data-mx-emoticon="" src="{id}" alt="{html.escape(sendable(text))}" height="32">'
            return picture if PICTURE.fullmatch(id) else _text(text)
        case Link(words, url):
            inner = _words(words)
            return f'<a href="{html.escape(url)}">{inner}</a>' if opens(url) else inner
        case Spoiler(words):
            return f"<span data-mx-spoiler>{_words(words)}</span>"
        case Bold(words) | Italic(words) | Underline(words) | Strike(words):
            tag = _TAGS[type(span)]
            return f"<{tag}>{_words(words)}</{tag}>"


def _words(words: Words) -> str:
    return _line(words) if isinstance(words, tuple) else _text(words)


def _text(text: Text) -> str:
    return _escaped(plain_line((text,))).replace("\n", "<br>")


def _escaped(text: str) -> str:
    return html.escape(sendable(text), quote=False)
