"""What of anonymous answers may be shown: nothing by which fewer than five people could be told apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from core.polls.poll import Group, Result

LEAST_SHOWN = 5
"""Answers from which on a number says nothing about one person."""


def shown_result(groups: Iterable[Group], options: int) -> Result:
    """The result of an anonymous poll as everybody may see it.

    A department with fewer than `LEAST_SHOWN` answers is left out. Nor may the departments that are shown, taken from
    the whole, leave fewer than that: then the smallest of them is left out as well (of equal ones the first by name).
    """
    known = sorted(
        (group for group in groups if group.people), key=lambda group: (group.people, group.department or "")
    )
    people = sum(group.people for group in known)
    if people < LEAST_SHOWN:
        return Result(people, (0,) * options, shown=False)
    shown = [group for group in known if group.people >= LEAST_SHOWN]
    while shown and 0 < people - sum(group.people for group in shown) < LEAST_SHOWN:
        shown.pop(0)
    return Result(people, _sum(known, options), tuple(sorted(shown, key=lambda group: group.department or "")))


def whole_result(groups: Iterable[Group], options: int) -> Result:
    """The result of a named poll, of which nothing is hidden."""
    known = tuple(group for group in groups if group.people)
    return Result(sum(group.people for group in known), _sum(known, options), known)


def _sum(groups: Iterable[Group], options: int) -> tuple[int, ...]:
    totals = [0] * options
    for group in groups:
        for place, count in enumerate(group.counts):
            totals[place] += count
    return tuple(totals)
