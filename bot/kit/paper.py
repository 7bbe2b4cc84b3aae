"""Pages of paper that are written from the top down, in one font that is put into the file.

It is the one module that knows fpdf2, which is imported with the first document and never at start-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.kit.fonts import font_file

if TYPE_CHECKING:
    from fpdf import FPDF

MOST_COLUMNS = 12
INK, FAINT = (28, 39, 51), (92, 107, 122)
TITLE, HEADING, NORMAL, SMALL = 20, 13, 10.5, 8.5
"""Sizes of the letters in points."""

_RULE, _SHADE = (201, 209, 217), (240, 243, 246)
_FAMILY = "DejaVu"
_MARGIN, _BOTTOM = 20.0, 24.0
_LINE = 1.45
_POINT = 25.4 / 72
_INDENT = 7.0
_LONGEST_CELL = 400
_BESIDE = 1.5
"""Millimetres that are free at each side of a cell."""
_BOLDER = 1.2
"""How much wider the letters of the header are."""
_HIGHEST = 0.4
"""Of a page, how much a row takes at most: the header has as much above it."""
_NARROWEST = 8.0
"""Millimetres in which a letter has room, with what is left free beside it."""
_NUMBER = re.compile(r"[-\N{MINUS SIGN}+<>]?[0-9][0-9\s.,:%\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]*|\N{EM DASH}|")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line. `style` has any of the letters B, I, U and S; `link` an address."""

    text: str
    style: str = ""
    link: str = ""


