"""`calls replay` and `calls list` as other programs see them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from bot.cli.shell import ProcessShell
from bot.handlers.calls.cli_work import listing, replay_files
from bot.run.shell import CommandError
from tests.replay.recordings import SCENARIOS, TRUNKS, Scenario

FIELDS = [
    "id",
    "direction",
    "started_at",
    "ended_at",
    "external_number",
    "line",
    "did",
    "dialed",
    "answered_by",
    "answered_at",
    "wait_seconds",
    "talk_seconds",
    "outcome",
    "missed",
    "truly_missed",
    "resolved_by",
    "linkedid",
]


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOLLEGA_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("KOLLEGA_LANGUAGE", "en")


def test_every_recorded_call_is_told_as_it_was() -> None:
    files = [part for name in SCENARIOS for part in Scenario(name).parts]
    assert "new among them" in replay_files(ProcessShell(), files, list(TRUNKS))
    first = listing(ProcessShell(), None)
    assert replay_files(ProcessShell(), files, list(TRUNKS)).endswith("new among them: 0.")
    assert listing(ProcessShell(), None) == first
    by_linkedid = {call["linkedid"]: call for call in json.loads(first) if call["direction"] == "inbound"}
    compared = 0
    for name in SCENARIOS:
        for truth in Scenario(name).expected():
            found = by_linkedid.get(truth["linkedid"])
            if truth["direction"] != "inbound" or found is None or found["outcome"] == "unknown":
                continue
            compared += 1
            assert list(found) == FIELDS
            assert found["missed"] == truth["missed"], name
            assert found["truly_missed"] == truth["needs_alert"], name
            assert (found["external_number"], found["line"]) == (truth["external_number_e164"], truth["line"])
    assert compared > 60


def test_a_resolved_call_names_the_call_that_resolved_it() -> None:
    replay_files(ProcessShell(), Scenario("14-missed-then-callback-answered").parts, list(TRUNKS))
    missed, contact = json.loads(listing(ProcessShell(), None))
    assert (missed["missed"], missed["truly_missed"], missed["resolved_by"]) == (True, False, contact["id"])
    assert contact["resolved_by"] is None
    assert missed["started_at"].endswith("Z")


def test_since_takes_dates_times_and_nothing_else() -> None:
    replay_files(ProcessShell(), Scenario("37-repeated-attempts").parts, list(TRUNKS))
    calls = json.loads(listing(ProcessShell(), None))
    second = calls[1]["started_at"]
    assert json.loads(listing(ProcessShell(), second)) == calls[1:]
    assert json.loads(listing(ProcessShell(), datetime.fromisoformat(second).date().isoformat())) == calls
    assert json.loads(listing(ProcessShell(), "2030-01-01")) == []
    with pytest.raises(CommandError, match="--since tomorrow"):
        listing(ProcessShell(), "tomorrow")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replay_files(ProcessShell(), [tmp_path / "nothing.txt"], list(TRUNKS))
    assert json.loads(listing(ProcessShell(), None)) == []
