"""An import adds nobody twice, and people and departments are the same however they are written."""

from __future__ import annotations

import pytest

from core.people.bootstrap import do_ensure_admins
from core.people.doubles import Doubled, Doubles
from core.people.import_alike import Alike
from core.people.import_plan import WholeStaff
from core.people.importing import ImportReport
from core.people.person import Department, Person
from core.unit_of_work import UnitOfWork
from storage.database import Database
from tests.unit.people.test_importing import DATA, listed, reasons, take


def doubts(report: ImportReport) -> list[tuple[int, str]]:
    """Who was left out."""
    return [(doubt.row, doubt.reason.text) for doubt in report.doubts]


def remarks(report: ImportReport) -> list[tuple[int, str | None, str]]:
    """What else to look at."""
    return [(remark.row, remark.column, remark.reason.text) for remark in report.remarks]


async def departments(store: Database) -> dict[str, int]:
    """The departments with the number of their people."""
    staff = await store.transact(lambda uow: uow.ask(WholeStaff()))
    return {one.name: sum(person.department_id == one.id for person in staff.people) for one in staff.departments}


ALREADY = (
    "external_id,last_name,first_name,patronymic,phone,birthday,telegram_id\n"
    "00042,Петров,Пётр,Ильич,+79990000042,1990-11-21,12\n"
    "ТН-7,Зимина,Ольга,,,,13\n"
)
HAS_ID = "{name} is here with the id “{id}”"
HAS_PHONE = "{name} is here with the same phone; the id is “{id}”"
HAS_BIRTHDAY = "{name} is here with the same birthday; the id is “{id}”"


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        ("42,Петров,Пётр,Ильич,+79990000042,1990-11-21", HAS_ID),
        ("0042,Петрова,Анна,,,", HAS_ID),
        ("тH–7,Зимина,Ольга,,,", HAS_ID),  # a Latin letter and another dash
        ("A1,пётр,ПЕТРОВ,,+79990000042,", HAS_PHONE),
        ("A1,Петров,Петр,,,1990-11-21", HAS_BIRTHDAY),
        ("A1,Петров,Петр,,,", None),  # a namesake
        ("A1,Петров,Пётр,Олегович,+79990000042,1990-11-21", None),
        ("A1,Петрова,Анна,,+79990000042,1990-11-21", None),  # a shared phone is no person
        ("42.5,Петров,Пётр,,,", None),
    ],
)
async def test_nobody_is_added_twice(store: Database, row: str, doubt: str | None) -> None:
    await take(store, ALREADY)
    file = f"external_id,last_name,first_name,patronymic,phone,birthday\n{row}\n"
    for dry_run in (True, False):
        report = await take(store, file, dry_run=dry_run)
        assert doubts(report) == ([(2, doubt)] if doubt else [])
        assert report.added == (0 if doubt else 1)
    assert len(await listed(store)) == (2 if doubt else 3)


async def test_a_company_whose_zeros_were_lost_is_not_doubled(store: Database) -> None:
    await take(store, (DATA / "zeros.csv").read_bytes())
    lost = (DATA / "zeros_lost.csv").read_bytes()
    report = await take(store, lost)
    assert (report.added, doubts(report), report.missing) == (0, [(2, HAS_ID), (3, HAS_ID)], ())
    report = await take(store, lost, alike=Alike.SAME)
    assert (report.added, report.updated, report.missing, report.doubts) == (0, 2, (), ())
    people = await listed(store)
    assert set(people) == {"42", "43"}
    assert people["42"]["accounts"] == [{"messenger": "telegram", "address": "1001"}]
    assert (await take(store, lost)).unchanged == 2


async def test_managers_are_found_by_the_ids_of_the_file(store: Database) -> None:
    await take(store, "external_id,last_name,first_name,manager_external_id\n01,Orlov,Gleb,\n02,Petrova,Anna,01\n")
    report = await take(
        store,
        "external_id,last_name,first_name,manager_external_id\n1,Orlov,Gleb,\n2,Petrova,Anna,1\n3,Cherny,Ivan,2\n",
        alike=Alike.SAME,
    )
    assert (report.added, report.updated, report.faults) == (1, 2, ())
    people = await listed(store)
    assert {who: person["manager_external_id"] for who, person in people.items()} == {"1": None, "2": "1", "3": "2"}


async def test_whoever_is_like_two_or_has_another_name_is_never_taken_for_the_same(store: Database) -> None:
    await take(store, ALREADY)
    file = "external_id,last_name,first_name\n42,Сидоров,Иван\n042,Петров,Пётр\n"
    report = await take(store, file, alike=Alike.SAME)
    assert doubts(report) == [(2, HAS_ID), (3, "Row {row} has this id written another way")]
    assert (await take(store, file, alike=Alike.NEW)).added == 2


async def test_one_person_in_two_rows_is_told(store: Database) -> None:
    report = await take(
        store,
        "external_id,last_name,first_name,phone,birthday\n"
        "7,Petrova,Anna,+79990000107,\n"
        "12,Petrova,Anna,+79990000107,\n"
        "13,Orlov,Gleb,,1990-11-21\n"
        "14,Gleb,ORLOV,,21.11.1990\n"
        "007,Zimina,Olga,,\n"
        "7.0,Zimina,Olga,,\n",
    )
    assert doubts(report) == [
        (3, "Row {row} has the same name and phone"),
        (5, "Row {row} has the same name and birthday"),
        (6, "Row {row} has this id written another way"),
    ]
    assert reasons(report) == [(7, "Row {row} already has this value")]