class Paper:
    """A4 pages. `footer` are the texts at the left and at the right of the page with a number; "{nb}" is how many."""

    def __init__(
        self, title: str, language: str, created: datetime, footer: Callable[[int], tuple[str, str]], *, wide: bool
    ) -> None:
        from fpdf import FPDF

        draw = self._footer

        class Pages(FPDF):
            """Pages with a footer."""

            def footer(self) -> None:
                draw(self)

        self._texts = footer
        self._pdf = Pages(orientation="landscape" if wide else "portrait", format="A4")
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.set_auto_page_break(True, _BOTTOM)
        self._pdf.set_creation_date(created.astimezone(UTC))
        self._pdf.set_title(title)
        self._pdf.set_lang(language)
        self._pdf.set_producer("Kollega")

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The first page, and the faces of the font, whose files are closed in the end."""
        from fpdf.fonts import TTFFont

        try:
            for style in ("", "B", "I"):
                self._add(style)
            self._pdf.add_page()
            yield
        finally:
            for font in self._pdf.fonts.values():
                if isinstance(font, TTFFont):
                    font.ttfont.close()

    def bytes(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def gap(self, height: float) -> None:
        """Empty space, in millimetres."""
        self._pdf.ln(height)

    def keep(self, room: float) -> None:
        """Goes on on the next page where there is less room than this, in millimetres."""
        if self._pdf.will_page_break(room):
            self._pdf.add_page()

    def lines(self, text: str, size: float = NORMAL, color: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        """A text that is wrapped; its line breaks are kept."""
        self._font(size, color, "B" * bold)
        self._pdf.multi_cell(0, size * _LINE * _POINT, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def pieces(self, line: Sequence[Piece]) -> None:
        """Texts in their styles, wrapped together."""
        height = NORMAL * _LINE * _POINT
        for piece in line:
            self._font(NORMAL, INK, piece.style)
            self._pdf.write(height, piece.text, piece.link)
        self._pdf.ln(height)

    def shaded(self, text: str) -> None:
        """One line that stands out."""
        self._font(HEADING, INK, "B")
        self._pdf.set_fill_color(*_SHADE)
        self._pdf.cell(0, 11, f" {text}", fill=True, new_x="LMARGIN", new_y="NEXT")
        self._pdf.ln(1.5)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names beside their values."""
        from fpdf.fonts import FontFace

        if not rows:
            return
        self._font(NORMAL, INK)
        third, most = self._pdf.epw / 3, self._most_lines(NORMAL)
        with self._pdf.table(
            borders_layout="NONE",
            col_widths=(1, 2),
            first_row_as_headings=False,
            line_height=NORMAL * _LINE * _POINT,
            text_align="LEFT",
            v_align="TOP",
        ) as table:
            for name, value in rows:
                row = table.row()
                row.cell(self._fitting(_cut(name), third, most), style=FontFace(color=FAINT))
                row.cell(self._fitting(_cut(value), 2 * third, most))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table whose header stands on each page; columns of numbers stand at the right.

        Raises ValueError for no columns, or more than `MOST_COLUMNS`.
        """
        from fpdf.fonts import FontFace

        if not header or len(header) > MOST_COLUMNS:
            raise ValueError(f"a table on paper has 1 to {MOST_COLUMNS} columns")
        size = SMALL if len(header) > 5 else NORMAL - 1
        self._font(size, INK)
        cells = [[_cut(cell) for cell in row] for row in (header, *rows)]
        columns = list(zip(*cells, strict=True))
        numbers = [bool(rows) and all(_NUMBER.fullmatch(cell) for cell in column[1:]) for column in columns]
        widths = self._widths(columns)
        most = self._most_lines(size)
        self._pdf.set_draw_color(*_RULE)
        with self._pdf.table(
            borders_layout="HORIZONTAL_LINES",
            col_widths=widths,
            headings_style=FontFace(emphasis="BOLD", fill_color=_SHADE),
            line_height=size * _LINE * _POINT,
            padding=(1.2, _BESIDE),
            text_align=tuple("RIGHT" if number else "LEFT" for number in numbers),
            v_align="TOP",
        ) as table:
            for row in cells:
                table.row([self._fitting(cell, width, most) for cell, width in zip(row, widths, strict=True)])

    def _most_lines(self, size: float) -> int:
        """How many lines a row has at most."""
        return int(_HIGHEST * self._pdf.eph / (size * _LINE * _POINT))

    def _fitting(self, text: str, width: float, most: int) -> str:
        """As much of a cell as has room in so many lines of a column; where they break, up to half of each is free."""
        kept: list[str] = []
        for line in text.splitlines():
            needed = 1 + int(2 * _BOLDER * self._pdf.get_string_width(line) / (width - 2 * _BESIDE))
            if needed > most:
                return "\n".join([*kept, f"{line[: len(line) * max(0, most - 1) // needed].rstrip()}…"])
            kept.append(line)
            most -= needed
        return "\n".join(kept)

    def _widths(self, columns: Sequence[Sequence[str]]) -> tuple[float, ...]:
        """Room for each column by its longest word and its longest cell, so that short columns do not break."""
        wanted: list[float] = []
        least: list[float] = []
        for column in columns:
            lines = [line for cell in column for line in cell.splitlines()]
            wanted.append(self._widest(lines, 90))
            least.append(self._widest([word for line in lines for word in line.split()], 40))
        if sum(least) >= self._pdf.epw:
            least, wanted = [_NARROWEST] * len(least), least  # long words break, and short columns keep their letter
        spare = self._pdf.epw - sum(least)
        more = sum(wanted) - sum(least)
        if more <= 0:
            return tuple(least)
        return tuple(few + (many - few) * spare / more for few, many in zip(least, wanted, strict=True))

    def _widest(self, texts: Sequence[str], most: float) -> float:
        return max(min(max(map(self._pdf.get_string_width, texts), default=0), most) * 1.08 + 5, _NARROWEST)

    @contextmanager
    def indented(self, mark: str = "") -> Iterator[None]:
        """What is written is moved to the right, behind a mark."""
        pdf, left = self._pdf, self._pdf.l_margin
        self._font(NORMAL, INK)
        if mark:
            pdf.cell(_INDENT, NORMAL * _LINE * _POINT, mark)
        pdf.set_left_margin(left + _INDENT)
        pdf.set_x(left + _INDENT)
        try:
            yield
        finally:
            pdf.set_left_margin(left)
            pdf.set_x(left)

    def _footer(self, pdf: FPDF) -> None:
        left, right = self._texts(pdf.page_no())
        pdf.set_y(-15)
        pdf.set_font(_FAMILY, "", SMALL)
        pdf.set_text_color(*FAINT)
        pdf.cell(pdf.epw * 0.75, 5, left, align="L")
        pdf.cell(0, 5, right, align="R")

    def _add(self, face: str) -> None:
        if f"{_FAMILY.lower()}{face}" not in self._pdf.fonts:
            self._pdf.add_font(_FAMILY, face, font_file(bold="B" in face, oblique="I" in face))

    def _font(self, size: float, color: tuple[int, int, int], style: str = "") -> None:
        if {"B", "I"} <= set(style):
            self._add("BI")  # hardly any document needs it
        self._pdf.set_font(_FAMILY, style, size)
        self._pdf.set_text_color(*color)


def _cut(text: str) -> str:
    """A cell that is not higher than a page."""
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1].rstrip()}…"
