"""Each line of the log is a JSON object; below the level that was set there is none."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import structlog
from bot.run.logs import set_up
set_up({level})
with structlog.contextvars.bound_contextvars(cause="event:7"):
    structlog.get_logger().debug("small", ms=1.5)
    structlog.get_logger().warning("large", ms=2.5)
"""


@pytest.mark.parametrize(("level", "lines"), [("", ["large"]), ("'debug'", ["small", "large"]), ("'error'", [])])
def test_lines_carry_what_caused_them(level: str, lines: list[str]) -> None:
    program = PROGRAM.format(level=level)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    logged = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in logged] == lines
    assert {line["cause"] for line in logged} <= {"event:7"}
    assert all(line["timestamp"].endswith("Z") for line in logged)