async def test_who_came_in_by_chat_is_not_added_again(store: Database) -> None:
    await store.transact(lambda uow: do_ensure_admins(uow, ["telegram:12"]))

    def named(uow: UnitOfWork) -> None:
        (person,) = uow.ask(WholeStaff()).people
        person.first_name, person.last_name = "Anna", "Petrova"

    await store.transact(named)
    file = "external_id,last_name,first_name\na,Petrova,Anna\n"
    report = await take(store, file)
    assert doubts(report) == [(2, "{name} is here without an id")]
    await take(store, file, alike=Alike.SAME)
    assert (await listed(store))["a"]["roles"] == ["employee", "admin"]


async def test_a_department_is_one_however_it_is_written(store: Database) -> None:
    await take(store, (DATA / "department_twice.csv").read_bytes())
    assert await departments(store) == {"Отдел учёта": 4}
    names = ["Отдел учета", "ОТДЕЛ\u00a0УЧЕТА", "«Отдел учёта»", "Отдел учё\u200bта", "Отдел уче\u0308та"]
    rows = "".join(f"n{place},Кимов,Ан{'а' * place},{name}\n" for place, name in enumerate(names, 1))
    await take(store, f"external_id,last_name,first_name,department\n{rows}m,Кимов,Лев,Учёта отдел\n")
    assert await departments(store) == {"Отдел учёта": 9, "Учёта отдел": 1}
    await take(store, "external_id,last_name,first_name,department\nx,Ли,Ян,IT — поддержка\ny,Ли,Ия,it-поддержка\n")
    assert (await departments(store))["IT — поддержка"] == 2


async def test_departments_that_older_imports_doubled_come_together(store: Database) -> None:
    def doubled(uow: UnitOfWork) -> None:
        first, second = Department(name="Отдел учёта"), Department(name="Отдел учета")
        uow.add(first)
        uow.add(second)
        uow.flush()
        uow.add(Person(external_id="b", last_name="Сидоров", first_name="Борис", department_id=second.id))
        uow.add(Department(name="Касса", parent_id=second.id, above=(second.id,)))

    await store.transact(doubled)
    report = await take(store, "external_id,last_name,first_name,department\nb,Сидоров,Борис,отдел учета\n")
    told = "These departments are read as one, and people of the file go to the first: {departments}"
    assert remarks(report) == [(2, "department", told)]
    assert report.updated == 1
    assert await departments(store) == {"Отдел учёта": 1, "Отдел учета": 0, "Касса": 0}
    staff = await store.transact(lambda uow: uow.ask(WholeStaff()))
    ids = {one.name: one.id for one in staff.departments}
    assert [one.above for one in staff.departments if one.name == "Касса"] == [(ids["Отдел учёта"],)]


async def test_matrix_ids_are_kept_as_they_arrive(store: Database) -> None:
    report = await take(store, (DATA / "matrix_ids.csv").read_bytes())
    assert reasons(report) == [(4, "Row {row} already has this value")]
    told = "Names in Matrix ids are nearly always in small letters; “{text}” was kept as it is"
    assert remarks(report) == [(3, "matrix_id", told)]
    people = await listed(store)
    assert people["1"]["accounts"] == [{"messenger": "matrix", "address": "@ivan:example.org"}]


async def test_a_bot_is_nobody(store: Database) -> None:
    report = await take(
        store,
        "external_id,last_name,first_name,telegram_id,matrix_id\n"
        "a,Petrova,Anna,700,@anna:example.org\nb,Sidorov,Boris,701,@kollega:Example.org\n",
    )
    assert reasons(report) == [(row, "This is the account of the bot itself") for row in (2, 3)]
    people = await listed(store)
    assert people["a"]["accounts"] == [{"messenger": "matrix", "address": "@anna:example.org"}]
    assert people["b"]["accounts"] == [{"messenger": "telegram", "address": "701"}]


async def test_numbers_that_two_people_share_are_told(store: Database) -> None:
    file = (DATA / "shared_numbers.csv").read_bytes()
    phone = "Row {row} has this phone too: neither can sign in by it, both need a code"
    extension = "Row {row} has this extension too: who called from it cannot be told apart"
    report = await take(store, file, dry_run=True)
    assert remarks(report) == [(3, "phone", phone), (3, "extension", extension)]
    assert (await take(store, file)).added == 2
    assert await store.transact(lambda uow: uow.ask(Doubles())) == Doubled(1, 1, ())
    report = await take(store, "external_id,last_name,first_name,phone\n3,Орлов,Глеб,+74951234567\n")
    assert remarks(report) == [(2, "phone", "{name} has this phone too: neither can sign in by it, both need a code")]
    twice = 'external_id,last_name,first_name,extension\n5,Орлов,Ян,"201-WS, 101"\n6,Ким,Ли,201-ws\n'
    report = await take(store, twice)
    assert [(row, column) for row, column, _ in remarks(report)] == [(2, "extension"), (3, "extension")]
    gone = "external_id,last_name,first_name,phone,active\n4,Орлов,Лев,+74951234567,нет\n"
    assert remarks(await take(store, gone)) == []
