"""What people choose about themselves, under /me, and from menus of before it was one list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.handlers.news.actions import ShowReading
from bot.handlers.people.actions import ChooseSetting, OpenLanguages, OpenPreferred, SetLanguage, SetPreferred
from core.chat.actions import Action, write_action
from core.chat.events import Pressed
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.scenarios.happening import happens
from tests.support.people import TestPerson
from tests.support.world import World


async def old_menu(world: World, action: Action) -> None:
    """The employee presses a button of a menu that an earlier release has sent."""
    world.clock.move(timedelta(seconds=1))
    await happens(world, "employee", Pressed, data=write_action(action), message="an old menu")


def kept(uow: UnitOfWork, world: World) -> object:
    """What the employee has chosen, as it is kept."""
    person = uow.get(Person, world.ids["employee"])
    assert person is not None
    return person.settings


async def test_the_own_clock_counts(employee: TestPerson, world: World) -> None:
    await employee.says("/me")
    employee.sees("Your clock: the company’s", button="Your clock")
    await employee.presses("Your clock")
    employee.sees("Which clock do you live by?", button="Back")
    moscow = world.clock.now().hour + 3
    await employee.presses(f"Vladivostok, {(moscow + 7) % 24:02}:")
    employee.sees_last("Your clock: Vladivostok")
    await employee.presses("Quiet hours")
    employee.sees_last(f"Your clock shows: {(moscow + 7) % 24:02}:")


async def test_a_language_that_nobody_told_is_the_companys(employee: TestPerson, world: World) -> None:
    await employee.says("/me")
    await employee.presses("Language")
    told = next(one for one in employee.messages()[-1].buttons if "as in the" in one or "the company’s" in one)
    await employee.presses(told)
    employee.sees_last(f"Language: {told[2:]}")


@pytest.mark.parametrize("key", ["fr", "ru-RU"])
async def test_a_choice_that_is_not_offered_changes_nothing(employee: TestPerson, world: World, key: str) -> None:
    before = await world.store.transact(lambda uow: kept(uow, world))
    await old_menu(world, ChooseSetting(f"people.language={key}"))
    await old_menu(world, ChooseSetting(f"people.shoe_size={key}"))
    assert await world.store.transact(lambda uow: kept(uow, world)) == before
    await employee.says("/me")
    employee.sees("Petrova Anna Sergeevna", button="Language")


async def test_menus_of_before_go_on(employee: TestPerson, world: World) -> None:
    await old_menu(world, OpenLanguages())
    employee.sees_last("Which language should I speak with you?", button="🔘 English")
    await old_menu(world, OpenPreferred())
    employee.sees_last("Where should I write to you?")
    await old_menu(world, SetPreferred(None))
    employee.sees_last("Petrova Anna Sergeevna")
    await old_menu(world, ShowReading(shown=False))
    employee.sees_last("When you open news: nobody is told")
    await old_menu(world, SetLanguage("ru"))
    employee.sees_last("Petrova Anna Sergeevna", button="Язык")
    chosen = {"people.language": "ru", "news.shows_reading": False}
    assert await world.store.transact(lambda uow: kept(uow, world)) == chosen
