"""Recorded calls through the fold against what really happened: `python -m benchmarks.recorded_calls [PATH]`.

PATH is a folder of scenarios (see tests/data/asterisk/README.md); the rate is that of parsing and folding, one core.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from adapters.pbx.asterisk.read import translate
from adapters.pbx.asterisk.recording import read_recording
from adapters.pbx.asterisk.wire import Wire
from benchmarks.figures import folder, row, sizes
from core.calls.call import Call, Outcome
from core.calls.events import CallEvent
from core.calls.fold import Switchboard

SCENARIOS = Path(__file__).parents[1] / "tests" / "data" / "asterisk"
SAME = ("direction", "missed", "external_number", "line", "answered_by")
WITHIN_A_SECOND = ("wait_seconds", "talk_seconds")
USUAL, SHORT = (3,), (0,)
"""Seconds for which the rate is measured; all recordings are read once at least."""
CHUNK = 1 << 16


@dataclass(slots=True)
class Result:
    """One scenario: how many fields are equal, which differ, and which calls have no known end."""

    name: str
    calls: int = 0
    compared: int = 0
    differ: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)

    @property
    def equal(self) -> str:
        return f"{self.compared - len(self.differ)} of {self.compared}"


def main() -> None:
    """Prints the table and the rate."""
    (seconds,), place = sizes(USUAL, SHORT), folder() or SCENARIOS
    names = sorted(found.parent.name for found in place.glob("*/expected.json"))
    if not names:
        sys.exit(f"{place}: no scenarios there")
    trunks = _trunks(place)
    results = [compare(place / name, trunks) for name in names]
    for each in results:
        _show(each)
    everything = Result(
        "all",
        calls=sum(each.calls for each in results),
        compared=sum(each.compared for each in results),
        differ=[line for each in results for line in each.differ],
        undecided=[line for each in results for line in each.undecided],
    )
    _show(everything)
    for line in everything.differ:
        print(f"  differs: {line}")
    recordings = [path.read_bytes() for name in names for path in _parts(place / name)]
    messages, events, taken = rate(recordings, trunks, seconds)
    about = f"{events / messages:.0%} are about calls; every event is parsed, those are folded"
    row("parsed and folded", "20,000 events/s", f"{messages / taken:,.0f} events/s, of which {about}")


def _show(result: Result) -> None:
    unknown = f"; {len(result.undecided)} unknown: {'; '.join(result.undecided)}" if result.undecided else ""
    row(result.name, "all that the stream shows", f"{result.calls} calls, {result.equal} fields equal{unknown}")


def compare(folder: Path, trunks: tuple[str, ...]) -> Result:
    """The calls of one scenario against its expected.json."""
    parts = [list(read_recording(path)) for path in _parts(folder)]
    board = Switchboard(trunks)
    for part in parts:
        for event in part:
            board.apply(event)
    told = {call.id.partition(":")[2]: call for call in board.calls()}
    result = Result(folder.name)
    for expected in _expected(folder):
        result.calls += 1
        call = told.pop(expected["caller_uniqueid"], None)
        if call is None or call.outcome in (None, Outcome.UNKNOWN):
            result.undecided.append(f"{expected['id']} {_why(call, expected, parts)}")
            continue
        wrong = list(_differences(call, expected))
        result.compared += len(SAME) + len(WITHIN_A_SECOND)
        result.differ += [f"{folder.name} {expected['id']}: {line}" for line in wrong]
    result.compared += len(told)
    result.differ += [f"{folder.name}: {uid} is no call" for uid in told]
    return result


def rate(recordings: list[bytes], trunks: tuple[str, ...], seconds: int) -> tuple[int, int, float]:
    """(events of any kind, those about calls, seconds) of parsing and folding the recordings for so long."""
    messages = events = 0
    now, started = datetime.now(UTC), time.perf_counter()
    while not messages or time.perf_counter() - started < seconds:
        for raw in recordings:
            wire, board = Wire(), Switchboard(trunks)
            for start in range(0, len(raw), CHUNK):
                for message in wire.feed(raw[start : start + CHUNK]):
                    messages += 1
                    event = translate(message, now)
                    if event is not None:
                        events += 1
                        board.apply(event)
    return messages, events, time.perf_counter() - started


def _differences(call: Call, expected: dict[str, Any]) -> Iterator[str]:
    truth = expected | {"external_number": expected["external_number_e164"]}
    for name in SAME:
        if getattr(call, name) != truth[name]:
            yield f"{name} is {getattr(call, name)}, not {truth[name]}"
    for name in WITHIN_A_SECOND:
        seconds = getattr(call, name)
        if seconds is None or abs(seconds - truth[name]) > 1:
            yield f"{name} is {seconds}, not {truth[name]}"


def _why(call: Call | None, expected: dict[str, Any], parts: list[list[CallEvent]]) -> str:
    """Why the stream cannot tell how a call ended."""
    begun, ended = (datetime.fromisoformat(expected[name]) for name in ("start_utc", "end_utc"))
    for before, after in pairwise(parts):
        lost, back = before[-1].at, after[0].at
        if lost <= begun and ended <= back:
            return "began and ended while the connection was down"
        if lost <= ended <= back:
            return "ended while the connection was down"
    return "is not in the stream" if call is None else "has no end in the stream"


def _expected(folder: Path) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = json.loads((folder / "expected.json").read_text())["calls"]
    return calls


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("ami*.txt"))


def _trunks(folder: Path) -> tuple[str, ...]:
    """The outside lines of all scenarios."""
    lines = {call["line"] for found in folder.glob("*/expected.json") for call in _expected(found.parent)}
    return tuple(sorted(lines - {None}))


if __name__ == "__main__":
    main()
