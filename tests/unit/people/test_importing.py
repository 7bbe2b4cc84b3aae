"""The people file meets the people here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core.chat.events import Said
from core.inbox import WhoIs
from core.people.arrival import do_arrive
from core.people.bootstrap import do_ensure_admins
from core.people.directory import FindPeople, PeopleRecords, PersonRecord
from core.people.import_alike import Alike
from core.people.import_plan import WholeStaff
from core.people.importing import ImportReport, do_import
from core.people.person import Account
from core.people.roles import HR
from core.people.roster import read_roster
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.support.clock import MovableClock
from tests.support.grants import endow

HEADER = "external_id,last_name,first_name,department,position,manager_external_id,roles,telegram_id,active"
FILE = f"""{HEADER}
g,Orlov,Gleb,Sales,Head,,manager,11,
a,Petrova,Anna,Sales,Seller,g,,12,
b,Sidorov,Boris,sales,Seller,g,,,
o,Zimina,Olga,IT,Lead,,admin,,
"""


DATA = Path(__file__).parents[2] / "data" / "people"
BOTS = {("telegram", "700"), ("matrix", "@kollega:example.org")}


async def take(store: Database, file: str | bytes, *, dry_run: bool = False, alike: Alike = Alike.TELL) -> ImportReport:
    roster = read_roster(file if isinstance(file, bytes) else file.encode())
    return await store.transact(lambda uow: do_import(uow, roster, dry_run=dry_run, alike=alike, own=BOTS))


async def listed(store: Database) -> dict[object, PersonRecord]:
    records = await store.transact(lambda uow: uow.ask(PeopleRecords()))
    return {record["external_id"]: record for record in records}


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    return [(fault.row, fault.reason.text) for fault in report.faults]


async def test_a_first_file_makes_the_company(store: Database) -> None:
    report = await take(store, FILE)
    assert (report.added, report.updated, report.unchanged, report.missing, report.faults) == (4, 0, 0, (), ())
    people = await listed(store)
    assert people["a"]["manager_external_id"] == "g"
    assert people["a"]["department"] == people["b"]["department"] == "Sales"
    assert people["g"]["roles"] == ["employee", "manager"]
    assert people["g"]["accounts"] == [{"messenger": "telegram", "address": "11"}]
    assert people["o"]["roles"] == ["employee", "admin"]


async def test_a_department_gets_its_only_manager_as_head(store: Database) -> None:
    await take(store, FILE)
    staff = await store.transact(lambda uow: uow.ask(WholeStaff()))
    heads = {one.name: one.manager_id for one in staff.departments}
    gleb = next(person.id for person in staff.people if person.external_id == "g")
    assert heads == {"Sales": gleb, "IT": None}


async def test_the_same_file_again_changes_nothing(store: Database) -> None:
    await take(store, FILE)
    before = await listed(store)
    report = await take(store, FILE)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 4)
    assert await listed(store) == before


async def test_a_dry_run_finds_the_same_and_changes_nothing(store: Database) -> None:
    await take(store, FILE)
    before = await listed(store)
    changed = FILE.replace("Seller,g,,12", "Head of all,,,12").replace("o,Zimina", "n,New") + "z,Zotov,Ilya,New,,,,,\n"
    rehearsed = await take(store, changed, dry_run=True)
    assert await listed(store) == before
    assert rehearsed == await take(store, changed)
    assert (rehearsed.added, rehearsed.updated, rehearsed.unchanged) == (2, 1, 2)
    assert [missing.external_id for missing in rehearsed.missing] == ["o"]


async def test_the_missing_are_listed_and_stay(store: Database) -> None:
    await take(store, FILE)
    report = await take(store, "\n".join(FILE.splitlines()[:3]))
    assert [missing.external_id for missing in report.missing] == ["b", "o"]
    assert len(await listed(store)) == 4


async def test_an_empty_cell_empties_but_an_absent_column_does_not(store: Database) -> None:
    await take(store, FILE)
    await take(store, "external_id,last_name,first_name,position\na,Petrova,Anna,\n")
    anna = (await listed(store))["a"]
    assert (anna["position"], anna["department"], anna["manager_external_id"]) == ("", "Sales", "g")
    await take(store, "external_id,last_name,first_name,department,manager_external_id\na,Petrova,Anna,,\n")
    anna = (await listed(store))["a"]
    assert (anna["department"], anna["manager_external_id"]) == (None, None)


async def test_an_empty_role_cell_leaves_what_was_given_in_chat(store: Database) -> None:
    await take(store, FILE)

    def promote(uow: UnitOfWork) -> None:
        endow(uow, next(one for one in uow.ask(WholeStaff()).people if one.external_id == "a"), HR)

    await store.transact(promote)
    await take(store, FILE)
    assert (await listed(store))["a"]["roles"] == ["employee", "hr"]
    await take(store, FILE.replace("Seller,g,,12", "Seller,g,employee,12"))
    assert (await listed(store))["a"]["roles"] == ["employee"]


@pytest.mark.parametrize("row", ["o,Zimina,Olga,IT,Lead,,employee,,", "o,Zimina,Olga,IT,Lead,,admin,,no"])
async def test_the_last_admin_is_not_removed(store: Database, row: str) -> None:
    await take(store, FILE)
    report = await take(store, f"{HEADER}\n{row}\na,Petrova,Anna,Sales,Chief,,,,\n")
    assert reasons(report) == [(2, "The last admin cannot be removed; the roles were left as they are")]
    people = await listed(store)
    assert (people["o"]["roles"], people["o"]["active"]) == (["employee", "admin"], True)
    assert people["a"]["position"] == "Chief"


async def test_an_admin_may_hand_over(store: Database) -> None:
    await take(store, FILE)
    report = await take(
        store, FILE.replace("Lead,,admin", "Lead,,employee").replace("Seller,g,,12", "Seller,g,admin,12")
    )
    assert report.faults == ()
    people = await listed(store)
    assert (people["a"]["roles"], people["o"]["roles"]) == (["employee", "admin"], ["employee"])


async def test_faults_of_a_row_do_not_stop_the_others(store: Database) -> None:
    await take(store, FILE)
    report = await take(
        store,
        f"{HEADER}\n"
        "a,Petrova,Anna,Sales,Chief,nobody,,11,\n"  # an unknown manager, and Gleb's account
        "b,Sidorov,Boris,Sales,Seller,g,wizard,,\n"  # the reader leaves this row out
        "c,Cherny,Ivan,Sales,Seller,a,,,\n",
    )
    assert reasons(report) == [
        (2, "This account is {name}’s already; an admin can unlink it"),
        (2, "Nobody has the id or the name “{id}”"),
        (3, "“{text}” is not a role; roles are employee, manager, hr and admin"),
    ]
    people = await listed(store)
    assert (people["a"]["position"], people["a"]["manager_external_id"]) == ("Chief", "g")
    assert people["a"]["accounts"] == [{"messenger": "telegram", "address": "12"}]
    assert people["c"]["manager_external_id"] == "a"


async def test_a_manager_may_be_named_and_faults_call_columns_as_the_file_does(store: Database) -> None:
    await take(store, FILE)
    report = await take(
        store,
        "Табельный номер;ФИО;Руководитель\n"
        "1;Котов Пётр Ильич;Gleb Orlov\n"  # who is not in this file
        "2;Белов Иван Ильич;Котов П.И.\n"
        "3;Белов Иван Петрович;Белов Иван\n"
        "4;Чернов Олег;Никто Никак\n",
    )
    assert [(fault.row, fault.column, fault.reason.text) for fault in report.faults] == [
        (4, "Руководитель", "Several people are called “{name}”; write the id of the manager"),
        (5, "Руководитель", "Nobody has the id or the name “{id}”"),
    ]
    people = await listed(store)
    assert [people[who]["manager_external_id"] for who in "1234"] == ["g", "1", None, None]


async def test_managers_in_a_circle_over_two_files_are_refused(store: Database) -> None:
    await take(store, FILE)
    report = await take(store, f"{HEADER}\ng,Orlov,Gleb,Sales,Head,a,manager,11,\n")
    assert reasons(report) == [(2, "With people who are not in the file, the managers would form a circle")]
    people = await listed(store)
    assert people["g"]["manager_external_id"] is None


async def test_a_wrong_account_is_corrected_until_it_has_been_used(store: Database) -> None:
    await take(store, FILE)
    assert (await take(store, FILE.replace(",12,", ",13,"))).updated == 1
    assert (await listed(store))["a"]["accounts"] == [{"messenger": "telegram", "address": "13"}]

    def used(accounts: tuple[Account, ...]) -> None:
        for account in accounts:
            account.chat = account.address

    await store.transact(lambda uow: used(uow.ask(WholeStaff()).accounts))
    report = await take(store, FILE)
    assert reasons(report) == [(3, "This person uses another account in this messenger; an admin can unlink it")]
    assert (await listed(store))["a"]["accounts"] == [{"messenger": "telegram", "address": "13"}]


async def test_somebody_known_only_by_an_account_is_recognised(store: Database) -> None:
    await store.transact(lambda uow: do_ensure_admins(uow, ["telegram:12"]))
    await take(store, FILE)
    people = await listed(store)
    assert len(people) == 4
    assert people["a"]["roles"] == ["employee", "admin"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_ten_thousand_rows_are_quick(store: Database) -> None:
    """In seconds of the processor, because the machine may be busy with other things."""
    header = "external_id,last_name,first_name,patronymic,email,phone,extension,department,position,manager_external_id"
    rows = [
        f"e{number},Surname{number % 4000},Name{number % 90},Patronymic,e{number}@example.org,+7999{number:07},"
        f"{number},Department {number % 50},Position {number % 30},{f'e{number // 10}' if number else ''}"
        for number in range(10_000)
    ]
    file = "\n".join([f"{header},telegram_id", *(f"{row},{1_000_000 + number}" for number, row in enumerate(rows))])
    started = time.process_time()
    report = await take(store, file)
    assert time.process_time() - started < 10
    assert (report.added, report.faults) == (10_000, ())
    started = time.process_time()
    report = await take(store, file.replace("Position 7", "Position seven"))
    assert time.process_time() - started < 10
    assert report.updated > 300
    assert report.updated + report.unchanged == 10_000


async def test_a_search_knows_the_imported_at_once(store: Database) -> None:
    async def find(text: str) -> list[str]:
        found = await store.transact(lambda uow: uow.ask(FindPeople(text)))
        return [one.person.full_name for one in found if one.score > 0.6]

    await take(store, FILE)
    assert await find("petrova") == ["Petrova Anna"]
    await take(store, FILE.replace("Petrova", "Kuznetsova"))
    assert await find("petrova") == []
    assert await find("kuznetsova") == ["Kuznetsova Anna"]


async def test_a_matrix_id_of_the_file_is_known_at_first_contact(store: Database, clock: MovableClock) -> None:
    await take(store, "external_id,last_name,first_name,matrix_id\na,Petrova,Anna,@anna:example.org\n")

    def first_contact(uow: UnitOfWork) -> None:
        before = uow.ask(WhoIs("matrix", "@anna:example.org"))
        assert before.account is not None
        assert before.account.chat is None
        event = Said(
            messenger="matrix", id="1", at=clock.now(), account="@anna:example.org", chat="@anna:example.org", text="hi"
        )
        visitor = do_arrive(uow, event, before)
        assert visitor.account is before.account
        assert visitor.person is not None
        assert (visitor.person.external_id, visitor.account.chat) == ("a", "@anna:example.org")

    await store.transact(first_contact)


async def test_departments_are_parts_of_others(store: Database) -> None:
    header = "external_id,last_name,first_name,department,parent_department"
    rows = "a,Petrova,Anna,Shop,Sales\nb,Sidorov,Boris,shop,\nc,Orlov,Gleb,Sales,\nd,Zimina,Olga,,Sales\n"
    report = await take(store, f"{header}\n{rows}e,Cherny,Ivan,Shop,Office\n")
    assert reasons(report) == [
        (5, "The row has no department that could be a part of this one"),
        (6, "Row {row} makes this department a part of another one"),
    ]

    async def tree() -> dict[str, str | None]:
        found = (await store.transact(lambda uow: uow.ask(WholeStaff()))).departments
        names = {one.id: one.name for one in found}
        assert all(one.parent_id == next(iter(one.above), None) for one in found)
        return {one.name: names.get(one.parent_id or 0) for one in found}

    assert await tree() == {"Shop": "Sales", "Sales": None}
    assert (await take(store, f"{header}\n{rows}")).updated == 0
    report = await take(store, f"{header}\na,Petrova,Anna,Shop,Sales\nc,Orlov,Gleb,Sales,Shop\n")
    assert reasons(report) == [
        (line, "These departments are parts of each other in a circle: {departments}") for line in (2, 3)
    ]
    assert await tree() == {"Shop": "Sales", "Sales": None}
    report = await take(store, f"{header}\na,Petrova,Anna,Shop,\nc,Orlov,Gleb,Sales,Office\n")
    assert (report.updated, await tree()) == (1, {"Shop": None, "Sales": "Office", "Office": None})


async def test_who_leads_people_becomes_a_manager_and_stops_being_one(store: Database) -> None:
    await take(store, FILE.replace("Head,,manager", "Head,,"))

    async def roles() -> dict[str | None, str]:
        found = (await store.transact(lambda uow: uow.ask(WholeStaff()))).people
        return {one.external_id: one.roles.text for one in found if one.roles.held}

    (sales,) = [
        one.id for one in (await store.transact(lambda uow: uow.ask(WholeStaff()))).departments if one.manager_id
    ]
    held = await roles()
    assert set(held) == {"g", "o"}
    assert held["g"].startswith(f"manager@department:{sales} manager@team:")
    await take(store, FILE.replace("Head,,manager", "Head,a,").replace("Seller,g,", "Seller,,"))
    held = await roles()
    assert held["g"] == f"manager@department:{sales}"
    assert held["a"].startswith("manager@team:")
