"""The pace is never exceeded, whatever is asked for and whenever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pacer
from core.chat.capabilities import Pace

PACE = Pace(overall=30, chat=1, burst=3)
EPSILON = 1e-6

steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.floats(min_value=0, max_value=2, allow_nan=False)), min_size=1, max_size=200
)
"""Chats that want to send, with the seconds since the one before."""


def busiest(times: list[float], window: float) -> int:
    """The most messages that left within so many seconds."""
    return max((sum(start <= time < start + window for time in times) for start in times), default=0)


@given(steps)
def test_no_chat_gets_more_than_its_rate(plan: list[tuple[str, float]]) -> None:
    pacer, now = Pacer(PACE), 1000.0
    left: dict[str, list[float]] = {}
    for chat, pause in plan:
        now += pause
        if pacer.wait(chat, now) == 0:
            left.setdefault(chat, []).append(now)
    for times in left.values():
        for window in (0.5, 1, 10, 60):
            assert busiest(times, window) <= PACE.burst + PACE.chat * window + EPSILON


@given(st.lists(st.floats(min_value=0, max_value=0.1, allow_nan=False), min_size=1, max_size=300))
def test_all_chats_together_get_no_more_than_the_overall_rate(pauses: list[float]) -> None:
    pacer, now = Pacer(PACE), 1000.0
    left = []
    for number, pause in enumerate(pauses):
        now += pause
        if pacer.wait(f"chat {number}", now) == 0:
            left.append(now)
    for window in (0.1, 1, 5):
        assert busiest(left, window) <= PACE.overall / 10 + PACE.overall * window + EPSILON


@given(steps)
def test_after_the_wait_that_it_names_a_message_may_leave(plan: list[tuple[str, float]]) -> None:
    pacer, now = Pacer(PACE), 1000.0
    for chat, pause in plan:
        now += pause
        wait = pacer.wait(chat, now)
        if wait:
            now += wait + EPSILON
            assert pacer.wait(chat, now) == 0


def test_a_crowd_leaves_at_the_full_rate() -> None:
    pacer, now, left = Pacer(PACE), 1000.0, 0
    while now < 1010.0:
        wait = pacer.wait(f"chat {left}", now)
        left += wait == 0
        now += wait
    assert 300 <= left <= 303


def test_a_chat_that_is_held_stops_no_other() -> None:
    pacer = Pacer(PACE)
    pacer.hold("a", 1005.0)
    assert pacer.wait("a", 1000.0) == 5
    assert pacer.wait("b", 1000.0) == 0
    assert pacer.held(1000.0) == 0
    assert pacer.wait("a", 1005.0) == 0


def test_after_a_refusal_for_all_chats_the_crowd_grows_back_slowly() -> None:
    pacer = Pacer(Pace(in_flight=3))
    for _ in range(50):
        pacer.arrived()
    assert pacer.window == 3
    pacer.refused()
    windows = []
    for _ in range(30):
        pacer.arrived()
        windows.append(pacer.window)
    assert windows == [1] * 7 + [2] * 8 + [3] * 15


def test_a_pause_for_all_stops_every_chat_and_is_never_shortened() -> None:
    pacer = Pacer(PACE)
    pacer.hold(None, 1005.0)
    pacer.hold(None, 1001.0)
    assert pacer.held(1000.0) == 5
    assert pacer.wait("a", 1002.0) == 3
    assert pacer.wait("a", 1005.0) == 0
    assert pacer.held(1005.0) == 0
