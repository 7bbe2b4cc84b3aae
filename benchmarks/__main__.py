"""`make bench`: every figure, one after the other."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Runs each benchmark as a process of its own; the number of those that failed."""
    failed = 0
    for found in pkgutil.iter_modules([str(HERE)]):
        if found.name != "__main__":
            print(f"== {found.name}", flush=True)
            failed += subprocess.run([sys.executable, "-m", f"benchmarks.{found.name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
