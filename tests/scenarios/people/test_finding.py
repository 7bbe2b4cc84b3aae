"""Colleagues find each other."""

from __future__ import annotations

import pytest

from core.people.person import Person
from core.unit_of_work import UnitOfWork
from tests.scenarios.news.writing import publishes
from tests.support.people import TestPerson
from tests.support.world import World


@pytest.mark.parametrize(
    "words", ["/who Boris Sidorov", "sidorov", "Sidorof Boris", "102", "/who ЫШВЩКЩМ", "+7 999 000-01-02", "Сидоров"]
)
async def test_one_clear_match_is_a_card(employee: TestPerson, words: str) -> None:
    await employee.says(words)
    seen = employee.sees("Sidorov Boris Ivanovich", button="Gleb Orlov")
    for fact in ("Sales manager", "Sales", "102", "+7 999 000-01-02"):
        assert fact in seen.text


async def test_several_matches_are_buttons(employee: TestPerson) -> None:
    await employee.says("/who sales")
    employee.sees("Found: sales", button="Sidorov Boris")
    await employee.presses("Sidorov Boris")
    employee.sees("Sidorov Boris Ivanovich", button="Back")
    await employee.presses("Back")
    employee.sees("Found: sales", button="Petrova Anna")


@pytest.mark.parametrize("words", ["/who sales", "sales", "/search sales"])
async def test_back_from_a_card_leads_to_what_was_found(hr: TestPerson, employee: TestPerson, words: str) -> None:
    await publishes(hr, "Sales are closed", "On Friday")
    await employee.says(words)
    employee.sees("Found: sales", button="Sidorov Boris")
    await employee.presses("Sidorov Boris")
    employee.sees("Sidorov Boris Ivanovich", button="Back")
    await employee.presses("Back")
    news = "Sales are closed" if words != "/who sales" else None
    employee.sees("Found: sales", button=news or "Petrova Anna")


async def test_a_long_request_leads_back_to_its_names(employee: TestPerson) -> None:
    await employee.says("/who please show me the telephone numbers of all the people who work in sales")
    await employee.presses("Petrova Anna")
    await employee.presses("Back")
    employee.sees("Found: telephone sales", button="Orlov Gleb")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("phone of Sidorov", "Extension"),
        ("телефон Сидорова Бориса", "Extension"),
        ("who is the manager of Boris Sidorov", "Reports to"),
        ("in what department is Sidorov", "Department"),
        ("who is Sidorov", "Position"),
    ],
)
async def test_what_is_asked_for_stands_first(employee: TestPerson, words: str, first: str) -> None:
    await employee.says(words)
    text = employee.sees("Sidorov Boris Ivanovich", button="Gleb Orlov").text
    labels = ("Position", "Department", "Reports to", "Extension", "Phone")
    assert min((label for label in labels if label in text), key=text.index) == first


async def test_a_list_shows_the_numbers_that_were_asked_for(employee: TestPerson) -> None:
    await employee.says("phones of sales")
    employee.sees("3 colleagues", button="Sidorov Boris Ivanovich · 102")
    employee.sees_not("narrow it down")


@pytest.mark.parametrize("words", ["/who li", "/who Ли", "кто такой Ли", "ЛИ"])
async def test_a_name_of_two_letters_is_one(world: World, employee: TestPerson, words: str) -> None:
    await world.store.transact(lambda uow: uow.add(Person(last_name="Ли", first_name="Тимофей")))
    await employee.says(words)
    employee.sees("Ли Тимофей")


async def test_many_are_counted_and_can_be_narrowed_and_turned(world: World, employee: TestPerson) -> None:
    def namesakes(uow: UnitOfWork) -> None:
        for number in range(64):
            uow.add(Person(last_name="Уткин", first_name="Роман", active=number >= 4))
        uow.add(Person(last_name="Уткин", first_name="Савва"))

    await world.store.transact(namesakes)
    await employee.says("уткин")
    employee.sees("61 colleagues", button="Next")
    employee.sees("To narrow it down")
    for _ in range(7):
        await employee.presses("Next")
    employee.sees("Page 8 of 8", button="Previous")
    await employee.says("телефон Уткина Саввы")
    employee.sees("Уткин Савва", button="Back")


async def test_from_a_card_to_the_manager_and_the_team(employee: TestPerson) -> None:
    await employee.says("/who sidorov")
    await employee.presses("Gleb Orlov")
    employee.sees("Head of sales", button="Team · 2")
    await employee.presses("Team")
    employee.sees("Report to Gleb Orlov", button="Petrova Anna")


async def test_nobody_of_this_name(employee: TestPerson) -> None:
    await employee.says("/who xyzzy plugh")
    employee.sees("found nobody", button="People")
    await employee.presses("People")
    employee.sees("Write a name", button="Sales · 3")
    await employee.presses("Sales · 3")
    employee.sees("3 colleagues", button="Orlov Gleb")


async def test_only_admins_see_what_admins_do(employee: TestPerson, admin: TestPerson) -> None:
    await employee.says("/who sidorov")
    assert not {"Roles", "Accounts", "Close access"} & set(employee.sees("Sidorov").buttons)
    await admin.says("/who sidorov")
    admin.sees("Sidorov", button="Close access")
