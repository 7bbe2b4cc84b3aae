"""`make bench`: every figure, one after the other."""

from __future__ import annotations

import sys

from benchmarks.figures import run

sys.exit(run("benchmarks"))
