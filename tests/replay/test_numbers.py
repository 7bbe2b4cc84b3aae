"""Recorded calls whose clients are known only by what the exchange does with numbers."""

from __future__ import annotations

from pathlib import Path

from adapters.pbx.asterisk.recording import read_recording
from core.calls.call import Call
from core.calls.contacts import follow_ups
from core.calls.fold import Switchboard
from core.phones import PLAIN, Dialling

FOLDER = Path(__file__).parents[1] / "data" / "calls"


def calls_of(name: str, dialling: Dialling = PLAIN) -> list[Call]:
    board = Switchboard(["line-msk", "line-spb"], dialling=dialling)
    for event in read_recording(FOLDER / f"{name}.txt"):
        board.apply(event)
    return board.calls()


def test_a_mobile_called_back_over_the_digit_for_outside_is_the_client_who_was_missed() -> None:
    calls = calls_of("outside-prefix", Dialling(outside_prefix="9"))
    assert {call.external_number for call in calls} == {"+79161234567"}
    (found,) = follow_ups(calls, as_of=max(call.started_at for call in calls)).values()
    assert not found.truly_missed


def test_two_hidden_numbers_are_two_clients_and_a_talk_with_one_settles_nothing() -> None:
    calls = calls_of("hidden-numbers")
    assert {(call.external_number, call.external_wire) for call in calls} == {(None, None)}
    found = follow_ups(calls, as_of=max(call.started_at for call in calls))
    assert len(found) == 1
    assert all(one.truly_missed for one in found.values())
