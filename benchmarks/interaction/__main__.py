"""Runs both bots in turn, several times: `python -m benchmarks.interaction [UPDATES] [RUNS]`."""

from __future__ import annotations

import statistics
import subprocess
import sys

UPDATES, PEOPLE, RUNS = 3000, 300, 3


def measure(bot: str, updates: int) -> float:
    """Interactions a second of one bot: every update answered."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.interaction.server", str(updates), str(PEOPLE)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    address = server.stdout.readline().strip()
    process = subprocess.Popen([sys.executable, "-m", bot, address], stderr=subprocess.DEVNULL)
    try:
        seconds = float(server.stdout.readline())
    finally:
        process.terminate()
        process.wait(20)
        server.wait(20)
    return updates / seconds


def main() -> None:
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else RUNS
    plain, durable = [], []
    for _ in range(runs):
        plain.append(measure("benchmarks.interaction.plain_bot", updates))
        durable.append(measure("benchmarks.interaction.durable_bot", updates))
    ratio = statistics.median(ours / theirs for ours, theirs in zip(durable, plain, strict=True))
    print(f"{updates} interactions, {runs} runs, medians")
    print(f"  plain aiogram echo bot   {statistics.median(plain):8.0f} /s")
    print(f"  Kollega, SQLite, durable {statistics.median(durable):8.0f} /s")
    print(f"  ratio, pair by pair      {ratio:8.2f}   (figure: at least 0.5)")


if __name__ == "__main__":
    main()
