"""Recordings made after what people reported in public of telephony in other systems, and what is right there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.pbx.asterisk.recording import read_recording
from core.calls.contacts import follow_ups
from core.calls.events import encode
from core.calls.exchange import NotRecorded
from core.calls.fold import Switchboard

FOLDER = Path(__file__).parents[1] / "data" / "reports"
REPORTS = sorted(folder.name for folder in FOLDER.iterdir())
TRUNKS = ("line-msk", "line-spb", "33", "10.0.0.7:4569")


def report(name: str) -> dict[str, Any]:
    """`calls`: for each channel that begins one, what is to be told of it, and whether somebody is to be alerted."""
    told: dict[str, Any] = json.loads((FOLDER / name / "expected.json").read_text())
    return told


@pytest.mark.parametrize("name", [name for name in REPORTS if "calls" in report(name)])
def test_what_is_told_of_a_reported_call(name: str) -> None:
    board = Switchboard(TRUNKS)
    for event in read_recording(FOLDER / name / "ami.txt"):
        board.apply(event)
    calls = {call.linkedid: call for call in board.calls()}
    found = follow_ups(calls.values(), as_of=max(call.started_at for call in calls.values()))
    told = {
        uid: {key: getattr(calls[uid], key) for key in expected if key != "alerts"}
        | {"alerts": calls[uid].id in found and found[calls[uid].id].truly_missed}
        for uid, expected in report(name)["calls"].items()
    }
    assert told == report(name)["calls"]
    assert calls.keys() == told.keys()


@pytest.mark.parametrize("name", [name for name in REPORTS if "refused" in report(name)])
def test_what_cannot_be_understood_is_not_believed(name: str) -> None:
    with pytest.raises(NotRecorded, match=report(name)["refused"]):
        list(read_recording(FOLDER / name / "ami.txt"))


def test_no_secret_is_kept() -> None:
    kept = json.dumps([encode(event) for event in read_recording(FOLDER / "dial-string-secret-in-chat" / "ami.txt")])
    assert "S3cretPass" not in kept
    assert "branch2" not in kept
