"""Whoever is urgent goes first, and nobody who waits for an answer is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.send.turns import Turns
from core.delivery import Priority

ALERT, REPLY, NOTICE, BROADCAST = Priority


def order(turns: Turns, waiting: Iterable[Priority], number: int) -> list[Priority]:
    """What leaves while copies of all these priorities stream."""
    streaming, left = list(waiting), []
    for _ in range(number):
        left.append(turns.first(streaming))
        turns.left(left[-1], streaming)
    return left


def test_the_most_urgent_yields_every_fourth_turn_to_the_next() -> None:
    assert order(Turns(), (REPLY, ALERT), 8) == [ALERT, ALERT, ALERT, REPLY] * 2


def test_whom_is_yielded_to_yields_in_turn() -> None:
    left = order(Turns(), (NOTICE, ALERT, REPLY), 64)
    assert [left.count(priority) for priority in (ALERT, REPLY, NOTICE)] == [48, 12, 4]


@pytest.mark.parametrize("urgent", [ALERT, REPLY, NOTICE])
def test_a_broadcast_gets_only_what_is_left_over(urgent: Priority) -> None:
    assert order(Turns(), (urgent, BROADCAST), 40) == [urgent] * 40
    assert order(Turns(), (BROADCAST,), 3) == [BROADCAST] * 3


def test_a_turn_that_was_not_used_is_kept() -> None:
    turns = Turns()
    order(turns, (ALERT, REPLY), 3)
    assert [turns.first((ALERT, REPLY)) for _ in range(5)] == [REPLY] * 5


@given(st.lists(st.sets(st.sampled_from((ALERT, REPLY, NOTICE)), min_size=1), min_size=1, max_size=300))
def test_alerts_keep_a_reply_waiting_for_three_turns_at_most(rounds: list[set[Priority]]) -> None:
    turns = Turns()
    replied = [-1]
    for number, others in enumerate(rounds):
        waiting = others | {REPLY}
        left = turns.first(waiting)
        assert left in waiting
        turns.left(left, waiting)
        if left is REPLY:
            replied.append(number)
    # With notices about, every fourth turn of a reply is theirs.
    assert all(later - earlier <= 8 for earlier, later in pairwise([*replied, len(rounds)]))
