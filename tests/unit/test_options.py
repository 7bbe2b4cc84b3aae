"""How each kind of option reads what is written, and what it refuses."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from core.options import Choice, Number, Option, Switch, TimeOfDay

BELLS = Number("tower.bells", 3, least=1, most=9000)
LIGHT = Switch("tower.light", True)
COLOUR = Choice("tower.colour", "red", among=("red", "blue"))
OPENING = TimeOfDay("tower.opening", time(9), earliest=time(6), latest=time(12))


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        (BELLS, " 7 ", 7),
        (BELLS, "1 000", 1000),
        (BELLS, "4 5", None),
        (BELLS, "0", None),
        (BELLS, "9001", None),
        (BELLS, "1.5", None),
        (BELLS, "True", None),
        (LIGHT, "On", True),
        (LIGHT, "false", False),
        (LIGHT, "0", False),
        (LIGHT, "2", None),
        (COLOUR, "Blue", "blue"),
        (COLOUR, "", None),
        (OPENING, "6:00", time(6)),
        (OPENING, "11.59", time(11, 59)),
        (OPENING, "12:01", None),
        (OPENING, "25:00", None),
        (OPENING, "9", None),
    ],
)
def test_a_text_is_read_whole_or_not_at_all(option: Option[Any], text: str, value: object) -> None:
    assert option.read(text) == value


@pytest.mark.parametrize(
    ("option", "value"), [(BELLS, 7), (LIGHT, False), (LIGHT, True), (COLOUR, "blue"), (OPENING, time(7, 5))]
)
def test_what_is_written_is_read_again(option: Option[Any], value: object) -> None:
    assert option.read(option.written(value)) == value


@pytest.mark.parametrize(
    ("option", "value"), [(BELLS, True), (BELLS, 0), (LIGHT, 1), (COLOUR, "green"), (OPENING, time(13)), (OPENING, 9)]
)
def test_what_is_no_such_value_is_not_allowed(option: Option[Any], value: object) -> None:
    assert not option.allows(value)


def test_a_choice_needs_its_default_among_the_names() -> None:
    with pytest.raises(ValueError, match="default"):
        Choice("tower.colour", "green", among=("red",))
