"""Pieces of text with the set of their styles, as messengers mark them up, as the tree of spans that is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.chat.blocks import Bold, Code, Emoji, Italic, Line, Link, Phone, Span, Spoiler, Strike, Underline, Words
from core.chat.phrases import Text

Style = type[Bold | Italic | Underline | Strike | Spoiler | Code]
Leaf = Text | Code | Phone | Emoji
"""What stands at the ends of the tree."""
_NESTED: tuple[type[Bold | Italic | Underline | Strike | Spoiler], ...] = (Spoiler, Bold, Italic, Underline, Strike)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or an emoji, in all of its styles at once; `url` when it is part of a link."""

    text: str | Emoji
    styles: frozenset[Style] = frozenset()
    url: str = ""


def nested(pieces: Sequence[Piece]) -> Line:
    """The pieces as spans within spans. A link is never cut by a style that begins or ends in it, and texts that mean
    the same have one form, in whatever order a messenger names their styles."""
    line: list[Span] = []
    for url, linked in groupby(pieces, key=lambda piece: piece.url):
        inner = _styled(list(linked), _NESTED)
        line.extend((Link(_simple(inner), url),) if url else inner)
    return tuple(line)


def texts_of(line: Line) -> Iterator[Leaf]:
    """The texts, code, telephone numbers and emoji of a line, without the styles around them."""
    for span in line:
        if isinstance(span, Bold | Italic | Underline | Strike | Spoiler | Link):
            yield from texts_of(span.text if isinstance(span.text, tuple) else (span.text,))
        else:
            yield span


def _styled(pieces: Sequence[Piece], styles: Sequence[type[Bold | Italic | Underline | Strike | Spoiler]]) -> Line:
    if not styles:
        return tuple(_plain(pieces))
    outer, line = styles[0], list[Span]()
    for applies, group in groupby(pieces, key=lambda piece: outer in piece.styles):
        inner = _styled(list(group), styles[1:])
        line.extend((outer(_simple(inner)),) if applies else inner)
    return tuple(line)


def _plain(pieces: Sequence[Piece]) -> Iterator[Span]:
    """Code is code whatever its pieces are: no messenger has a picture in it."""
    for code, group in groupby(pieces, key=lambda piece: Code in piece.styles):
        if code:
            yield Code("".join(piece.text if isinstance(piece.text, str) else piece.text.text for piece in group))
            continue
        for is_text, same in groupby((piece.text for piece in group), key=lambda text: isinstance(text, str)):
            if is_text:
                yield "".join(str(text) for text in same)
            else:
                yield from (text for text in same if not isinstance(text, str))


def _simple(line: Line) -> Words:
    """A single text needs no line around it."""
    return line[0] if len(line) == 1 and isinstance(line[0], str) else line
