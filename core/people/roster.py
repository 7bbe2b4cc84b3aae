"""Reads the people file that HR keeps in a spreadsheet: what is good in it, and what is wrong with the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.chat.phrases import Listing, Phrase, phrase, plural
from core.people.roster_cells import READERS, clean, unreadable

REQUIRED = ("external_id", "last_name", "first_name")
LARGEST_FILE = 20 * 2**20
MOST_ROWS = 100_000
_UNIQUE = ("external_id", "telegram_id", "matrix_id")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TOLERATED_DAMAGE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person of the file. None (and no roles) for an empty cell or an absent column: see Roster.columns.

    `row` is the number that a spreadsheet shows; `phone` is E.164; `roles` hold "employee", "manager", "hr"
    and "admin".
    """

    row: int
    external_id: str
    last_name: str
    first_name: str
    patronymic: str | None = None
    email: str | None = None
    phone: str | None = None
    extension: str | None = None
    department: str | None = None
    parent_department: str | None = None
    position: str | None = None
    manager_external_id: str | None = None
    roles: tuple[str, ...] = ()
    telegram_id: int | None = None
    matrix_id: str | None = None
    birthday: date | None = None
    hired_on: date | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row was left out, or, in the header, why a column was not read."""

    row: int
    column: str | None
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows without faults, the faults in the order of the file, and the columns that the file has."""

    rows: list[RosterRow]
    faults: list[RowFault]
    columns: frozenset[str] = frozenset()


def read_roster(data: bytes) -> Roster:
    """Reads a CSV file: UTF-8 or Windows-1251, comma or semicolon, with a header row. Never raises.

    A row with a fault is left out and the rest is read; a file without a usable header has no rows.
    """
    fault = _unfit(data)
    if fault:
        return Roster([], [RowFault(1, None, fault)])
    text = _decoded(data)
    records = _records(text)
    number, header = next(records, (1, []))
    names = [clean(cell).casefold() for cell in header]
    faults = list(_header_faults(number, names))
    columns = {name: place for place, name in enumerate(names) if name in READERS}
    if not set(REQUIRED) <= columns.keys() or len([n for n in names if n in READERS]) > len(columns):
        return Roster([], faults)
    rows: list[RosterRow] = []
    for row, cells in records:
        if row - number > MOST_ROWS:
            most = phrase("Only the first {count} rows were read", count=MOST_ROWS)
            faults.append(RowFault(row, None, most))
            break
        values, wrong = _values(row, cells, columns, len(names))
        faults += wrong
        if not wrong:
            rows.append(RosterRow(row=row, **values))
    for clash in (*_repeats(rows), *_circles(rows)):
        faults.append(clash)
    bad = {fault.row for fault in faults}
    faults.sort(key=lambda fault: fault.row)
    return Roster([row for row in rows if row.row not in bad], faults, frozenset(columns))


def circles(managers: Mapping[str, str | None]) -> list[list[str]]:
    """The circles among people who report to each other; `managers` gives each person's manager."""
    found: list[list[str]] = []
    settled: set[str] = set()
    for start in managers:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at in managers and at not in settled and at not in path:
            path[at] = len(path)
            at = managers[at]
        if at is not None and at in path:
            found.append(list(path)[path[at] :])
        settled.update(path)
    return found


def _unfit(data: bytes) -> Phrase | None:
    if len(data) > LARGEST_FILE:
        return phrase("The file is larger than {megabytes} MB", megabytes=LARGEST_FILE // 2**20)
    if data.startswith(_UTF16):
        return phrase("The file is in UTF-16; save it as CSV in UTF-8")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return phrase("This is a spreadsheet; save it as CSV in UTF-8")
    return None if data.strip() else phrase("The file is empty")


def _decoded(data: bytes) -> str:
    """UTF-8 if it is that, even a little damaged; otherwise Windows-1251."""
    text = data.decode("utf-8-sig", "replace")
    damage = text.count("\N{REPLACEMENT CHARACTER}")
    foreign = sum(not letter.isascii() for letter in text) if damage else 0
    return text if damage <= foreign * _TOLERATED_DAMAGE else data.decode("cp1251", "replace")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with their numbers; a line break in quotes does not begin a row."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;", key=first.count))
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = ["\x00"]
        if any(cell.strip() for cell in cells):
            yield row, cells


def _header_faults(row: int, names: list[str]) -> Iterator[RowFault]:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        absent = Listing(tuple(missing))
        yield RowFault(row, None, phrase("The header row lacks the columns {columns}", columns=absent))
        return
    for place, name in enumerate(names):
        if name and name in names[:place]:
            yield RowFault(row, name, phrase("The column stands twice in the header row"))
        elif name and name not in READERS:
            yield RowFault(row, name[:64], phrase("There is no such column; it was not read"))


def _values(
    row: int, cells: list[str], columns: Mapping[str, int], width: int
) -> tuple[dict[str, Any], list[RowFault]]:
    if len(cells) < width or (len(cells) > width and any(cell.strip() for cell in cells[width:])):
        if any("\n" in cell for cell in cells):
            return {}, [RowFault(row, None, phrase("A quotation mark in this row is never closed"))]
        uneven = plural(
            "This row has {n} cell, the header has {width}",
            "This row has {n} cells, the header has {width}",
            n=len(cells),
            width=width,
        )
        return {}, [RowFault(row, None, uneven)]
    values: dict[str, Any] = {}
    faults: list[RowFault] = []
    for name, place in columns.items():
        cell = clean(cells[place])
        longest, read = READERS[name]
        if not cell:
            if name in REQUIRED:
                faults.append(RowFault(row, name, phrase("The cell is empty")))
            continue
        value = unreadable(cell, longest) or read(cell)
        if isinstance(value, Phrase):
            faults.append(RowFault(row, name, value))
        values[name] = value
    if not faults and values.get("manager_external_id") == values["external_id"]:
        faults.append(RowFault(row, "manager_external_id", phrase("A person cannot be their own manager")))
    return values, faults


def _repeats(rows: list[RosterRow]) -> Iterator[RowFault]:
    """The later rows that claim the id or the account of an earlier one."""
    for column in _UNIQUE:
        owners: dict[object, int] = {}
        for row in rows:
            value = getattr(row, column)
            if value is not None and owners.setdefault(value, row.row) != row.row:
                first = phrase("Row {row} already has this value", row=owners[value])
                yield RowFault(row.row, column, first)


def _circles(rows: list[RosterRow]) -> Iterator[RowFault]:
    lines: dict[str, RosterRow] = {}
    for row in rows:
        lines.setdefault(row.external_id, row)
    for circle in circles({who: row.manager_external_id for who, row in lines.items()}):
        everybody = Listing(tuple(circle[:5]))
        reason = phrase("These people are managers of each other in a circle: {people}", people=everybody)
        for who in circle:
            yield RowFault(lines[who].row, "manager_external_id", reason)
