"""The engine without features: routing, menus in place, timers, failures, restarts."""

from __future__ import annotations

from datetime import timedelta

from core.unit_of_work import UnitOfWork
from storage.tables.people import departments
from tests.support.world import World


async def test_what_was_typed_is_answered_below_it(world: World) -> None:
    anna = await world.joins("employee")
    await anna.says("/count")
    await anna.says("1")
    await anna.says("more")
    assert [seen.text.split("\n")[:2] for seen in anna.messages()] == [["Count", "0"], ["Count", "1"], ["Count", "2"]]
    assert [seen.buttons for seen in anna.messages()] == [("More",)] * 3


async def test_a_button_without_the_right_is_hidden_and_refused(world: World) -> None:
    anna, olga = await world.joins("employee"), await world.joins("admin")
    await anna.says("/count")
    assert anna.sees("Count").buttons == ("More",)
    await olga.says("/count")
    assert olga.sees("Count").buttons == ("More", "Secret")
    await olga.presses("Secret")
    olga.sees("the secret")


async def test_numbers_press_the_menu_that_a_reply_names(world: World) -> None:
    anna = await world.joins("employee")
    await anna.says("/count")
    await anna.says("/menu")
    await anna.presses("More")
    anna.sees("Count\n1")


async def test_a_label_can_be_typed(world: World) -> None:
    anna = await world.joins("employee")
    await anna.says("/count")
    await anna.says("more")
    anna.sees("Count\n1")
    await anna.says("77")
    anna.sees("heard Said")


async def test_a_timer_fires_once_also_after_a_restart(world: World) -> None:
    anna = await world.joins("employee")
    await anna.says("/later")
    anna.sees("I will ring.")
    await world.passes(timedelta(minutes=9))
    anna.sees_not("Ring!")
    await world.restarts()
    await world.passes(timedelta(minutes=1))
    await world.passes(timedelta(minutes=30))
    assert anna.count("Ring!") == 1


async def test_a_broken_handler_apologises_and_changes_nothing(world: World) -> None:
    anna, boris = await world.joins("employee"), await world.joins("colleague")
    await anna.says("/explode")
    anna.sees_last("Sorry, something went wrong here.")
    anna.sees_not("private words")
    await boris.says("/count")
    boris.sees("Count")
    assert await world.store.transact(_departments) == ["HR", "Sales", "Support"]


async def test_a_refusal_is_told_and_undone(world: World) -> None:
    anna = await world.joins("employee")
    await anna.says("/refuse")
    anna.sees_last("Not today.")
    assert await world.store.transact(_departments) == ["HR", "Sales", "Support"]


async def test_an_unknown_command_says_what_to_do(world: World) -> None:
    anna = await world.joins("employee")
    await anna.says("/nosuch")
    anna.sees_last("I do not know this command. See !help.")


def _departments(uow: UnitOfWork) -> list[str]:
    return sorted(uow.session.scalars(departments.select().with_only_columns(departments.c.name)))  # type: ignore[attr-defined]
