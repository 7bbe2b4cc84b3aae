"""All figures of delivery, one after the other: `python -m benchmarks.delivery`."""

from __future__ import annotations

import sys

from benchmarks.figures import run

sys.exit(run("benchmarks.delivery"))
