"""The texts of the demo's news as rich blocks: their files are written by hand, so a little markup is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.chat.blocks import Block, Bold, Bullets, Italic, Line, Link, Paragraph, Quote, Span

_MARKED = re.compile(r"\*\*(?P<bold>.+?)\*\*|\b_(?P<italic>.+?)_\b|\[(?P<label>.+?)\]\((?P<url>\S+?)\)")


def blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs are apart by an empty line; "- " begins an item, "> " a quotation; **bold**, _italic_, [text](url)."""
    return tuple(_block(part) for part in text.strip().split("\n\n"))


def _block(part: str) -> Block:
    rows = part.strip().split("\n")
    if all(row.startswith("- ") for row in rows):
        return Bullets(tuple(_line(row[2:]) for row in rows))
    if all(row.startswith("> ") for row in rows):
        return Quote(_line("\n".join(row[2:] for row in rows)))
    return Paragraph(_line(part.strip()))


def _line(text: str) -> Line:
    return tuple(_spans(text))


def _spans(text: str) -> Iterator[Span]:
    at = 0
    for found in _MARKED.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        if found["bold"]:
            yield Bold(found["bold"])
        elif found["italic"]:
            yield Italic(found["italic"])
        else:
            yield Link(found["label"], found["url"])
        at = found.end()
    if at < len(text):
        yield text[at:]
