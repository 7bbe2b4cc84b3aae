"""The recorded scenarios of a real exchange and what really happened in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.pbx.asterisk.recording import read_recording
from core.calls.call import Call
from core.calls.events import CallEvent
from core.calls.fold import Switchboard

FOLDER = Path(__file__).parents[1] / "data" / "asterisk"
SCENARIOS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
TRUNKS = ("line-msk", "line-spb")


@dataclass(frozen=True)
class Scenario:
    name: str

    @property
    def parts(self) -> list[Path]:
        return sorted((FOLDER / self.name).glob("ami*.txt"))

    def events(self) -> list[CallEvent]:
        return [event for part in self.parts for event in read_recording(part)]

    def expected(self) -> list[dict[str, Any]]:
        """In order of start, as `README.md` beside the recordings describes them."""
        calls: list[dict[str, Any]] = json.loads((FOLDER / self.name / "expected.json").read_text())["calls"]
        return calls


def fold(events: Iterable[CallEvent]) -> list[Call]:
    board = Switchboard(TRUNKS)
    for event in events:
        board.apply(event)
    return board.calls()
