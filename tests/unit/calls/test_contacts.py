"""When a missed client counts as spoken with, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.calls.call import Call, Direction, Outcome
from core.calls.contacts import follow_ups
from tests.unit.calls.story import CLIENT, START

NOW = START + timedelta(hours=8)


def call(
    call_id: str,
    minute: float,
    *,
    direction: Direction = Direction.INBOUND,
    talk: float | None = None,
    number: str | None = CLIENT,
) -> Call:
    """30 seconds of waiting, then a talk if there was one."""
    start = START + timedelta(minutes=minute)
    answered = None if talk is None else start + timedelta(seconds=30)
    return Call(
        id=call_id,
        source="asterisk",
        linkedid=call_id,
        direction=direction,
        started_at=start,
        ended_at=start + timedelta(seconds=30 + (talk or 0)),
        external_number=number,
        answered_at=answered,
        answered_by=None if talk is None else "101",
        wait_seconds=30,
        talk_seconds=talk or 0.0,
        outcome=Outcome.MISSED if talk is None else Outcome.ANSWERED,
    )


@pytest.mark.parametrize("direction", [Direction.INBOUND, Direction.OUTBOUND])
def test_a_later_talk_in_either_direction_resolves(direction: Direction) -> None:
    missed, later = call("m", 0), call("c", 20, direction=direction, talk=60)
    assert follow_ups([later, missed], as_of=NOW)["m"].contact == later
    assert follow_ups([missed, later], as_of=START + timedelta(minutes=10))["m"].truly_missed


def test_latency_runs_from_the_end_of_the_missed_call() -> None:
    found = follow_ups([call("m", 0), call("c", 20, talk=60)], as_of=NOW)["m"]
    assert found.latency_seconds == 19.5 * 60


def test_attempts_in_vain_are_counted_and_resolve_nothing() -> None:
    calls = [call("m", 0), call("a", 5, direction=Direction.OUTBOUND), call("b", 9, direction=Direction.OUTBOUND)]
    found = follow_ups(calls, as_of=NOW)["m"]
    assert (found.truly_missed, found.attempts) == (True, 2)


@pytest.mark.parametrize(
    "other",
    [
        call("c", 20, talk=2.9),
        call("c", 20, talk=60, number="+79161230002"),
        call("c", 20, talk=60, direction=Direction.INTERNAL),
        call("c", -20, talk=60),
    ],
    ids=["a slip", "another client", "internal", "before"],
)
def test_what_is_no_contact(other: Call) -> None:
    assert follow_ups([call("m", 0), other], as_of=NOW)["m"].truly_missed


def test_crossing_calls_resolve() -> None:
    ours = call("c", -0.1, direction=Direction.OUTBOUND, talk=60)
    found = follow_ups([call("m", 0), ours], as_of=NOW)["m"]
    assert found.contact == ours
    assert found.latency_seconds is not None
    assert found.latency_seconds < 0


def test_one_contact_resolves_the_whole_series_and_names_the_first() -> None:
    calls = [call("m1", 0), call("m2", 5), call("m3", 12), call("c", 15, talk=9), call("d", 18, talk=9)]
    found = follow_ups(calls, as_of=NOW)
    assert {each.contact.id for each in found.values() if each.contact} == {"c"}
    assert set(found) == {"m1", "m2", "m3"}


def test_withheld_numbers_are_never_joined() -> None:
    calls = [call("m", 0, number=None), call("c", 5, number=None, talk=60), call("n", 7, number=None)]
    found = follow_ups(calls, as_of=NOW)
    assert [found["m"].truly_missed, found["n"].truly_missed] == [True, True]


def test_an_unknown_call_needs_no_follow_up_but_its_talk_counts() -> None:
    unknown = replace(call("u", 3, talk=60), outcome=Outcome.UNKNOWN, ended_at=None)
    found = follow_ups([call("m", 0), unknown], as_of=NOW)
    assert set(found) == {"m"}
    assert found["m"].contact == unknown
