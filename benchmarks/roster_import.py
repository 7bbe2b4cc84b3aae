"""How long `kollega people import` takes for 10,000 people on SQLite: `python -m benchmarks.roster_import [ROWS]`."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import processes
from benchmarks.figures import row, sizes

USUAL, SHORT = (10_000,), (50,)
"""Rows."""
HEADER = "external_id;last_name;first_name;email;phone;extension;department;position;manager_external_id;telegram_id"
_WITHIN = 600.0


def main() -> None:
    (rows,) = sizes(USUAL, SHORT)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        file.write_text("\n".join([HEADER, *map(_row, range(rows))]), encoding="utf-8")
        first, again = _import(file), _import(file)
    print(f"{rows:,} rows, SQLite, the whole command")
    row("first import", "10 s for 10,000 rows", f"{first:.1f} s")
    row("the same again", "", f"{again:.1f} s")


def _row(number: int) -> str:
    manager = f"e{number // 20}" if number else ""
    phone = f"+7999{number:07}"
    return (
        f"e{number};Surname{number};Name{number % 97};e{number}@example.org;{phone};{10000 + number};"
        f"Department {number % 50};Engineer;{manager};{700_000 + number}"
    )


def _import(file: Path) -> float:
    environment, log = processes.environment(DATA_DIR=str(file.parent)), file.with_name("log")
    started = time.perf_counter()
    process = processes.start(("bot", "people", "import", str(file)), environment, file.with_name("output"), log)
    assert process.wait(_WITHIN) == 0, log.read_text()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
