"""A text too long for one message, cut where a reader would: between blocks, then lines, then words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

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
from core.chat.layout import Run, Style, plain, runs
from core.chat.phrases import Phrase, Text

Measure = Callable[[str], int]
_FULL = 8
"""A piece with less than an eighth of its room left is full: what is cut to fill it would be scraps."""
_SCRAP = 24
"""What is never cut, such as a telephone number, is no longer than this."""


@dataclass(slots=True)
class _Room:
    """What one piece may hold: `limit` by `measure`, and so many styled runs. `left` of both are left in this one.

    `cut`: what was given last ends the piece.
    """

    limit: int
    measure: Measure
    marks: int
    left: int = 0
    marks_left: int = 0
    cut: bool = False

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """The next piece begins."""
        self.left, self.marks_left, self.cut = self.limit, self.marks, False

    def takes(self, blocks: tuple[Block, ...]) -> bool:
        """Whether one piece can hold these."""
        return self.measure(plain(blocks)) <= self.limit and marks_in(blocks) <= self.marks

    def after(self, piece: tuple[Block, ...]) -> None:
        """A block begins that may share the piece with these."""
        self.begin()
        if piece:
            # A line break or two stand between blocks.
            self.left = self.limit - self.measure(plain(piece)) - 2
            self.marks_left = self.marks - marks_in(piece)
            if self.full:
                self.begin()

    @property
    def full(self) -> bool:
        return self.left < max(self.limit // _FULL, _SCRAP) or self.marks_left <= 0


def marks_in(blocks: tuple[Block, ...]) -> int:
    """How many styled runs blocks have."""
    return sum(map(_marks, runs(blocks)))


def _marks(run: Run) -> int:
    return (run.style is not Style.PLAIN) + sum(map(_marks, run.inner))


def split(blocks: tuple[Block, ...], limit: int, measure: Measure, marks: int | None = None) -> list[tuple[Block, ...]]:
    """The blocks in pieces of at most `limit` (by `measure`) and `marks` styled runs each; at least one piece.

    A block stays whole where a piece can hold it; one that is too long fills the piece that is begun.
    """
    room = _Room(limit, measure, len(plain(blocks)) + len(blocks) + 1 if marks is None else marks)
    pieces: list[tuple[Block, ...]] = []
    piece: tuple[Block, ...] = ()
    for block in blocks:
        room.after(piece)
        for part in _within(block, room):
            if piece and not room.takes((*piece, part)):
                pieces.append(piece)
                piece = ()
            piece = (*piece, part)
            room.begin()
    return [*pieces, piece] if piece or not pieces else pieces


def _within(block: Block, room: _Room) -> Iterator[Block]:
    if room.takes((block,)):
        yield block
        return
    match block:
        case Heading(text):
            yield from (Heading(part) for part in _cut(_string(text), room))
        case Preformatted(text, language):
            yield from (Preformatted(part, language) for part in _cut(text, room))
        case Paragraph(line):
            yield from (Paragraph(part) for part in _lines(line, room))
        case Quote(line, folded):
            yield from (Quote(part, folded) for part in _lines(line, room))
        case Bullets(items, numbered):
            singles: list[Line] = [(f"{n}. " if numbered else "• ", *item) for n, item in enumerate(items, 1)]
            yield from _grouped([Bullets((item,)) for item in items], singles, room, None if numbered else _bullets)
        case Facts(rows):
            singles = [(label, ": ", *line) for label, line in rows]
            yield from _grouped([Facts((row,)) for row in rows], singles, room, _facts)
        case Table(header, rows):
            for row in rows:
                yield from _within(Paragraph((plain((Table(header, (row,)),)),)), room)


def _bullets(blocks: Sequence[Block]) -> Block:
    return Bullets(tuple(item for block in blocks if isinstance(block, Bullets) for item in block.items))


def _facts(blocks: Sequence[Block]) -> Block:
    return Facts(tuple(row for block in blocks if isinstance(block, Facts) for row in block.rows))


def _grouped(
    blocks: Sequence[Block], lines: Sequence[Line], room: _Room, whole: Callable[[Sequence[Block]], Block] | None
) -> Iterator[Block]:
    """Neighbours that a piece can hold, as one block again where there is a way to make one; others as lines."""
    first = 0
    while first < len(blocks):
        last, size, marks = first, 0, 0
        while last < len(blocks):
            size, marks = size + room.measure(plain((blocks[last],))) + 1, marks + marks_in((blocks[last],))
            if last > first and (size > room.left or marks > room.marks_left):
                break
            last += 1
        if whole is not None and last - first > 1:
            yield whole(blocks[first:last])
        else:
            for line in lines[first:last]:
                yield from _within(Paragraph(line), room)
        first = last


def _lines(line: Line, room: _Room, depth: int = 0) -> Iterator[Line]:
    """One line in several, each span cut in its own style. What ends a piece ends it for all styles around it."""
    part: Line = ()
    for span in line:
        for piece in _spans(span, room, depth):
            part = (*part, piece)
            if not depth:
                room.marks_left -= marks_in((Paragraph((piece,)),))
            # The styles around it, and that of the block, are still to be counted.
            crowded = room.marks_left <= 1 + depth + (marks_in((Paragraph(part),)) if depth else 0)
            if room.cut or crowded:
                room.cut = True
                yield part
                part = ()
                room.begin()
    if part:
        yield part


def _spans(span: Span, room: _Room, depth: int) -> Iterator[Span]:
    if isinstance(span, str):
        yield from _cut(span, room)
    elif isinstance(span, Phone | Emoji):
        room.left -= room.measure(plain((Paragraph((span,)),)))
        room.cut = room.full
        yield span
    elif isinstance(span, Code):
        yield from (Code(part) for part in _cut(span.text, room))
    elif isinstance(span, Phrase):
        raise TypeError("a phrase must be translated before it is split")
    else:
        yield from (replace(span, text=part) for part in _within_style(span.text, room, depth))


def _within_style(words: Words, room: _Room, depth: int) -> Iterator[Words]:
    return _lines(words, room, depth + 1) if isinstance(words, tuple) else _cut(_string(words), room)


def _string(text: Text) -> str:
    if not isinstance(text, str):
        raise TypeError("a phrase must be translated before it is split")
    return text


def _cut(text: str, room: _Room) -> Iterator[str]:
    """A text in pieces: at the last line break that fits, else the last space, else inside a word."""
    rest = text
    while room.measure(rest) > room.left:
        end = _fitting(rest, room.left, room.measure)
        for mark in ("\n", " "):
            found = rest.rfind(mark, end // 2, end + 1)
            if found > 0:
                end = found
                break
        room.cut = True
        yield rest[:end].rstrip()
        room.begin()
        rest = rest[end:].lstrip()
    if rest:
        room.left -= room.measure(rest)
        room.cut = room.full
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
