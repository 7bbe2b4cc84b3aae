"""Tables as files for Excel: one writer of XLSX and of CSV, so that no room forgets what a file owes its reader.

A text of people is never a formula; times are those of the reader, whose zone is named; it is said as of when the
figures are. A CSV is nothing but the table, for machines: as of when it is says its name (`file_name`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from bot.talk.language import Speech
from bot.talk.spaces import unbound
from core.chat.phrases import Phrase, Text, Zone, phrase

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_000_000
"""What Excel can open, less the lines above the table."""

_LONGEST_CELL = 32_000
_LONGEST_NAME = 31
_WIDTHS = (8, 60)
_HEADER = 2
_FIRST_YEAR = 1900
"""Excel counts its days from there."""
_FORMULA = re.compile("[-=+@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}]")
_PHONE = re.compile(r"\+[0-9]{5,15}")
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\[\]:*?/\\<>|\"']+")

Cell = Text | int | float | date | datetime | timedelta | None
"""None is an empty cell, which is not 0."""


class Kind(Enum):
    """What a column holds. Money is counted in its smallest unit, a percentage is a fraction of 1."""

    TEXT = auto()
    PHONE = auto()
    NUMBER = auto()
    MONEY = auto()
    PERCENT = auto()
    DATE = auto()
    MOMENT = auto()
    DURATION = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its title. A `PHONE` is E.164 and is not guarded in a CSV: it is but a number."""

    title: Text
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows with a cell for each column. `about` are what was asked for: a filter with its value each."""

    title: Text
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    as_of: datetime
    about: Sequence[tuple[Text, Text]] = ()


def write_xlsx(language: Speech, tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table, and one for what was asked for, where anything was.

    Raises ValueError for a row with another number of cells, for a cell that its column cannot hold, and for more than
    `MOST_ROWS` rows.
    """
    from xlsxwriter.workbook import Workbook

    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "remove_timezone": False}) as book:
        names: set[str] = set()
        for table in tables:
            _fill(book, book.add_worksheet(_sheet_name(_plain(language, table.title), names)), language, table)
        if any(table.about for table in tables):
            name = _sheet_name(language.say(phrase("Parameters")), names)
            _describe(book, book.add_worksheet(name), language, tables)
    return buffer.getvalue()


def write_csv(language: Speech, table: Table) -> bytes:
    """The table alone, as Excel opens it in the reader's language: with semicolons and decimal commas in Russian.

    A text that Excel would take for a formula begins with an apostrophe. Raises ValueError as `write_xlsx` does.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if language.code == "ru" else ",")
    writer.writerow([_guarded(title) for title in _titles(language, table)])
    for row in _rows(table):
        writer.writerow([_in_csv(language, column.kind, cell) for column, cell in zip(table.columns, row, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def file_name(language: Speech, title: Text, as_of: datetime, ending: str) -> str:
    """What a file is called: its title and the reader's day, with nothing that a file system would not take."""
    name = _NOT_IN_NAMES.sub(" ", language.say(title)).strip(" .")
    return f"{' '.join(name.split())[:80].strip()} {as_of.astimezone(language.zone):%Y-%m-%d}.{ending}".strip()


def _fill(book: Workbook, sheet: Worksheet, language: Speech, table: Table) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E9EDF2", "bottom": 1})
    formats = [_format(book, language, column.kind) for column in table.columns]
    titles = _titles(language, table)
    widths = [len(title) for title in titles]
    sheet.write_string(
        0, 0, _cell_text(_plain(language, table.title)), book.add_format({"bold": True, "font_size": 14})
    )
    sheet.write_string(1, 0, _as_of(language, table), book.add_format({"italic": True, "font_color": "#5C6B7A"}))
    for place, title in enumerate(titles):
        sheet.write_string(_HEADER, place, title, head)
    last = _HEADER
    for last, row in enumerate(_rows(table), _HEADER + 1):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            widths[place] = max(widths[place], _put(sheet, (last, place), language, column.kind, cell, formats[place]))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, min(max(width + 3, _WIDTHS[0]), _WIDTHS[1]))
    sheet.freeze_panes(_HEADER + 1, 0)
    if titles:
        sheet.autofilter(_HEADER, 0, last, len(titles) - 1)


def _describe(book: Workbook, sheet: Worksheet, language: Speech, tables: Sequence[Table]) -> None:
    bold = book.add_format({"bold": True})
    line = 0
    for table in tables:
        sheet.write_string(line, 0, _cell_text(_plain(language, table.title)), bold)
        sheet.write_string(line, 1, _as_of(language, table))
        for name, value in table.about:
            line += 1
            sheet.write_string(line, 0, _cell_text(_plain(language, name)))
            sheet.write_string(line, 1, _cell_text(_plain(language, value)))
        line += 2
    sheet.set_column(0, 1, 40)


