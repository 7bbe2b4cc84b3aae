"""A table out of a file that somebody keeps in a spreadsheet: numbered rows of texts, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.chat.phrases import Phrase, phrase
from core.spreadsheets.delimited import records
from core.spreadsheets.encodings import decoded
from core.spreadsheets.workbooks import read_workbook

LARGEST_FILE = 20 * 2**20
"""Bytes; a workbook is packed, and what it unpacks to has its own limit."""
_PACKED = b"PK\x03\x04"
_OLD_BOOK = b"\xd0\xcf\x11\xe0"


class NotATable(Exception):
    """There are no rows to be read; `reason` is for whoever sent the file."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not blank, each with the number that a spreadsheet shows and its cells, or what broke it.

    `told` is what else there is to say of the file as a whole.
    """

    rows: Iterator[tuple[int, list[str] | Phrase]]
    told: tuple[Phrase, ...] = ()


def read_table(data: bytes) -> Table:
    """Reads XLSX, or text with commas, semicolons, tabs or bars between the cells. Raises `NotATable`.

    Text is UTF-8, UTF-16, or in an encoding in which its words can be Russian.
    """
    if len(data) > LARGEST_FILE:
        raise NotATable(phrase("The file is larger than {megabytes} MB", megabytes=LARGEST_FILE // 2**20))
    if data.startswith(_OLD_BOOK):
        raise NotATable(phrase("This is an old or a protected Excel file; save it as XLSX without a password"))
    if data.startswith(_PACKED):
        book = read_workbook(data)
        if isinstance(book, Phrase):
            raise NotATable(book)
        return Table(iter(book.rows), book.told)
    text = decoded(data)
    if text is None:
        reason = phrase("The file is in none of the encodings UTF-8, Windows-1251, CP866 and KOI8; save it in UTF-8")
        raise NotATable(reason)
    if not text.strip("\0 \r\n\t\ufeff"):
        raise NotATable(phrase("The file is empty"))
    return Table(records(text))
