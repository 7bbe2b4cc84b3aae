"""Strangers at the door, and how they get in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from core.access import Roles
from core.people.directory import AccountsOf
from core.people.linking import do_issue_code
from core.people.person import Person
from core.people.roles import ADMIN
from core.unit_of_work import UnitOfWork
from tests.support.people import TestPerson
from tests.support.world import World


async def code_for(world: World, key: str) -> str:
    """A code for somebody of the cast, whose account here is taken away first."""

    def work(uow: UnitOfWork) -> str:
        person = uow.get(Person, world.ids[key])
        assert person is not None
        for account in uow.ask(AccountsOf(person.id)):
            account.person_id = None
        uow.flush()
        return do_issue_code(uow, person)

    return await world.store.transact(work)


@pytest.mark.parametrize("words", ["/start", "/help", "/who Anna", "/publish", "/nonsense", "hello", "/link"])
async def test_a_stranger_gets_only_the_door(stranger: TestPerson, words: str) -> None:
    await stranger.says(words)
    stranger.sees("do not know this account", button="Request access")
    assert all(set(seen.buttons) <= {"Request access", "📱 Share my number"} for seen in stranger.messages())


async def test_an_admin_lets_a_stranger_in_as_a_colleague(
    stranger: TestPerson, admin: TestPerson, world: World
) -> None:
    await code_for(world, "employee")
    await admin.says("/start")
    await stranger.says("/start")
    await stranger.presses("Request access")
    stranger.sees("with the admins")
    await stranger.says("hello?")
    assert not stranger.sees_last("The admins see this with your request").buttons
    admin.sees("Somebody asks for access", button="Decline")
    await admin.presses("Accept", of="Somebody asks")
    admin.sees("Who is this?", button="Another colleague")
    await admin.presses("Another colleague")
    await admin.says("petrova")
    await admin.presses("Petrova Anna")
    stranger.sees("Welcome, Anna!")
    admin.sees("Accepted by Olga Zimina as Petrova Anna Sergeevna")
    await stranger.says("/me")
    stranger.sees("Petrova Anna Sergeevna", button="Language")


async def test_an_admin_adds_a_new_colleague(stranger: TestPerson, admin: TestPerson) -> None:
    await admin.says("/start")
    await stranger.says("/start")
    await stranger.presses("Request access")
    await admin.presses("Accept", of="Somebody asks")
    await admin.presses("Not in the directory")
    await admin.says("Egor")
    await admin.says("Novikov")
    await admin.presses("Sales")
    await admin.presses("Skip")
    stranger.sees("Welcome, Egor!")
    await admin.says("/who novikov")
    admin.sees("Novikov Egor")


async def test_only_the_first_admin_decides(
    stranger: TestPerson, admin: TestPerson, hr: TestPerson, world: World
) -> None:
    for each in (admin, hr):
        await each.says("/start")
    await world.store.transact(lambda uow: setattr(uow.get(Person, world.ids["hr"]), "roles", Roles.of(ADMIN)))
    await stranger.says("/start")
    await stranger.presses("Request access")
    await admin.presses("Accept", of="Somebody asks")
    for each in (admin, hr):
        card = each.sees("Somebody asks for access", button="Requests for access")
        assert "Olga Zimina is deciding" in card.text
        assert not any("Accept" in label for label in card.buttons)
    await hr.presses("Requests for access", of="Somebody asks")
    await hr.presses("Decline")
    await hr.presses("Decline", of="Decline the request of")
    stranger.sees("your request was declined")
    for each in (admin, hr):
        each.sees("Declined by Vera Vlasova")
    await admin.presses("Not in the directory")
    admin.sees("Vera Vlasova has already declined this.")
    await stranger.says("hello")
    await stranger.presses("Request access", of="Hello!")
    stranger.sees("Your request was declined. You can ask again after")
    await world.passes(timedelta(hours=25))
    await stranger.presses("Request access", of="Hello!")
    stranger.sees("Your request is with the admins")


async def test_a_code_opens_the_door_once(stranger: TestPerson, world: World) -> None:
    code = await code_for(world, "employee")
    await stranger.says(f"/start {code}")
    stranger.sees("Welcome, Anna!", button="Menu")
    await stranger.says(f"/start {code}")
    stranger.sees("This account is linked already")


async def test_a_code_may_come_as_plain_text(stranger: TestPerson, world: World) -> None:
    code = await code_for(world, "employee")
    await stranger.says(code.lower())
    stranger.sees("Welcome, Anna!")


async def test_an_old_code_is_refused(stranger: TestPerson, world: World) -> None:
    code = await code_for(world, "employee")
    await world.passes(timedelta(minutes=16))
    await stranger.says(f"/start {code}")
    stranger.sees("This code is wrong, used or too old", button="Request access")


async def test_guessing_ends_after_five_codes(stranger: TestPerson, world: World) -> None:
    code = await code_for(world, "employee")
    for number in range(5):
        await stranger.says(f"/start AAAA-AAA{number}")
    await stranger.says(f"/start {code}")
    stranger.sees("Too many wrong codes")
    stranger.sees_not("Welcome")


async def test_a_known_number_opens_the_door(stranger: TestPerson, world: World) -> None:
    await code_for(world, "employee")
    await stranger.says("/start")
    await stranger.shares_phone("+79990000101")
    stranger.sees("Welcome, Anna!")


async def test_an_unknown_number_does_not(stranger: TestPerson) -> None:
    await stranger.says("/start")
    await stranger.shares_phone("+79990000999")
    stranger.sees("not in the company’s directory", button="Request access")


async def test_a_number_that_colleagues_share_does_not(stranger: TestPerson, world: World) -> None:
    def share(uow: UnitOfWork) -> None:
        for name in ("Gleb", "Egor"):
            uow.add(Person(last_name="Twin", first_name=name, phone="+79990000888"))

    await world.store.transact(share)
    await stranger.says("/start")
    await stranger.shares_phone("+79990000888")
    stranger.sees("Ask an admin for a one-time code", button="Request access")


async def test_a_number_whose_owner_is_here_already_does_not(stranger: TestPerson) -> None:
    await stranger.says("/start")
    await stranger.shares_phone("+79990000101")
    stranger.sees("another account in this messenger already")
    stranger.sees_not("Welcome")


async def test_link_gives_a_code(employee: TestPerson, stranger: TestPerson) -> None:
    await employee.says("/link")
    seen = employee.sees("It works once, for 15 minutes", button="Back")
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", seen.text, re.MULTILINE)
    assert code is not None, "whatever commands look like in the other messenger"
    await stranger.says(code[0])
    stranger.sees("another account in this messenger already")
    await employee.presses("Back")
    employee.sees("Petrova Anna Sergeevna")


async def test_whoever_is_deactivated_is_out_at_once(employee: TestPerson, world: World) -> None:
    await employee.says("/menu")
    before = len(employee.messages())
    await world.store.transact(lambda uow: setattr(uow.get(Person, world.ids["employee"]), "active", False))
    await employee.says("/who Boris")
    employee.sees("Your access is closed")
    employee.sees_not("Sidorov")
    await employee.says("Boris")
    employee.sees_not("Sidorov")
    await employee.says("/start")
    await employee.presses("About me")
    employee.sees_not("Petrova Anna Sergeevna")
    assert not any("Menu" in seen.text for seen in employee.messages()[before:])


async def test_what_a_stranger_writes_with_the_request_reaches_the_admins(
    stranger: TestPerson, admin: TestPerson
) -> None:
    await admin.says("/start")
    await stranger.says("hi")
    await stranger.presses("Request access")
    stranger.sees("Write here who you are")
    await stranger.says("Ivan Kotov, warehouse")
    stranger.sees("The admins see this with your request.")
    await stranger.says("Olga knows me")
    assert "Olga knows me" in admin.sees("Ivan Kotov, warehouse", button="Accept").text
    await stranger.says("x" * 500)
    stranger.sees_last("The admins have enough to decide by.")
    await admin.presses("Accept", of="Ivan Kotov")
    admin.sees("Ivan Kotov, warehouse", button="Not in the directory yet")