def _put(
    sheet: Worksheet, place: tuple[int, int], language: Speech, kind: Kind, cell: Cell, form: Format | None
) -> int:
    """Writes a cell; how many characters wide it is."""
    if cell is None:
        return 0
    match kind, cell:
        case Kind.TEXT | Kind.PHONE, str() | Phrase():
            text = _cell_text(_plain(language, cell))
            sheet.write_string(*place, text, form)
            return max(map(len, text.splitlines()), default=0)
        case _:
            value = _value(language, kind, cell)
            if isinstance(value, date) and value.year < _FIRST_YEAR:
                sheet.write_string(*place, _in_csv(language, kind, cell), form)
            elif isinstance(value, date):
                sheet.write_datetime(*place, value, form)
            else:
                sheet.write_number(*place, value, form)
            return len(_in_csv(language, kind, cell))


def _in_csv(language: Speech, kind: Kind, cell: Cell) -> str:
    if cell is None:
        return ""
    if kind in (Kind.TEXT, Kind.PHONE):
        if not isinstance(cell, str | Phrase):
            raise _misfit(kind, cell)
        text = _cell_text(_plain(language, cell))
        return text if kind is Kind.PHONE and _PHONE.fullmatch(text) else _guarded(text)
    value = _value(language, kind, cell)
    if isinstance(value, date):
        return value.strftime(_DATES[language.code == "ru", isinstance(value, datetime)])
    match kind:
        case Kind.DURATION:
            seconds = round(value * 86400)
            sign, seconds = "-" * (seconds < 0), abs(seconds)
            return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case Kind.PERCENT:
            shown = f"{value * 100:.1f}%"
        case Kind.MONEY:
            shown = f"{value:.2f}"
        case _:
            shown = f"{value:.10g}" if isinstance(value, float) else str(value)
    return shown.replace(".", ",") if language.code == "ru" else shown


_DATES: Mapping[tuple[bool, bool], str] = {
    (True, False): "%d.%m.%Y",
    (True, True): "%d.%m.%Y %H:%M:%S",
    (False, False): "%Y-%m-%d",
    (False, True): "%Y-%m-%d %H:%M:%S",
}


def _value(language: Speech, kind: Kind, cell: Cell) -> float | date | datetime:
    """What a spreadsheet counts with: numbers, durations as days, local dates and times."""
    match kind, cell:
        case Kind.MOMENT, datetime() if cell.tzinfo is not None:
            return cell.astimezone(language.zone).replace(tzinfo=None, microsecond=0)
        case Kind.DATE, date() if not isinstance(cell, datetime):
            return cell
        case Kind.DURATION, timedelta():
            return cell / timedelta(days=1)
        case Kind.MONEY, int() if not isinstance(cell, bool):
            return cell / 100
        case ((Kind.NUMBER | Kind.PERCENT), (int() | float())) if not isinstance(cell, bool) and abs(cell) < float(
            "inf"
        ):
            return cell
        case _:
            raise _misfit(kind, cell)


def _format(book: Workbook, language: Speech, kind: Kind) -> Format | None:
    form = _FORMATS[kind]
    if kind in (Kind.DATE, Kind.MOMENT) and language.code != "ru":
        form = form.replace("dd.mm.yyyy", "yyyy-mm-dd")
    return book.add_format({"num_format": form, "valign": "top", "text_wrap": kind is Kind.TEXT})


_FORMATS: Mapping[Kind, str] = {
    Kind.TEXT: "@",
    Kind.PHONE: "@",
    Kind.NUMBER: "General",
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0.0%",
    Kind.DATE: "dd.mm.yyyy",
    Kind.MOMENT: "dd.mm.yyyy hh:mm:ss",
    Kind.DURATION: "[h]:mm:ss",
}


def _rows(table: Table) -> Iterable[Sequence[Cell]]:
    for number, row in enumerate(table.rows):
        if number >= MOST_ROWS:
            raise ValueError(f"a table has at most {MOST_ROWS} rows")
        if len(row) != len(table.columns):
            raise ValueError(f"a row has {len(row)} cells for {len(table.columns)} columns")
        yield row


def _titles(language: Speech, table: Table) -> list[str]:
    """The titles of the columns; those of moments name the zone."""
    titles = [_cell_text(_plain(language, column.title)) for column in table.columns]
    return [
        f"{title} ({language.say(Zone(language.zone.key))})" if column.kind is Kind.MOMENT else title
        for title, column in zip(titles, table.columns, strict=True)
    ]


def _as_of(language: Speech, table: Table) -> str:
    day, clock = table.as_of.astimezone(language.zone).date(), table.as_of.astimezone(language.zone).time()
    return _plain(language, phrase("As of {day}, {time} ({zone})", day=day, time=clock, zone=Zone(language.zone.key)))


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes, and that is not taken."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", title).split())[:_LONGEST_NAME].strip() or "-"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 4].strip()} {number}"
    taken.add(name.casefold())
    return name


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _plain(language: Speech, text: Text) -> str:
    """A text in a cell: programs read it, and to find it people type it with plain spaces."""
    return text if isinstance(text, str) else unbound(language.say(text))


def _cell_text(text: str) -> str:
    """A text that can be written: without halves of characters, and not longer than a cell takes."""
    whole = text.encode("utf-8", "replace").decode()
    return whole if len(whole) <= _LONGEST_CELL else whole[: _LONGEST_CELL - 1] + "…"


def _misfit(kind: Kind, cell: object) -> ValueError:
    return ValueError(f"a column of {kind.name} cannot hold a {type(cell).__name__}")
