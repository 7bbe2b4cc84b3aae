"""A received text with Telegram's entities as rich blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aiogram.types import MessageEntity

from core.chat.screens import (
    Block,
    Bold,
    Code,
    Italic,
    Link,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Strike,
    Underline,
)

_INLINE = ("text_link", "code", "bold", "italic", "underline", "strikethrough")
"""Of two styles on one piece of text the earlier one is kept: a span has one style."""
_BLOCKS = ("pre", "blockquote", "expandable_blockquote")


@dataclass(frozen=True, slots=True)
class _Mark:
    """An entity by characters instead of UTF-16 units."""

    kind: str
    start: int
    end: int
    url: str = ""


def blocks(text: str, entities: Sequence[MessageEntity]) -> tuple[Block, ...]:
    """The text with its formatting; empty when it has none. Links that messengers find by themselves stay text."""
    marks = list(_marks(text, entities))
    if not marks:
        return ()
    inline = [mark for mark in marks if mark.kind in _INLINE]
    found: list[Block] = []
    position = 0
    for mark in sorted((mark for mark in marks if mark.kind in _BLOCKS), key=lambda mark: mark.start):
        if mark.start < position:
            continue
        found.extend(_paragraph(text, position, mark.start, inline))
        if mark.kind == "pre":
            found.append(Preformatted(text[mark.start : mark.end]))
        else:
            found.append(Quote(tuple(_line(text, mark.start, mark.end, inline))))
        position = mark.end
    found.extend(_paragraph(text, position, len(text), inline))
    return tuple(found)


def _paragraph(text: str, start: int, end: int, inline: Sequence[_Mark]) -> Iterator[Block]:
    """What stands between blocks, without the line breaks that set it off from them."""
    if start:
        while start < end and text[start] == "\n":
            start += 1
    if end < len(text):
        while start < end and text[end - 1] == "\n":
            end -= 1
    if start < end:
        yield Paragraph(tuple(_line(text, start, end, inline)))


def _line(text: str, start: int, end: int, inline: Sequence[_Mark]) -> Iterator[Span]:
    cuts = {start, end}
    for mark in inline:
        cuts |= {cut for cut in (mark.start, mark.end) if start < cut < end}
    for left, right in pairwise(sorted(cuts)):
        covering = [mark for mark in inline if mark.start <= left and right <= mark.end]
        best = min(covering, key=lambda mark: _INLINE.index(mark.kind), default=None)
        yield _span(text[left:right], best)


def _span(piece: str, mark: _Mark | None) -> Span:
    match mark:
        case None:
            return piece
        case _Mark("text_link", url=url):
            return Link(piece, url)
        case _Mark("code"):
            return Code(piece)
        case _Mark("bold"):
            return Bold(piece)
        case _Mark("italic"):
            return Italic(piece)
        case _Mark("underline"):
            return Underline(piece)
    return Strike(piece)


def _marks(text: str, entities: Sequence[MessageEntity]) -> Iterator[_Mark]:
    ends = _positions(text)
    for entity in entities:
        kind = str(entity.type)
        start = ends[min(max(entity.offset, 0), len(ends) - 1)]
        end = ends[min(max(entity.offset + entity.length, 0), len(ends) - 1)]
        url = entity.url or ""
        if start >= end or kind not in (*_INLINE, *_BLOCKS):
            continue
        if kind == "text_link" and not url.startswith(("http://", "https://")):
            continue
        yield _Mark(kind, start, end, url)


def _positions(text: str) -> list[int]:
    """For each UTF-16 offset, the index of the character that begins there (or covers it)."""
    positions: list[int] = []
    for index, character in enumerate(text):
        positions.extend([index] * (2 if ord(character) > 0xFFFF else 1))
    positions.append(len(text))
    return positions
