"""Reads the people file that HR keeps in a spreadsheet: what is good in it, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from core.chat.phrases import Listing, Phrase, phrase, plural
from core.people.roster_cells import READERS, Cell, clean, doubtful, unreadable
from core.people.roster_header import RowFault, find_header, letters
from core.spreadsheets.table import NotATable, read_table

_REQUIRED = frozenset({"external_id", "last_name", "first_name", "full_name"})
_OF_FULL_NAME = frozenset({"last_name", "first_name", "patronymic"})
MOST_ROWS = 100_000
_UNIQUE = ("external_id", "telegram_id", "matrix_id")
_REPEATING = frozenset(READERS) - {
    "external_id",
    "last_name",
    "full_name",
    "email",
    "phone",
    "extension",
    "telegram_id",
    "matrix_id",
}
"""Columns whose values many people share."""


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
class Roster:
    """The rows without faults, the faults in the order of the file, and the columns that the file has.

    `remarks` say what should be looked at though it was read; `titles` is what the file calls its columns.
    """

    rows: list[RosterRow]
    faults: list[RowFault]
    columns: frozenset[str] = frozenset()
    remarks: tuple[RowFault, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


def read_roster(data: bytes) -> Roster:
    """Reads a table, XLSX or text (see `read_table`), with a header row. Never raises.

    A row with a fault is left out and the rest is read; a file without a usable header has no rows.
    """
    try:
        table = read_table(data)
    except NotATable as refusal:
        return Roster([], [RowFault(1, None, refusal.reason)])
    header, lines = find_header(table.rows)
    number, faults = header.row, list(header.faults)
    if not header.columns:
        return Roster([], faults)
    rows: list[RosterRow] = []
    remarks: list[RowFault] = []
    nameless = _Nameless(header.titles)
    for row, cells in lines:
        if row - number > MOST_ROWS:
            most = phrase("Only the first {count} rows were read", count=MOST_ROWS)
            faults.append(RowFault(row, None, most))
            break
        if isinstance(cells, Phrase):
            faults.append(RowFault(row, None, cells))
            continue
        nameless.see(cells)
        values, wrong = _values(row, cells, header.columns, len(header.titles))
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
    titles = {name: header.titles[place] for name, place in header.columns.items()}
    columns = frozenset(titles) | (_OF_FULL_NAME if "full_name" in titles else frozenset())
    return Roster([row for row in rows if row.row not in bad], faults, columns, tuple(told), titles)


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


class _Nameless:
    """Columns without a name: harmless as long as they are empty."""

    def __init__(self, names: Sequence[str]) -> None:
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
            yield RowFault(number, letters(place), phrase("This column has no name in the header; it was not read"))


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
            if name in _REQUIRED:
                faults.append(RowFault(row, name, phrase("The cell is empty")))
            continue
        if isinstance(value, Phrase):
            faults.append(RowFault(row, name, value))
        if name == "full_name" and isinstance(value, tuple):
            values.update(zip(("last_name", "first_name", "patronymic"), (part or None for part in value), strict=True))
            continue
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
