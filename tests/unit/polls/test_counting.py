"""What of anonymous answers may be shown: also taken from each other, the numbers tell of nobody alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.polls.counting import LEAST_SHOWN, shown_result, whole_result
from core.polls.poll import Group, Result

groups = st.lists(st.integers(0, 12), max_size=8).map(
    lambda sizes: [Group(f"D{number}", size, (size, 0)) for number, size in enumerate(sizes)]
)


def group(name: str | None, yes: int, no: int) -> Group:
    return Group(name, yes + no, (yes, no))


@given(groups)
def test_nobody_can_be_told_by_taking_numbers_from_each_other(known: list[Group]) -> None:
    result = shown_result(known, 2)
    if not result.shown:
        assert result.people < LEAST_SHOWN
        assert result.counts == (0, 0)
        assert result.groups == ()
        return
    assert all(one.people >= LEAST_SHOWN for one in result.groups)
    rest = result.people - sum(one.people for one in result.groups)
    assert rest == 0 or rest >= LEAST_SHOWN


@given(groups)
def test_what_may_be_shown_is_the_whole(known: list[Group]) -> None:
    result = shown_result(known, 2)
    assert result.people == sum(one.people for one in known)
    if result.shown:
        assert result.counts == whole_result(known, 2).counts


def test_a_small_department_takes_the_next_one_with_it() -> None:
    result = shown_result([group("HR", 2, 1), group("Sales", 4, 2), group("Support", 5, 5)], 2)
    assert [one.department for one in result.groups] == ["Support"]
    assert result.counts == (11, 8)


def test_those_without_a_department_are_a_group_too() -> None:
    result = shown_result([group(None, 5, 0), group("Sales", 3, 3)], 2)
    assert [one.department for one in result.groups] == [None, "Sales"]


def test_four_answers_are_too_few() -> None:
    assert shown_result([group("Sales", 4, 0)], 2) == Result(4, (0, 0), shown=False)


def test_a_named_poll_hides_nothing() -> None:
    result = whole_result([group("Sales", 1, 0), group("HR", 0, 0)], 2)
    assert (result.people, result.counts, len(result.groups)) == (1, (1, 0), 1)
