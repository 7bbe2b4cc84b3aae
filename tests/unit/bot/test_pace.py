"""The pace is never exceeded, whatever is asked for and whenever."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.send.pace import Pacer
from bot.send.toll import Toll
from core.chat.capabilities import Pace, spare

PACE = Pace(overall=30, chat=1, burst=3, group=0.5)
EPSILON = 1e-6

steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.floats(min_value=0, max_value=2, allow_nan=False)), min_size=1, max_size=200
)
"""Chats that want to send, with the seconds since the one before."""


def wait(pacer: Pacer, chat: str, now: float, *, urgent: bool = True) -> float:
    """Seconds until a message to this chat may leave; when it may, it does."""
    seconds = max(pacer.wait(now, urgent=urgent), pacer.wait_in(chat, now))
    if seconds == 0:
        pacer.take(chat, now)
    return seconds


def busiest(times: list[float], window: float) -> int:
    """The most messages that left within so many seconds."""
    return max((sum(start <= time < start + window for time in times) for start in times), default=0)


@dataclass
class Server:
    """A bucket as messengers have it: so many a second, and as many at once."""

    rate: float = 30.0
    level: float = field(default=30.0)
    at: float = 1000.0

    def takes(self, now: float) -> bool:
        self.level = min(self.rate, self.level + (now - self.at) * self.rate)
        self.at = now
        self.level -= 1
        return self.level >= 0


@given(steps)
def test_no_chat_gets_more_than_its_rate(plan: list[tuple[str, float]]) -> None:
    pacer, now = Pacer(PACE, lambda chat: chat == "c"), 1000.0
    left: dict[str, list[float]] = {}
    for chat, pause in plan:
        now += pause
        if wait(pacer, chat, now) == 0:
            left.setdefault(chat, []).append(now)
    for chat, times in left.items():
        for window in (0.5, 1, 10, 60):
            rate = PACE.group if chat == "c" else PACE.chat
            assert busiest(times, window) <= PACE.burst + rate * window + EPSILON


@given(st.lists(st.tuples(st.floats(min_value=0, max_value=0.1), st.booleans()), min_size=1, max_size=300))
def test_all_chats_together_never_get_more_than_a_strict_server_takes(plan: list[tuple[float, bool]]) -> None:
    pacer, server, now = Pacer(PACE), Server(), 1000.0
    for number, (pause, urgent) in enumerate(plan):
        now += pause
        if wait(pacer, f"chat {number}", now, urgent=urgent) == 0:
            assert server.takes(now)


@given(steps)
def test_after_the_wait_that_it_names_a_message_may_leave(plan: list[tuple[str, float]]) -> None:
    pacer, now = Pacer(PACE), 1000.0
    for chat, pause in plan:
        now += pause
        seconds = wait(pacer, chat, now)
        if seconds:
            now += seconds + EPSILON
            assert wait(pacer, chat, now) == 0


@pytest.mark.parametrize("late", [0.0, 0.15])
def test_a_crowd_leaves_at_the_full_rate_even_where_the_machine_is_late(late: float) -> None:
    pacer, now, left = Pacer(PACE), 1000.0, 0
    while now < 1060.0:
        seconds = wait(pacer, f"chat {left}", now, urgent=False)
        left += seconds == 0
        now += seconds + late * (seconds > 0)
    assert 29.7 * 60 <= left <= 30 * 60 + 10


def test_the_last_token_is_for_what_is_urgent() -> None:
    pacer, now = Pacer(PACE), 1000.0
    crowd = 0
    while wait(pacer, f"chat {crowd}", now, urgent=False) == 0:
        crowd += 1
    assert wait(pacer, "anna", now) == 0
    assert wait(pacer, "boris", now) > 0


def test_a_page_of_several_messages_is_made_up_for_afterwards() -> None:
    pacer, now = Pacer(PACE), 1000.0
    assert wait(pacer, "a", now) == 0
    pacer.owe("a", 4)
    assert pacer.wait_in("a", now) == 3
    assert pacer.wait(now) == 0


async def test_the_requests_of_a_page_have_their_turns_and_those_of_others_after_them() -> None:
    now, naps = 1000.0, []

    async def nap(seconds: float) -> None:
        nonlocal now
        naps.append(round(seconds, 1))
        now += seconds

    pacer = Pacer(Pace(overall=30, chat=1, burst=3))
    assert wait(pacer, "a", now) == 0
    toll = Toll(pacer, "a", urgent=True, steady=lambda: now, nap=nap)
    for messages in (1, 5, 5, 1):
        await toll(messages)
    assert naps == [1.1, 5.0, 3.0], "the text at once, an album when a chat has rested, what is left when it has again"
    assert toll.messages == 12
    assert wait(pacer, "b", now) == 0, "another chat has its own pace"


async def test_a_page_waits_as_long_as_its_chat_is_held() -> None:
    now, naps = 1000.0, []

    async def nap(seconds: float) -> None:
        nonlocal now
        naps.append(round(seconds))
        now += seconds

    pacer = Pacer(PACE)
    wait(pacer, "a", now)
    pacer.refused("a", now, 7)
    toll = Toll(pacer, "a", urgent=False, steady=lambda: now, nap=nap)
    await toll(1)
    await toll(1)
    assert naps == [7]


def test_a_chat_that_is_held_stops_no_other() -> None:
    pacer = Pacer(PACE)
    pacer.refused("a", 1000.0, 5)
    assert wait(pacer, "a", 1000.0) == 5
    assert wait(pacer, "b", 1000.0) == 0
    assert pacer.held(1000.0) == 0
    assert wait(pacer, "a", 1005.0) == 0


def test_after_a_refusal_for_all_chats_the_crowd_grows_back_slowly() -> None:
    pacer = Pacer(Pace(in_flight=3))
    for _ in range(50):
        pacer.arrived("a")
    assert pacer.window == 3
    pacer.refused(None, 1000.0, 1)
    windows = []
    for _ in range(30):
        pacer.arrived("a")
        windows.append(pacer.window)
    assert windows == [1] * 7 + [2] * 8 + [3] * 15


def test_a_pause_for_all_stops_every_chat_and_is_never_shortened() -> None:
    pacer = Pacer(PACE)
    pacer.refused(None, 1000.0, 5)
    pacer.refused(None, 1000.0, 1)
    assert pacer.held(1000.0) == 5
    assert pacer.within(3, 1000.0) == 0
    assert wait(pacer, "a", 1002.0) == 3
    assert wait(pacer, "a", 1005.0) == 0
    assert pacer.held(1005.0) == 0


def rate(pacer: Pacer, now: float) -> int:
    """Messages that leave within ten seconds."""
    end, left = now + 10, 0
    while now < end:
        seconds = wait(pacer, f"chat {now} {left}", now)
        left += seconds == 0
        now += seconds
    return left // 10


def test_repeated_refusals_slow_down_and_success_brings_the_rate_back() -> None:
    pacer, now = Pacer(PACE), 1000.0
    for _ in range(20):  # all at once: they are one refusal
        pacer.refused(None, now, 1)
    now += 2
    assert 20 <= rate(pacer, now) <= 22
    for _ in range(40):
        now += 20
        pacer.refused(None, now, 1)
    now += 2
    assert rate(pacer, now) == 3
    for _ in range(100):
        pacer.arrived("a")
    now += 20
    assert rate(pacer, now) == 30


def test_repeated_refusals_of_one_chat_slow_only_that_one() -> None:
    pacer, now = Pacer(PACE), 1000.0
    for _ in range(20):
        pacer.refused("a", now, 1)
        now += 2
    now += 1000
    for _ in range(PACE.burst):
        assert wait(pacer, "a", now) == 0
        assert wait(pacer, "b", now) == 0
    assert wait(pacer, "b", now) == pytest.approx(1)
    assert wait(pacer, "a", now) == pytest.approx(10)


@pytest.mark.parametrize(("in_flight", "more"), [(1, 0), (2, 1), (20, 3), (100, 13)])
def test_some_requests_are_kept_for_what_is_urgent(in_flight: int, more: int) -> None:
    pacer = Pacer(Pace(in_flight=in_flight))
    assert spare(in_flight) == more
    assert pacer.free(in_flight, urgent=False) == 0
    assert pacer.free(in_flight, urgent=True) == more
    assert Pace(in_flight=in_flight).at_once == in_flight + more
