"""A benchmark that nobody runs breaks unnoticed: the short form of each runs here, and has to produce its figures."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from benchmarks.figures import found
from tests.support import preloaded

BENCHMARKS = found()
WITHIN = 120.0
"""Seconds; on an idle machine the longest takes a tenth of it."""
_ROW = re.compile(r"^  (?P<what>\S.*?) +\| (?P<figure>.*?) +\| (?P<seen>.*)$", re.MULTILINE)


def test_each_benchmark_has_a_short_form() -> None:
    assert BENCHMARKS, "they are found by their main"
    assert [name for name, file in BENCHMARKS.items() if "SHORT" not in _constants(file)] == []


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_short_form_produces_figures(name: str, tmp_path: Path) -> None:
    output, log = tmp_path / "output", tmp_path / "log"
    process = preloaded.start(("tests.benchmarks.short", name), os.environ, output, log)
    try:
        status = process.wait(WITHIN)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        process.wait(WITHIN)
        status = -1
    printed = output.read_text()
    assert status == 0, f"{printed}\n{log.read_text()[-4000:]}"
    rows = _ROW.findall(printed)
    assert rows, printed
    assert [row for row in rows if not re.search(r"\d", row[2]) or "nan" in row[2]] == []


def _constants(file: Path) -> set[str]:
    """The names that a module gives to values."""
    assigned = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.Assign)]
    return {name.id for node in assigned for name in ast.walk(node) if isinstance(name, ast.Name)}
