"""How long `kollega people import` takes for 10,000 people on SQLite: `python -m benchmarks.roster_import [ROWS]`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 10_000
HEADER = "external_id;last_name;first_name;email;phone;extension;department;position;manager_external_id;telegram_id"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        file.write_text("\n".join([HEADER, *map(_row, range(rows))]), encoding="utf-8")
        first, again = _import(file, folder), _import(file, folder)
    print(f"{rows} rows, SQLite, the whole command")
    print(f"  first import     {first:6.1f} s   (figure: 10 s for 10,000 rows)")
    print(f"  the same again   {again:6.1f} s")


def _row(number: int) -> str:
    manager = f"e{number // 20}" if number else ""
    phone = f"+7999{number:07}"
    return (
        f"e{number};Surname{number};Name{number % 97};e{number}@example.org;{phone};{10000 + number};"
        f"Department {number % 50};Engineer;{manager};{700_000 + number}"
    )


def _import(file: Path, folder: str) -> float:
    environment = os.environ | {"KOLLEGA_DATA_DIR": folder}
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "people", "import", str(file)],
        env=environment,
        cwd=Path(__file__).parents[1],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
