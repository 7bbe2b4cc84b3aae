"""How fast `kollega run` answers, and what it needs when idle: `python -m benchmarks.start [RUNS]`.

The bot runs on SQLite with Telegram on, against a local server that never has an update.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

RUNS = 3
IDLE_SECONDS = 10
PORT = 18080


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.interaction.server", "0", "1"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    health: list[float] = []
    ready: list[float] = []
    memory: list[float] = []
    try:
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as folder:
                figures = _measure(address, folder)
            for column, figure in zip((health, ready, memory), figures, strict=True):
                column.append(figure)
    finally:
        server.kill()
        server.wait()
    print(f"{runs} starts, medians")
    print(f"  /healthz answers after   {statistics.median(health):6.2f} s    (figure: 1.5 s)")
    print(f"  /readyz is 200 after     {statistics.median(ready):6.2f} s")
    print(f"  idle memory (RSS)        {statistics.median(memory):6.0f} MB   (figure: under 200 MB)")


def _measure(address: str, folder: str) -> tuple[float, float, float]:
    """Seconds to health, seconds to readiness, and megabytes after some idle seconds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KOLLEGA_")} | {
        "KOLLEGA_DATA_DIR": folder,
        "KOLLEGA_WEB__PORT": str(PORT),
        "KOLLEGA_TELEGRAM__TOKEN": "1:bench",
        "KOLLEGA_TELEGRAM__API_SERVER": address,
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=environment, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[1]
    )
    try:
        health = _until_ok("healthz") - started
        ready = _until_ok("readyz") - started
        time.sleep(IDLE_SECONDS)
        memory = _resident(process.pid)
    finally:
        process.terminate()
        process.wait(20)
    return health, ready, memory


def _until_ok(path: str) -> float:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/{path}", timeout=1):
                return time.perf_counter()
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


if __name__ == "__main__":
    main()
