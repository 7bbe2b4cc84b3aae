"""Reads the people file that HR keeps in a spreadsheet: what is good in it, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from core.chat.phrases import Listing, Phrase, phrase, plural
from core.people.roster_cells import READERS, Cell, clean, doubtful, unreadable
from core.spreadsheets.table import NotATable, read_table

REQUIRED = ("external_id", "last_name", "first_name")
MOST_ROWS = 100_000
_UNIQUE = ("external_id", "telegram_id", "matrix_id")
_REPEATING = frozenset(READERS) - {
    "external_id",
    "last_name",
    "email",
    "phone",
    "extension",
    "telegram_id",
    "matrix_id",
}
"""Columns whose values many people share."""
_ABOVE_HEADER = 10
"""Rows in which the header is looked for: a title and a date often stand above it."""

Line = tuple[int, list[str] | Phrase]


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
    """The rows without faults, the faults in the order of the file, and the columns that the file has.

    `remarks` say what should be looked at though it was read.
    """

    rows: list[RosterRow]
    faults: list[RowFault]
    columns: frozenset[str] = frozenset()
    remarks: tuple[RowFault, ...] = ()


def read_roster(data: bytes) -> Roster:
    """Reads a table, XLSX or text (see `read_table`), with a header row. Never raises.

    A row with a fault is left out and the rest is read; a file without a usable header has no rows.
    """
    try:
        table = read_table(data)
    except NotATable as refusal:
        return Roster([], [RowFault(1, None, refusal.reason)])
    number, names, lines = _headed(table.rows)
    faults = list(_header_faults(number, names))
    columns = {name: place for place, name in enumerate(names) if name in READERS}
    if not set(REQUIRED) <= columns.keys() or len([n for n in names if n in READERS]) > len(columns):
        return Roster([], faults)
    rows: list[RosterRow] = []
    remarks: list[RowFault] = []
    nameless = _Nameless(names)
    for row, cells in lines:
        if row - number > MOST_ROWS:
            most = phrase("Only the first {count} rows were read", count=MOST_ROWS)
            faults.append(RowFault(row, None, most))
            break
        if isinstance(cells, Phrase):
            faults.append(RowFault(row, None, cells))
            continue
        nameless.see(cells)
        values, wrong = _values(row, cells, columns, len(names))
        faults += wrong
        if not wrong:
            rows.append(RosterRow(row=row, **values))
            if "matrix_id" in values:
                remarks += [RowFault(row, name, doubt) for name, doubt in doubtful(values)]
    for clash in (*_repeats(rows), *_circles(rows)):
        faults.append(clash)
    faults += nameless.faults(number)
    bad = {fault.row for fault in faults}
    faults.sort(key=lambda fault: fault.row)
    told = [RowFault(number, None, what) for what in table.told]
    told += [one for one in remarks if one.row not in bad]
    return Roster([row for row in rows if row.row not in bad], faults, frozenset(columns), tuple(told))


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


def _headed(rows: Iterator[Line]) -> tuple[int, list[str], Iterator[Line]]:
    """The header with its number, and the rows below it: the first row that has what is needed, else the first."""
    begin = list(islice(rows, _ABOVE_HEADER))
    named = [
        (row, [] if isinstance(cells, Phrase) else [clean(cell).casefold() for cell in cells]) for row, cells in begin
    ]
    place = next((place for place, (_, names) in enumerate(named) if set(REQUIRED) <= set(names)), 0)
    number, names = named[place] if named else (1, [])
    return number, names, chain(begin[place + 1 :], rows)


class _Nameless:
    """Columns without a name: harmless as long as they are empty."""

    def __init__(self, names: list[str]) -> None:
        self._places = {place for place, name in enumerate(names) if not name}
        self._used: set[int] = set()

    def see(self, cells: list[str]) -> None:
        """Looks at a row."""
        if self._places:
            used = {place for place in self._places if place < len(cells) and clean(cells[place])}
            self._places -= used
            self._used |= used

    def faults(self, number: int) -> Iterator[RowFault]:
        """One for each column that had something in it; `number` is the header's."""
        for place in sorted(self._used):
            yield RowFault(number, _letters(place), phrase("This column has no name in the header; it was not read"))


def _letters(place: int) -> str:
    """What a spreadsheet calls a column."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


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
    if len(cells) > width and any(cell.strip() for cell in cells[width:]):
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
        value = (_known if name in _REPEATING else _value)(name, cells[place]) if place < len(cells) else None
        if value is None:
            if name in REQUIRED:
                faults.append(RowFault(row, name, phrase("The cell is empty")))
            continue
        if isinstance(value, Phrase):
            faults.append(RowFault(row, name, value))
        values[name] = value
    if not faults and values.get("manager_external_id") == values["external_id"]:
        faults.append(RowFault(row, "manager_external_id", phrase("A person cannot be their own manager")))
    return values, faults


def _value(column: str, raw: str) -> Cell | None:
    """What a cell says; None for nothing."""
    cell = clean(raw)
    longest, read = READERS[column]
    return (unreadable(cell, longest) or read(cell)) if cell else None


_known = lru_cache(maxsize=4096)(_value)


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
