"""Every recorded call of a real exchange against what really happened at the telephones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.pbx.asterisk.read import translate
from adapters.pbx.asterisk.recording import read_recording, times_beside
from adapters.pbx.asterisk.wire import Message, Wire
from core.calls.call import Call, Outcome
from core.calls.contacts import follow_ups
from core.calls.events import decode, encode
from tests.replay.recordings import SCENARIOS, TRUNKS, Scenario, fold

UNDECIDED = {
    ("24-ami-reconnect", "c2"): "rings before the gap and ends inside it, so its end was never sent",
    ("24-ami-reconnect", "c4"): "starts and ends inside the gap, so nothing of it was ever sent",
}
_LONGEST = 4096
"""No message is longer, in bytes."""

NO_LINE = {
    ("29-click-to-call", "c3"): "the employee did not pick up, so no outside line was ever used",
}
CALLS = [(name, call["id"]) for name in SCENARIOS for call in Scenario(name).expected()]

scenarios = pytest.mark.parametrize("name", SCENARIOS)


def seen(name: str, call_id: str) -> tuple[Call | None, dict[str, Any]]:
    scenario = Scenario(name)
    expected = next(call for call in scenario.expected() if call["id"] == call_id)
    calls = {call.id: call for call in fold(scenario.events())}
    return calls.get(f"asterisk:{expected['caller_uniqueid']}"), expected


@pytest.mark.parametrize(("name", "call_id"), sorted(set(CALLS) - set(UNDECIDED)))
def test_a_call_is_told_as_it_happened(name: str, call_id: str) -> None:
    call, expected = seen(name, call_id)
    assert call is not None
    told = {
        "direction": call.direction,
        "missed": call.missed,
        "external_number": call.external_number,
        "external_wire": call.external_wire,
        "line": call.line,
        "did": call.did,
        "dialed": call.dialed,
        "from_extension": call.from_extension,
        "answered_by": call.answered_by,
        "rang": sorted(call.rang),
        "queue": call.queue,
        "client_name": call.client_name,
        "outcome": call.outcome,
        "ended by the caller": call.ended_by == "caller",
        "linkedid": call.linkedid,
    }
    outcome = "after_hours" if expected["after_hours"] else expected["disposition"]
    truth = {
        "direction": expected["direction"],
        "missed": expected["missed"],
        "external_number": expected["external_number_e164"],
        "external_wire": expected["external_number"],
        "line": None if (name, call_id) in NO_LINE else expected["line"],
        "did": expected["did"],
        "dialed": expected["dialed"],
        "from_extension": expected["from_extension"],
        "answered_by": expected["answered_by"],
        "rang": sorted(expected["rang"]),
        "queue": expected.get("queue"),
        "client_name": expected["external_name"],
        "outcome": outcome,
        "ended by the caller": expected["ended_by"] == "caller",
        "linkedid": expected["linkedid"],
    }
    assert told == truth
    assert call.wait_seconds == pytest.approx(expected["wait_seconds"], abs=1)
    assert call.talk_seconds == pytest.approx(expected["talk_seconds"], abs=1)
    for moment, want in (
        (call.started_at, expected["start_utc"]),
        (call.ended_at, expected["end_utc"]),
        (call.answered_at, expected["answered_at_utc"]),
    ):
        if want is None:
            assert moment is None
        else:
            assert moment is not None
            assert abs(moment - datetime.fromisoformat(want)) < timedelta(seconds=1.5)


def test_what_the_stream_cannot_decide_is_unknown_and_never_missed() -> None:
    rang_into_the_gap, _ = seen("24-ami-reconnect", "c2")
    assert rang_into_the_gap is not None
    assert rang_into_the_gap.outcome is Outcome.UNKNOWN
    assert not rang_into_the_gap.missed
    inside_the_gap, _ = seen("24-ami-reconnect", "c4")
    assert inside_the_gap is None


@scenarios
def test_no_call_is_invented(name: str) -> None:
    expected = {f"asterisk:{call['caller_uniqueid']}" for call in Scenario(name).expected()}
    assert {call.id for call in fold(Scenario(name).events())} <= expected


@scenarios
def test_who_needs_an_alert_at_the_end(name: str) -> None:
    scenario = Scenario(name)
    calls = fold(scenario.events())
    found = follow_ups(calls, as_of=max(call.started_at for call in calls))
    lost = {each.missed.id for each in found.values() if each.truly_missed}
    wanted = {
        f"asterisk:{call['caller_uniqueid']}"
        for call in scenario.expected()
        if call["needs_alert"] and (name, call["id"]) not in UNDECIDED
    }
    assert lost == wanted


@scenarios
def test_replaying_twice_changes_nothing(name: str) -> None:
    events = Scenario(name).events()
    assert fold(events + events) == fold(events)


@scenarios
@settings(max_examples=10)
@given(data=st.data())
def test_an_overlap_changes_nothing(name: str, data: st.DataObject) -> None:
    events = Scenario(name).events()
    end = data.draw(st.integers(0, len(events)))
    start = data.draw(st.integers(0, end))
    assert fold(events[:end] + events[start:]) == fold(events)


@pytest.mark.parametrize("name", ["01-inbound-answered", "27-group-local-legs", "44-pbx-restart"])
@settings(max_examples=25)
@given(sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=20))
def test_how_bytes_are_cut_changes_nothing(name: str, sizes: list[int]) -> None:
    for part in Scenario(name).parts:
        raw = part.read_bytes()
        whole = Wire().feed(raw)
        wire, at = Wire(), 0
        cut: list[Message] = []
        while at < len(raw):
            size = sizes[len(cut) % len(sizes)]
            cut += wire.feed(raw[at : at + size])
            at += size
        assert cut == whole


@pytest.mark.parametrize("name", ["10-blind-transfer-answered", "22-parallel-20", "28-forward-to-mobile"])
@settings(max_examples=10)
@given(data=st.data())
def test_a_recording_cut_in_two_overlapping_parts_changes_nothing(name: str, data: st.DataObject) -> None:
    """Each part begins and ends anywhere, even inside a message, and knows the receive times of its own bytes; every
    message is whole in one of them."""
    part = Scenario(name).parts[0]
    raw = part.read_bytes()
    times = [line.split("\t") for line in times_beside(part).read_text().splitlines()[1:]]
    received = [(int(offset), datetime.fromtimestamp(float(epoch), UTC)) for offset, epoch in times]
    end = data.draw(st.integers(1, len(raw)))
    start = data.draw(st.integers(0, max(0, end - _LONGEST)))
    events = []
    for first, last in ((0, end), (start, len(raw))):
        moments = dict(received)
        for message in Wire().feed(raw[first:last]):
            event = translate(message, moments[first + message.end])
            if event is not None:
                events.append(event)
    assert fold(events) == fold(Scenario(name).events())


@scenarios
@settings(max_examples=10)
@given(data=st.data())
def test_lost_and_disordered_events_upset_nothing(name: str, data: st.DataObject) -> None:
    """What is then said may be wrong, but it is said, and no call is both answered and missed."""
    events = Scenario(name).events()
    kept = data.draw(st.permutations(range(len(events))))[: data.draw(st.integers(0, len(events)))]
    for call in fold(events[index] for index in kept):
        assert not (call.missed and call.answered_by)
        assert call.open == (call.outcome is None)


@scenarios
def test_events_survive_storage(name: str) -> None:
    events = Scenario(name).events()
    assert [decode(json.loads(json.dumps(encode(event)))) for event in events] == events
    assert len({event.key for event in events}) == len(events)


@scenarios
def test_without_receive_times_the_verdicts_stay(name: str, tmp_path: Path) -> None:
    scenario, events = Scenario(name), []
    for part in scenario.parts:
        bare = tmp_path / part.name
        bare.write_bytes(part.read_bytes())
        events += list(read_recording(bare))

    def verdicts(calls: list[Call]) -> list[tuple[object, ...]]:
        return sorted((call.id, call.missed, call.answered_by, call.line, call.outcome) for call in calls)

    told = fold(events)
    assert verdicts(told) == verdicts(fold(scenario.events()))
    timed = {call.id: call for call in fold(scenario.events())}
    for call in told:
        if call.outcome is not Outcome.UNKNOWN:
            assert call.wait_seconds == pytest.approx(timed[call.id].wait_seconds, abs=2)


def test_the_trunks_are_the_lines_of_the_recordings() -> None:
    lines = {call["line"] for name in SCENARIOS for call in Scenario(name).expected()} - {None}
    assert lines == set(TRUNKS)
