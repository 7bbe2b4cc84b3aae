"""Documents to keep, to print and to show to others, as PDF: made of the same blocks as screens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.kit.fonts import drawable, known
from bot.kit.paper import FAINT, HEADING, INK, SMALL, TITLE, Paper, Piece
from bot.talk.language import Speech
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
from core.chat.phrases import Text, phrase

_SPACES = re.compile(" {2,}")
_UNTITLED = "—"
_IN_FOOTER = 60
_LETTERS: dict[type, str] = {Bold: "B", Italic: "I", Underline: "U", Strike: "S"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What stands on paper. `issuer` stands above the title; `code` at the end, with how to check it.

    `wide` turns the pages, for tables of many columns.
    """

    title: Text
    blocks: Sequence[Block]
    issued: datetime
    issuer: Text | None = None
    code: str | None = None
    how_to_check: Text | None = None
    wide: bool = False


def write_pdf(language: Speech, document: Document) -> bytes:
    """A document as PDF, with its font in it; the same document always gives the same bytes.

    Raises ValueError for a table of more columns than paper has room for.
    """
    writer = _Writer(language, document)
    with writer.paper.opened():
        writer.head()
        for block in document.blocks:
            writer.block(block)
            writer.paper.gap(3)
        writer.foot()
        return writer.paper.bytes()


class _Writer:
    """Puts a document on paper in the words of its reader."""

    def __init__(self, language: Speech, document: Document) -> None:
        self._language, self._document = language, document
        self._title = drawable(language.say(document.title)) or _UNTITLED
        self._code = None if document.code is None else drawable(document.code)
        self.paper = Paper(self._title, language.code, document.issued, self._footer, wide=document.wide)

    def head(self) -> None:
        """Who issued it, and its title."""
        if self._document.issuer is not None:
            self.paper.lines(self._said(self._document.issuer), SMALL, FAINT)
            self.paper.gap(2)
        self.paper.lines(self._title, TITLE, INK, bold=True)
        day = self._document.issued.astimezone(self._language.zone).date()
        self.paper.lines(self._said(phrase("Issued on {day}", day=day)), SMALL, FAINT)
        self.paper.gap(6)

    def foot(self) -> None:
        """The code, by which it can be checked."""
        if self._code is not None:
            self.paper.keep(30)
            self.paper.gap(4)
            self.paper.shaded(self._code)
            how = self._document.how_to_check
            self.paper.lines("" if how is None else self._said(how), SMALL, FAINT)

    def block(self, block: Block) -> None:
        """One block."""
        match block:
            case Heading(text):
                self.paper.keep(28)
                self.paper.gap(2)
                self.paper.lines(self._said(text), HEADING, bold=True)
            case Paragraph(line):
                self.paper.pieces(self._pieces(line))
            case Quote(line):
                with self.paper.indented():
                    self.paper.pieces(self._pieces(line, slanted="I"))
            case Bullets(items, numbered):
                for number, item in enumerate(items, 1):
                    with self.paper.indented(f"{number}." if numbered else "•"):
                        self.paper.pieces(self._pieces(item))
            case Facts(rows):
                self.paper.facts([(self._said(name), self._plain(line)) for name, line in rows])
            case Preformatted(text):
                self.paper.lines("\n".join(map(known, text.split("\n"))))
            case Table(header, rows):
                self.paper.table([self._said(cell) for cell in header], [[self._said(c) for c in row] for row in rows])

    def _footer(self, page: int) -> tuple[str, str]:
        title = self._title
        named = title if len(title) <= _IN_FOOTER else f"{title[: _IN_FOOTER - 1].rstrip()}…"
        pages = self._language.say(phrase("Page {page} of {pages}", page=page, pages="{nb}"))
        return named if self._code is None else f"{self._code} · {named}", pages

    def _pieces(self, line: Line, slanted: str = "") -> list[Piece]:
        """The parts of a line; `slanted` is the style of those that have none."""
        pieces = ((text, style or slanted, link) for span in line for text, style, link in _styled(span))
        return [Piece(self._said(text, oblique="I" in style), style, link) for text, style, link in pieces]

    def _plain(self, line: Line) -> str:
        return "".join(piece.text for piece in self._pieces(line))

    def _said(self, text: Text, *, oblique: bool = False) -> str:
        """A text as the font can show it, in its lines."""
        lines = self._language.say(text).replace("\r\n", "\n").split("\n")
        return "\n".join(_SPACES.sub(" ", known(line, oblique=oblique)) for line in lines)


def _styled(span: Span, style: str = "", link: str = "") -> Iterator[tuple[Text, str, str]]:
    """The texts of a span, each with the letters of its styles and with where it leads."""
    match span:
        case Link(words, url):
            yield from _within(words, _with(style, "U"), url)
        case Bold(words) | Italic(words) | Underline(words) | Strike(words):
            yield from _within(words, _with(style, _LETTERS[type(span)]), link)
        case Spoiler(words):
            yield from _within(words, style, link)
        case Code(text) | Emoji(text):
            yield text, style, link
        case Phone(_, shown):
            yield shown, style, link
        case _:
            yield span, style, link


def _within(words: Words, style: str, link: str) -> Iterator[tuple[Text, str, str]]:
    for span in words if isinstance(words, tuple) else (words,):
        yield from _styled(span, style, link)


def _with(style: str, letter: str) -> str:
    return style if letter in style else style + letter
