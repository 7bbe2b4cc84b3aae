"""`kollega clients import`: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Kollega

FILE = """name;phone
Romashka;8 (999) 000-11-01, 8 (999) 000-11-02
Lutik;8 (999) 000-11-03
"""


def test_a_file_of_clients_is_tried_taken_and_told(kollega: Kollega, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text(FILE)
    dry = kollega("clients", "import", "--dry-run", str(path))
    assert (dry.status, dry.out.splitlines()) == (
        0,
        ["This is a dry run: nothing was changed.", "Added: 2. Updated: 0. Unchanged: 0."],
    )
    assert kollega("clients", "import", str(path)).out == "Added: 2. Updated: 0. Unchanged: 0.\n"
    path.write_text(FILE.replace("Lutik", "Lutik Ltd") + "Nobody;12\n")
    again = kollega("clients", "import", str(path))
    assert (again.status, again.out.splitlines()) == (
        1,
        [
            "Added: 0. Updated: 1. Unchanged: 1.",
            "Other names than before:",
            "  row 3: +7 999 000-11-03 was Lutik, and is Lutik Ltd now",
            "1 fault; the rest was taken over:",
            "  row 4, Nobody: “12” is not a telephone number",
        ],
    )
