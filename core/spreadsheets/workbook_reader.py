"""Run as a program: reads an XLSX from standard input and writes its rows to standard output, within limits.

It stands alone, without the rest of the house, so that it starts quickly: whatever a workbook does to it, only this
process ends.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

PROCESSOR_SECONDS = 60
MOST_ROWS = 100_100
"""More than any reader of a table takes; what is left out is told by whoever counts."""
_NOT_XLSX = ("mimetype", "xl/workbook.bin")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_SHOWN = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})</")


def read(data: bytes) -> dict[str, Any]:
    """The sheet's name, whether there are others, and the rows that are not blank with their numbers; or a fault."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = set(parts.namelist())
        if names & set(_NOT_XLSX) or "[Content_Types].xml" not in names:
            return {"fault": "format"}
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
        if not shown:
            return {"fault": "empty"}
        sheet = book.get_sheet_by_name(shown[0])
        rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)]
        _fill_merged(rows, sheet.merged_cell_ranges or ())
        for row, column, error in _errors(data, shown[0]):
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = error
    except (CalamineError, zipfile.BadZipFile, SyntaxError, OSError, ValueError, LookupError, RuntimeError):
        return {"fault": "damaged"}
    kept = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    return {"sheet": shown[0], "others": len(shown) > 1, "rows": kept} if kept else {"fault": "empty"}


def _text(cell: Any) -> str:
    """A value as it would be typed; numbers without what a spreadsheet adds to them."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return str(cell.date())
    return str(cell)


def _fill_merged(rows: list[list[str]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Cells merged over several rows say the same for each of them."""
    for (top, left), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and left < len(rows[top]) and not row[left]:
                row[left] = rows[top][left]


def _errors(data: bytes, sheet: str) -> Iterator[tuple[int, int, str]]:
    """The cells in which a formula failed: row and column from 0, and what they show. The library has them empty."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in _part_of(parts, sheet):
            xml = parts.read(name)
            if b't="e"' not in xml and b"t='e'" not in xml:
                continue
            for found in _ERROR.finditer(xml):
                place, shown = _PLACE.search(found[1]), _SHOWN.search(found[2])
                if place is not None:
                    column = 0
                    for letter in place[1]:
                        column = column * 26 + letter - 64
                    yield int(place[2]) - 1, column - 1, shown[1].decode() if shown else "#ERROR!"


def _part_of(parts: zipfile.ZipFile, sheet: str) -> Iterator[str]:
    """The part of the package that holds a sheet."""
    from xml.etree import ElementTree

    # The limits of this process are the defence against what XML can do.
    book = ElementTree.fromstring(parts.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for one in book.iter():
        if one.tag.rpartition("}")[2] == "sheet" and one.get("name") == sheet:
            link = next((value for key, value in one.items() if key.rpartition("}")[2] == "id"), None)
            target = targets.get(link, "").lstrip("/")
            name = target if target.startswith("xl/") else f"xl/{target}"
            if name in parts.namelist():
                yield name


def main() -> None:
    """Limits itself to the bytes of memory that the first argument says, before the first byte is read."""
    memory = int(sys.argv[1])
    try:
        import resource
    except ImportError:  # Windows has no such limits
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = read(sys.stdin.buffer.read())
    except MemoryError:
        found = {"fault": "large"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
