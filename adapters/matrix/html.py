"""Blocks as the HTML that Matrix clients show: only the tags that the specification lists, everything escaped; pure."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from urllib.parse import urlsplit

from core.chat.layout import plain_line
from core.chat.phrases import Text
from core.chat.screens import (
    Block,
    Bold,
    Bullets,
    Code,
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
    Strike,
    Table,
    Underline,
)

_TAGS: dict[type, str] = {Bold: "strong", Italic: "em", Underline: "u", Strike: "del", Code: "code"}


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
    """Whether an address is one of the web, written so that no client can read it as anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    clean = all(character.isprintable() and not character.isspace() for character in url)
    return clean and parts.scheme in ("http", "https") and bool(parts.hostname)


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
        case Preformatted(text):
            return f"<pre><code>{_escaped(text)}</code></pre>"
        case Table(header, rows):
            body = "".join(_row("td", row) for row in rows)
            return f"<table><thead>{_row('th', header)}</thead><tbody>{body}</tbody></table>"


def _row(tag: str, cells: Sequence[Text]) -> str:
    return f"<tr>{''.join(f'<{tag}>{_text(cell)}</{tag}>' for cell in cells)}</tr>"


def _line(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    """A telephone number stays text: `tel:` is not among the addresses that clients open."""
    words = _text(plain_line((span,)))
    if isinstance(span, Link):
        return f'<a href="{html.escape(span.url)}">{words}</a>' if opens(span.url) else words
    tag = _TAGS.get(type(span))
    return f"<{tag}>{words}</{tag}>" if tag else words


def _text(text: Text) -> str:
    return _escaped(plain_line((text,))).replace("\n", "<br>")


def _escaped(text: str) -> str:
    return html.escape(sendable(text), quote=False)
