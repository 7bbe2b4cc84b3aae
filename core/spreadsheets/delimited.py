"""Rows of a text with separators and quotation marks, read so that a bad row does not take good ones with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from core.chat.phrases import Phrase, phrase

_LINE_END = re.compile(r"\r\n|\r|\n")
_DECLARED = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
_SEPARATORS = ";,\t|"
_MOST_LINES, _MOST_CHARACTERS = 100, 100_000
"""What a row with line breaks in its cells may span; more is a quotation mark that was never closed."""
_ABOVE = 10
"""Lines among which the header is."""
_ROW_OF_CELLS = 3
"""Cells from which on a line may be a row of its own."""


def records(text: str) -> Iterator[tuple[int, list[str] | Phrase]]:
    """The rows that are not blank, numbered as a spreadsheet shows them.

    A first line such as `sep=;` says the separator and is no row. A line break in quotes does not begin a row; a
    quotation mark that is never closed spoils its own line only.
    """
    lines = _LINE_END.split(text)
    at = next((place for place, line in enumerate(lines) if line.strip("\ufeff \t\0")), 0)
    declared = _DECLARED.fullmatch(lines[at].lstrip("\ufeff"))
    if declared is not None:
        lines, at = lines[at + 1 :], 0
    separator = declared[1] if declared is not None else _separator(lines[at : at + _ABOVE])
    row, width, at = 0, 0, 0
    while at < len(lines):
        row += 1
        line = lines[at]
        cells, used = _record(lines, at, separator, width) if '"' in line else (line.split(separator), 1)
        at += used
        if cells is None:
            yield row, phrase("A quotation mark in this row is never closed")
        elif any(cell.strip() for cell in cells):
            width = width or (len(cells) if len(cells) >= _ROW_OF_CELLS else 0)
            yield row, cells


def _separator(lines: list[str]) -> str:
    """What divides the first line that is divided at all: a title may stand above the header."""
    line = next((line for line in lines if any(mark in line for mark in _SEPARATORS)), "")
    return max(_SEPARATORS, key=line.count)


def _record(lines: list[str], at: int, separator: str, width: int) -> tuple[list[str] | None, int]:
    """The cells of the row that begins with a line, and how many lines it has; None for an open quotation mark."""
    text = lines[at]
    cells, closed, _ = _cells(text, separator)
    if closed:
        return cells, 1
    swallowed = 0
    for used in range(2, _MOST_LINES + 1):
        more = lines[at + used - 1] if at + used <= len(lines) else None
        if more is None or len(text) + len(more) > _MOST_CHARACTERS:
            break
        alone = len(_cells(more, separator)[0])
        if width and alone == width:
            break  # a row of its own
        swallowed = max(swallowed, alone)
        text = f"{text}\n{more}"
        if '"' not in more:
            continue
        cells, closed, clean = _cells(text, separator)
        if closed:
            whole = not width or len(cells) == width or (len(cells) < width and swallowed < _ROW_OF_CELLS)
            return (cells, used) if clean and whole else (None, 1)
    return None, 1


def _cells(text: str, separator: str) -> tuple[list[str], bool, bool]:
    """The cells of a row; whether all quotation marks are closed, and whether nothing follows them in their cells."""
    cells: list[str] = []
    closed = clean = True
    at, end = 0, separator
    cell = _cell(separator)
    while end:
        found = cell.match(text, at)
        assert found is not None  # any text is a cell without quotes
        quoted, tail, bare, end = found.groups()
        if quoted is None:
            cells.append(bare)
            closed = closed and not bare.startswith('"')
        else:
            cells.append(quoted.replace('""', '"') + tail)
            clean = clean and not tail.strip()
        at = found.end()
    return cells, closed, clean


@cache
def _cell(separator: str) -> re.Pattern[str]:
    """A cell in quotes with what follows them, or one without; and the separator after it, or nothing at the end."""
    mark = re.escape(separator)
    return re.compile(rf'(?:"((?:[^"]++|"")*+)"([^{mark}]*)|([^{mark}]*))({mark}|\Z)')
