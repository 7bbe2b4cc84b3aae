"""Runs the short form of a benchmark with preloaded programs: `python -m tests.benchmarks.short NAME`."""

from __future__ import annotations

import runpy
import signal
import sys

from benchmarks import processes
from benchmarks.figures import SHORT
from tests.support import preloaded

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what it has started is ended too
    processes.start = preloaded.start
    sys.argv = [sys.argv[1], SHORT]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
