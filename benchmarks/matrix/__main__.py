"""All figures of Matrix, one after the other: `python -m benchmarks.matrix`."""

from __future__ import annotations

import sys

from benchmarks.figures import run

sys.exit(run("benchmarks.matrix"))
