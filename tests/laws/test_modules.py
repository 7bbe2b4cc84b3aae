"""What a company can switch off: each room is gone as a whole, and the others miss nothing."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from bot.rooms import open_house
from bot.talk.language import Languages

HOUSE = open_house(Languages("en"))
OPTIONAL = [router.room for router in HOUSE.optional]
SETS = list(chain.from_iterable(combinations(OPTIONAL, number) for number in range(1, min(len(OPTIONAL), 3) + 1)))


def test_there_is_something_to_switch_off() -> None:
    assert {"news", "calls"} <= set(OPTIONAL)
    assert "lobby" not in OPTIONAL


@pytest.mark.parametrize("off", SETS, ids="+".join)
def test_what_is_off_is_gone_and_the_rest_stays(off: tuple[str, ...]) -> None:
    house = HOUSE.without(frozenset(off))
    gone = {command for router in HOUSE.optional if router.room in off for command in (c.name for c in router.commands)}
    actions = {action.action for router in HOUSE.optional if router.room in off for action in router.actions}
    assert house.commands.keys() == HOUSE.commands.keys() - gone
    assert house.actions.keys() == HOUSE.actions.keys() - actions
    assert all(house.closed(key) is not None for key in (*gone, *actions))
    assert all(type(entry.action) in house.actions for entry in house.entries), "an entry leads to what is off"
    assert HOUSE.without(frozenset()) is HOUSE
