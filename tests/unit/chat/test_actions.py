"""Actions: what a button carries comes back as it was, or as an outdated menu."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat.actions import LIMIT, Action, Limit, Unknown, longest, read_action, write_action


class Colour(Enum):
    RED = "r"
    BLUE = "b"


@dataclass(frozen=True)
class Paint(Action, code="test-paint"):
    wall: int
    colour: Colour
    twice: bool = False
    shade: int | None = None
    note: Annotated[str, Limit(10)] = ""


@given(
    st.integers(-(2**53), 2**53),
    st.sampled_from(Colour),
    st.booleans(),
    st.none() | st.integers(0, 2**53),
    st.text(alphabet=st.sampled_from("aя:🙂 "), max_size=2),
)
def test_an_action_comes_back_from_its_button(
    wall: int, colour: Colour, twice: bool, shade: int | None, note: str
) -> None:
    action = Paint(wall, colour, twice, shade, note)
    data = write_action(action)
    assert read_action(data) == action
    assert len(data.encode()) <= longest(Paint) <= LIMIT


@pytest.mark.parametrize(
    "data",
    [
        "",
        "nobody",
        "test-paint",
        "test-paint:1",
        "test-paint:x!:r:0::",
        "test-paint:1:green:0::",
        "test-paint:1:r:7::",
        "test-paint:" + "z" * 30 + ":r:0::",
        "?" * 500,
        "🙂" * 40,
    ],
)
def test_foreign_data_is_an_outdated_menu(data: str) -> None:
    assert read_action(data) == Unknown()


def test_two_actions_with_one_code_collide() -> None:
    with pytest.raises(TypeError, match="test-paint"):

        @dataclass(frozen=True)
        class Repaint(Action, code="test-paint"):
            pass


def test_a_text_without_a_bound_is_refused() -> None:
    @dataclass(frozen=True)
    class Shout(Action, code="test-shout"):
        words: str

    with pytest.raises(TypeError, match="words has no bound"):
        longest(Shout)


def test_a_text_must_be_last() -> None:
    @dataclass(frozen=True)
    class Mixed(Action, code="test-mixed"):
        words: Annotated[str, Limit(5)]
        number: int

    with pytest.raises(TypeError, match="last field"):
        write_action(Mixed("a", 1))


def test_a_button_of_before_a_field_was_added_still_works() -> None:
    @dataclass(frozen=True)
    class Sort(Action, code="test-sort"):
        page: int
        upwards: bool = False
        by: int | None = None

    assert read_action("test-sort:4") == Sort(4)
    assert read_action("test-sort:4:1") == Sort(4, upwards=True)
    assert read_action("test-sort") == Unknown()
