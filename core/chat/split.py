"""A text too long for one message, cut where a reader would: between blocks, then lines, then words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from core.chat.blocks import (
    Block,
    Bullets,
    Code,
    Emoji,
    Facts,
    Heading,
    Line,
    Paragraph,
    Phone,
    Preformatted,
    Quote,
    Span,
    Table,
    Words,
)
from core.chat.layout import plain
from core.chat.phrases import Phrase, Text

Measure = Callable[[str], int]


def split(blocks: tuple[Block, ...], limit: int, measure: Measure) -> list[tuple[Block, ...]]:
    """The blocks in pieces of at most `limit` (by `measure`) each; at least one piece."""
    pieces: list[tuple[Block, ...]] = []
    piece: tuple[Block, ...] = ()
    for block in blocks:
        for part in _within(block, limit, measure):
            if piece and measure(plain((*piece, part))) > limit:
                pieces.append(piece)
                piece = ()
            piece = (*piece, part)
    return [*pieces, piece] if piece or not pieces else pieces


def _within(block: Block, limit: int, measure: Measure) -> Iterator[Block]:
    if measure(plain((block,))) <= limit:
        yield block
        return
    match block:
        case Heading(text):
            yield from (Heading(part) for part in _cut(_string(text), limit, measure))
        case Preformatted(text, language):
            yield from (Preformatted(part, language) for part in _cut(text, limit, measure))
        case Paragraph(line):
            yield from (Paragraph(part) for part in _lines(line, limit, measure))
        case Quote(line, folded):
            yield from (Quote(part, folded) for part in _lines(line, limit, measure))
        case Bullets(items):
            for item in items:
                yield from _within(Paragraph(("• ", *item)), limit, measure)
        case Facts(rows):
            for label, line in rows:
                yield from _within(Paragraph((label, ": ", *line)), limit, measure)
        case Table(header, rows):
            for row in rows:
                single = Table(header, (row,))
                yield from _within(Paragraph((plain((single,)),)), limit, measure)


def _lines(line: Line, limit: int, measure: Measure) -> Iterator[Line]:
    """One line in several, each span cut in its own style."""
    part: Line = ()
    used = 0
    for span in line:
        for piece in _spans(span, limit, measure):
            size = measure(plain((Paragraph((piece,)),)))
            if part and used + size > limit:
                yield part
                part, used = (), 0
            part = (*part, piece)
            used += size
    if part:
        yield part


def _spans(span: Span, limit: int, measure: Measure) -> Iterator[Span]:
    if isinstance(span, str):
        yield from _cut(span, limit, measure)
    elif isinstance(span, Phone | Emoji):
        yield span
    elif isinstance(span, Code):
        yield from (Code(part) for part in _cut(span.text, limit, measure))
    elif isinstance(span, Phrase):
        raise TypeError("a phrase must be translated before it is split")
    else:
        yield from (replace(span, text=part) for part in _within_style(span.text, limit, measure))


def _within_style(words: Words, limit: int, measure: Measure) -> Iterator[Words]:
    return _lines(words, limit, measure) if isinstance(words, tuple) else _cut(_string(words), limit, measure)


def _string(text: Text) -> str:
    if not isinstance(text, str):
        raise TypeError("a phrase must be translated before it is split")
    return text


def _cut(text: str, limit: int, measure: Measure) -> Iterator[str]:
    """A text in pieces: at the last line break that fits, else the last space, else inside a word."""
    rest = text
    while measure(rest) > limit:
        end = _fitting(rest, limit, measure)
        for mark in ("\n", " "):
            found = rest.rfind(mark, end // 2, end + 1)
            if found > 0:
                end = found
                break
        yield rest[:end].rstrip()
        rest = rest[end:].lstrip()
    if rest:
        yield rest


def _fitting(text: str, limit: int, measure: Measure) -> int:
    """The greatest number of characters whose measure is within the limit."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low
