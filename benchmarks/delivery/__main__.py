"""All figures of delivery, one after the other: `python -m benchmarks.delivery`."""

from __future__ import annotations

import subprocess
import sys

FIGURES = (
    "planning",
    "rows",
    "sending",
    "limit",
    "alert",
    "events",
    "kills",
    "matrix_kills",
    "stall",
    "memory",
)


def main() -> int:
    """Runs each in a process of its own; the number of those that failed."""
    return sum(
        subprocess.run([sys.executable, "-m", f"{__package__}.{figure}"], check=False).returncode != 0
        for figure in FIGURES
    )


if __name__ == "__main__":
    sys.exit(main())
