"""Runs both bots in turn, several times: `python -m benchmarks.interaction [UPDATES] [RUNS]`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import processes
from benchmarks.figures import median, row, sizes

USUAL, SHORT = (3_000, 3), (50, 1)
"""Interactions and runs."""
PEOPLE = 300


def measure(bot: str, updates: int) -> float:
    """Interactions a second of one bot: every update answered."""
    words = [sys.executable, "-m", "benchmarks.interaction.server", str(updates), str(PEOPLE)]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=processes.ROOT) as server,
    ):
        assert server.stdout is not None
        address, output = server.stdout.readline().strip(), Path(folder) / "output"
        own = processes.environment() | {"TMPDIR": folder}  # a bot that is ended leaves its database behind
        process = processes.start((bot, address), own, output, output)
        try:
            seconds = float(server.stdout.readline())
        finally:
            processes.end(process)
            server.kill()
    return updates / seconds


def main() -> None:
    updates, runs = sizes(USUAL, SHORT)
    plain, durable = [], []
    for _ in range(runs):
        plain.append(measure("benchmarks.interaction.plain_bot", updates))
        durable.append(measure("benchmarks.interaction.durable_bot", updates))
    ratio = median(ours / theirs for ours, theirs in zip(durable, plain, strict=True))
    print(f"{updates:,} interactions, {runs} runs, medians")
    row("plain aiogram echo bot", "", f"{median(plain):.0f} /s")
    row("Kollega, SQLite, durable", "", f"{median(durable):.0f} /s")
    row("ratio, pair by pair", "0.6", f"{ratio:.2f}")


if __name__ == "__main__":
    main()
