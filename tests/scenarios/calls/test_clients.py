"""The book of clients: filled from a file, asked by a name or a number, and written in under an alert."""

from __future__ import annotations

import pytest

from core.calls.clients import ClientsReport, do_import_clients
from core.calls.clients_file import read_clients
from core.calls.journal import Client, ClientOf
from core.people.departments import scope_of
from core.people.person import Person
from core.people.roles import MANAGER
from core.unit_of_work import UnitOfWork
from tests.scenarios.calls.conftest import CLIENT, Exchange
from tests.support.grants import endow
from tests.support.people import TestPerson
from tests.support.world import World

pytestmark = pytest.mark.parametrize("messenger", ["plain"])

BOOK = f"""name;phone;tags
Ромашка;{CLIENT}, +7 916 123-00-05;VIP
Лютик;+7 916 123-00-02;
Лютик и сын;+7 916 123-00-03;
"""


async def imports(world: World, text: str, *, dry_run: bool = False) -> ClientsReport:
    file = read_clients(text.encode())
    return await world.store.transact(lambda uow: do_import_clients(uow, file, dry_run=dry_run))


async def kept(world: World, number: str) -> Client | None:
    return await world.store.transact(lambda uow: uow.ask(ClientOf(number)))


async def test_a_file_again_adds_nobody_twice_and_tells_other_names(world: World) -> None:
    dry = await imports(world, BOOK, dry_run=True)
    assert (dry.added, await kept(world, CLIENT)) == (3, None)
    assert (await imports(world, BOOK)).added == 3
    again = await imports(world, BOOK)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 3)
    other = await imports(world, f"name;phone\nРомашка плюс;{CLIENT}\nЛютик;+7 916 123-00-02, +7 916 123-00-04\n")
    assert (other.added, other.updated) == (0, 2)
    assert [(told.row, dict(told.reason.values)["before"]) for told in other.renamed] == [(2, "Ромашка")]
    assert await kept(world, CLIENT) == Client(CLIENT, "Ромашка плюс", ("VIP",))


async def test_typing_a_name_or_a_number_finds_the_client(
    world: World, exchange: Exchange, manager: TestPerson, employee: TestPerson
) -> None:
    await imports(world, BOOK)
    await exchange.misses()
    for asked in ("ромашка", "телефон клиента Ромашки", "8 916 123 00 01", "89161230001"):
        await manager.says(asked)
        text = manager.sees_last("Ромашка · VIP", button="Menu").text
        assert "+7 916 123-00-05" in text
        assert "the client called · nobody answered" in text
    await manager.says("лютик")
    manager.sees_last("", button="Лютик и сын")
    await manager.says("+7 916 123-99-99")
    manager.sees_last("nothing", button="Menu")
    await employee.says("89161230001")
    assert "Ромашка" not in employee.messages()[-1].text


async def test_a_manager_of_a_department_finds_the_clients_of_its_lines(
    world: World, sales: Exchange, hr: TestPerson
) -> None:
    async def leads_department_of(name: str) -> None:
        def work(uow: UnitOfWork) -> None:
            leader, member = uow.get(Person, world.ids["hr"]), uow.get(Person, world.ids[name])
            assert leader is not None
            assert member is not None
            endow(uow, leader, MANAGER, scope=scope_of(uow, member.department_id))

        await world.store.transact(work)

    await imports(world, BOOK)
    await sales.misses()
    await leads_department_of("hr")
    for asked in ("Ромашка", CLIENT):
        await hr.says(asked)
        assert "VIP" not in hr.messages()[-1].text
    await leads_department_of("employee")
    for asked in ("Ромашка", CLIENT):
        await hr.says(asked)
        hr.sees_last("Ромашка · VIP", button="Menu")
    await hr.says("лютик")  # never called these lines
    assert "123-00-02" not in hr.messages()[-1].text


async def test_whoever_handles_an_alert_names_its_client(
    world: World, sales: Exchange, employee: TestPerson, colleague: TestPerson
) -> None:
    await sales.misses()
    await employee.presses("To the client", of="Missed call")
    await employee.says("Ромашка")
    employee.sees_last("+7 916 123-00-01 is in the book of clients now: Ромашка.")
    assert "Ромашка" in colleague.sees("Missed call", button="To the client").text
    await colleague.presses("To the client", of="Missed call")
    card = colleague.sees_last("Last calls", button="Back")
    assert "Ромашка" in card.text
    assert "the client called · nobody answered" in card.text
    await colleague.presses("Change name", of="Last calls")
    await colleague.says("Ромашка плюс")
    assert await kept(world, CLIENT) == Client(CLIENT, "Ромашка плюс")
