"""A screen in one language: every phrase of its tree replaced by its text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

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
from core.chat.phrases import Language, Phrase, Text

_ARROWS = "\u2190"
"""Signs before it, such as №, belong to the words."""


def in_language(blocks: Sequence[Block], language: Language) -> tuple[Block, ...]:
    """The blocks with plain strings for phrases."""
    return tuple(_block(block, language) for block in blocks)


def text_in(text: Text, language: Language) -> str:
    """A text in the reader's language; a person's own words stay as they are."""
    return text if isinstance(text, str) else language.say(text)


def line_in(line: Line, language: Language) -> Line:
    """A line with plain strings for phrases."""
    return tuple(_span(span, language) for span in line)


def _block(block: Block, language: Language) -> Block:
    match block:
        case Heading(text):
            return Heading(text_in(text, language))
        case Paragraph(line):
            return Paragraph(line_in(line, language))
        case Bullets(items, numbered):
            lines = tuple(line_in(item, language) for item in items)
            return Bullets(lines, numbered) if numbered or not all(map(_has_sign, lines)) else _stacked(lines)
        case Facts(rows):
            return Facts(tuple((text_in(label, language), line_in(line, language)) for label, line in rows))
        case Quote(line, folded):
            return Quote(line_in(line, language), folded)
        case Table(header, rows):
            cells = tuple(tuple(text_in(cell, language) for cell in row) for row in rows)
            return Table(tuple(text_in(name, language) for name in header), cells)
        case Preformatted():
            return block


def _has_sign(line: Line) -> bool:
    """Whether a line begins with a pictogram, which is its bullet."""
    first = line[0] if line else ""
    return isinstance(first, str) and first[:1] >= _ARROWS and unicodedata.category(first[0]) == "So"


def _stacked(lines: Sequence[Line]) -> Paragraph:
    return Paragraph(tuple(span for line in lines for span in ("\n", *line))[1:])


def _span(span: Span, language: Language) -> Span:
    match span:
        case Bold(text) | Italic(text) | Underline(text) | Strike(text) | Spoiler(text) | Link(text, _):
            return replace(span, text=_words(text, language))
        case Phrase():
            return language.say(span)
        case str() | Code() | Phone() | Emoji():
            return span


def _words(words: Words, language: Language) -> Words:
    return line_in(words, language) if isinstance(words, tuple) else text_in(words, language)
