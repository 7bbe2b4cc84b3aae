"""Blocks laid out as lines of styled text: the one layout that every messenger without tables shares.

A messenger that marks up text (Telegram) writes the runs; one with a richer form (HTML) writes the blocks itself.
Lengths are measured on the plain text, so that what is measured is what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

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
from core.chat.phrases import Phrase, Text


class Style(Enum):
    """How a run looks."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    CODE = "code"
    EMOJI = "emoji"
    LINK = "link"
    PRE = "pre"
    QUOTE = "quote"
    FOLDED = "folded"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style; `inner` when it holds pieces in further ones.

    `about` is the address of a link, the id of an emoji, the language of code.
    """

    text: str
    style: Style = Style.PLAIN
    about: str = ""
    inner: tuple[Run, ...] = ()


_STYLES: dict[type, Style] = {
    Bold: Style.BOLD,
    Italic: Style.ITALIC,
    Underline: Style.UNDERLINE,
    Strike: Style.STRIKE,
    Spoiler: Style.SPOILER,
}


def runs(blocks: Sequence[Block]) -> list[Run]:
    """The blocks of a page as styled runs, with the line breaks between them."""
    laid: list[Run] = []
    for position, block in enumerate(blocks):
        if position:
            laid.append(Run("\n" if isinstance(blocks[position - 1], Heading) else "\n\n"))
        laid.extend(_block(block))
    return laid


def plain(blocks: Sequence[Block]) -> str:
    """The same without styles, as it is measured and as a messenger's plain body shows it."""
    return "".join(run.text for run in runs(blocks))


def plain_line(line: Line) -> str:
    """The plain text of one line."""
    return "".join(run.text for run in _line(line))


def _block(block: Block) -> Iterable[Run]:
    match block:
        case Heading(text):
            return (Run(_words(text), Style.BOLD),)
        case Paragraph(line):
            return _line(line)
        case Bullets(items, numbered):
            return _joined([(Run(f"{n}. " if numbered else "• "), *_line(item)) for n, item in enumerate(items, 1)])
        case Facts(rows):
            return _joined([(Run(f"{_words(label)}: "), *_line(line)) for label, line in rows])
        case Quote(line, folded):
            return (_around(line, Style.FOLDED if folded else Style.QUOTE),)
        case Preformatted(text, language):
            return (Run(text, Style.PRE, language),)
        case Table(header, rows):
            return _joined([tuple(_record(header, row)) for row in rows])


def _record(header: Sequence[Text], row: Sequence[Text]) -> Iterator[Run]:
    """A row of a table where there are no tables: its first cell, then the others with their headings."""
    for position, (name, cell) in enumerate(zip(header, row, strict=False)):
        if position == 0:
            yield Run("• ")
            yield Run(_words(cell), Style.BOLD)
        elif _words(cell):
            yield Run(f"{' — ' if position == 1 else ', '}{_words(name)}: {_words(cell)}")


def _joined(lines: Iterable[Iterable[Run]]) -> Iterator[Run]:
    for position, line in enumerate(lines):
        if position:
            yield Run("\n")
        yield from line


def _line(line: Line) -> Iterator[Run]:
    for span in line:
        yield _span(span)


def _span(span: Span) -> Run:
    match span:
        case str() | Phrase():
            return Run(_words(span))
        case Phone(shown=shown):
            return Run(shown)
        case Code(text):
            return Run(text, Style.CODE)
        case Emoji(text, id):
            return Run(text, Style.EMOJI, id)
        case Link(words, url):
            return _around(words, Style.LINK, url)
        case Bold(words) | Italic(words) | Underline(words) | Strike(words) | Spoiler(words):
            return _around(words, _STYLES[type(span)])


def _around(words: Words, style: Style, about: str = "") -> Run:
    """A style around a text, or around pieces in styles of their own."""
    if not isinstance(words, tuple):
        return Run(_words(words), style, about)
    inner = tuple(_line(words))
    return Run("".join(run.text for run in inner), style, about, inner)


def _words(text: Text) -> str:
    if isinstance(text, Phrase):
        raise TypeError(f"a phrase must be translated before it is laid out: {text.text!r}")
    return text
