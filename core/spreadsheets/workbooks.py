"""The first sheet of a workbook, read in a process of its own: a workbook can be made to unpack without end."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from core.chat.phrases import Phrase, phrase

_READER = Path(__file__).with_name("workbook_reader.py")
MEMORY = 2**30
"""Bytes: about twice what a hundred thousand rows of twenty columns take."""
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Workbook:
    """The rows of the sheet that are not blank, as `Table` has them; `told` is what was not read."""

    rows: list[tuple[int, list[str] | Phrase]]
    told: tuple[Phrase, ...]


def read_workbook(data: bytes) -> Workbook | Phrase:
    """Reads XLSX; or why it cannot be read. Never raises for what the file holds."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file, with nothing of the workbook among its arguments
            [sys.executable, "-I", str(_READER), str(MEMORY)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _too_large()
    if done.returncode == 0:
        found = json.loads(done.stdout)
    else:
        found = {"fault": "large" if done.returncode < 0 else "damaged"}  # ended by a limit, or by its own fault
    match found.get("fault"):
        case "large":
            return _too_large()
        case "format":
            return phrase("Of workbooks only XLSX is read; save it as XLSX or as CSV in UTF-8")
        case "damaged":
            return phrase("The workbook is damaged, or has a password; save it anew as XLSX")
        case "empty":
            return phrase("The file is empty")
    told = [phrase("Only the sheet “{name}” was read", name=found["sheet"])] if found["others"] else []
    return Workbook([(row, cells) for row, cells in found["rows"]], tuple(told))


def _too_large() -> Phrase:
    return phrase("The workbook needs too much memory or time; remove what is not part of the table, or save it as CSV")
