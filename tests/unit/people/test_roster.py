"""The people file is read as HR's spreadsheet saved it, and every fault is named with its row."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import roster
from core.people.roster import Roster, RosterRow, circles, read_roster

DATA = Path(__file__).parents[2] / "data" / "people"
HEADER = (
    "external_id,last_name,first_name,patronymic,email,phone,extension,department,position,"
    "manager_external_id,roles,telegram_id,matrix_id,birthday,hired_on"
)
FULL = (
    "7,Петрова,Анна,Сергеевна,anna@example.org,8 (916) 123-45-67,103,Склад,Кладовщик,"
    '3,"hr, Руководитель",12345,@anna:example.org,21.11.1990,2020-02-29'
)


def read(*lines: str, header: str = HEADER) -> Roster:
    """A roster read from lines in UTF-8."""
    return read_roster("\r\n".join((header, *lines)).encode())


def faults(found: Roster) -> list[tuple[int, str | None, str]]:
    """The faults with the bare text of their reasons."""
    return [(fault.row, fault.column, fault.reason.text) for fault in found.faults]


def short(*lines: str, columns: str = "external_id,last_name,first_name") -> Roster:
    """A roster of few columns."""
    return read(*lines, header=columns)


def test_a_full_row_gets_typed_values() -> None:
    found = read(FULL)
    assert found.faults == []
    assert found.rows == [
        RosterRow(
            row=2,
            external_id="7",
            last_name="Петрова",
            first_name="Анна",
            patronymic="Сергеевна",
            email="anna@example.org",
            phone="+79161234567",
            extension="103",
            department="Склад",
            position="Кладовщик",
            manager_external_id="3",
            roles=("hr", "manager"),
            telegram_id=12345,
            matrix_id="@anna:example.org",
            birthday=date(1990, 11, 21),
            hired_on=date(2020, 2, 29),
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_spreadsheet_program_is_understood(encoding: str, delimiter: str, newline: str) -> None:
    lines = ["external_id,last_name,first_name,department", "1,Королёв,Артём,Склад №1", "", "2,Ёлкина,Инна,"]
    data = newline.join(lines).replace(",", delimiter).encode(encoding)
    found = read_roster(data)
    assert found.faults == []
    assert [(row.row, row.last_name, row.department) for row in found.rows] == [
        (2, "Королёв", "Склад №1"),
        (4, "Ёлкина", None),
    ]


def test_absent_columns_are_told_from_empty_cells() -> None:
    found = short("1,Петрова,Анна,", columns="External_ID , last_name,first_name,email")
    assert found.rows[0].email is None
    assert found.columns == {"external_id", "last_name", "first_name", "email"}


@pytest.mark.parametrize(
    ("header", "column", "reason"),
    [
        ("external_id,last_name", None, "The header row lacks the columns {columns}"),
        ("1,Петрова,Анна", None, "The header row lacks the columns {columns}"),
        ("external_id,last_name,first_name,last_name", "last_name", "The column stands twice in the header row"),
    ],
)
def test_without_a_usable_header_nothing_is_read(header: str, column: str | None, reason: str) -> None:
    found = short("1,Петрова,Анна,Анна", columns=header)
    assert found.rows == []
    assert faults(found) == [(1, column, reason)]


def test_an_unknown_column_is_told_and_the_rest_is_read() -> None:
    found = short("1,Петрова,Анна,x", columns="external_id,last_name,first_name,patronimic")
    assert len(found.rows) == 1
    assert faults(found) == [(1, "patronimic", "There is no such column; it was not read")]


def test_phones_as_companies_write_them_are_russian_numbers_or_named() -> None:
    found = read_roster((DATA / "phones.csv").read_bytes())
    assert [row.phone for row in found.rows] == ["+74951234567", "+79161234567", "+79161230000", "+74991234567"]
    assert [(fault.row, fault.column) for fault in found.faults] == [(4, "phone"), (5, "phone")]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("201-WS", "201-WS"),
        ("101, 102", "101, 102"),
        ("101/102 103", "101, 102, 103"),
        ("доб 101 и 102", "101, 102"),
        ("доб. 103", "103"),
        ("#104", "104"),
        ("№ 12", "12"),
        ("101.0", "101"),
        ("PJSIP/105, SIP/201-WS", "105, 201-WS"),
        ("201, 201-ws, 201-WS, 8 916 123-45-67", "201, 201-ws, +79161234567"),
    ],
)
def test_the_endpoints_of_a_person_are_names_with_commas_between(cell: str, kept: str) -> None:
    assert [
        row.extension
        for row in short(f'1,Петрова,Анна,"{cell}"', columns="external_id,last_name,first_name,extension").rows
    ] == [kept]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("email", "anna", "“{text}” is not an e-mail address"),
        ("email", "anna@localhost", "“{text}” is not an e-mail address"),
        ("email", "a b@example.org", "“{text}” is not an e-mail address"),
        ("phone", "7,91612E+10", "The spreadsheet has cut this number to “{text}”; format the column as text"),
        ("telegram_id", "5,00000E+12", "The spreadsheet has cut this number to “{text}”; format the column as text"),
        ("phone", "12", "“{text}” is not a telephone number"),
        ("extension", "Отдел", "“{text}” is not an extension; write it like this: 201, 201-WS"),
        ("extension", "101, ١٢", "“{text}” is not an extension; write it like this: 201, 201-WS"),
        ("roles", "hr, король", "“{text}” is not a role; roles are employee, manager, hr and admin"),
        ("telegram_id", "@anna", "“{text}” is not a Telegram id; write the number, not the name"),
        ("telegram_id", "-5", "“{text}” is not a Telegram id; write the number, not the name"),
        ("matrix_id", "anna:example.org", "“{text}” is not a Matrix id; it looks like @user:server"),
        ("birthday", "31.02.1990", "There is no such date as “{text}”"),
        ("birthday", "01.01.0001", "There is no such date as “{text}”"),
        ("birthday", "33198", "“{text}” is how a spreadsheet counts days; format the column as dates"),
        ("birthday", "33198.5", "“{text}” is how a spreadsheet counts days; format the column as dates"),
        ("department", "#N/A", "“{text}” is the error of a formula"),
        ("department", "#ССЫЛКА!", "“{text}” is the error of a formula"),
        ("hired_on", "21/11/2026", "“{text}” is not a date; write 2026-11-21 or 21.11.2026"),
        ("active", "может быть", "“{text}” is neither yes nor no"),
        ("department", "=1+1", "The cell looks like a formula"),
        ("position", "@SUM(A1)", "The cell looks like a formula"),
        ("department", "С\x07клад", "The cell holds control characters"),
        ("department", "С\x00клад", "The cell holds control characters"),
        ("department", "\u202eдалкС", "The cell holds control characters"),
        ("department", "я" * 201, "The cell is longer than {longest} characters"),
        ("patronymic", "12", "“{text}” is not a name"),
        ("manager_external_id", "1", "A person cannot be their own manager"),
    ],
)
def test_a_bad_cell_leaves_its_row_out(column: str, cell: str, reason: str) -> None:
    columns = f"external_id,last_name,first_name,{column}"
    found = short(f'1,Петрова,Анна,"{cell}"', "2,Петров,Иван,", columns=columns)
    assert faults(found) == [(2, column, reason)]
    assert [row.external_id for row in found.rows] == ["2"]


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("active", "да", True),
        ("active", "Нет", False),
        ("active", "1", True),
        ("active", "no", False),
        ("roles", "Сотрудник | admin | сотрудник", ("employee", "admin")),
        ("birthday", "1.2.1990", date(1990, 2, 1)),
        ("department", "Отдел\nпродаж\u00a0и  рекламы", "Отдел продаж и рекламы"),
        ("department", 'ООО ""Рога""', 'ООО "Рога"'),
        ("department", "—", None),
        ("patronymic", "Мамед оглы", "Мамед оглы"),
        ("phone", "8.9161234567E+10", "+79161234567"),
        ("phone", "8,9161234567e+10", "+79161234567"),
        ("phone", "89161234567.0", "+79161234567"),
        ("phone", "'+79161234567", "+79161234567"),
        ("extension", "201,0", "201"),
        ("telegram_id", "12345.00", 12345),
        ("manager_external_id", "00042", "00042"),
        ("manager_external_id", "1002.0", "1002"),
        ("manager_external_id", '=""00042""', "00042"),
        ("manager_external_id", "12.5", "12.5"),
        ("birthday", "21.11.1990 0:00:00", date(1990, 11, 21)),
        ("email", "Anna.P@Example.ORG", "Anna.P@example.org"),
        ("matrix_id", "@anna:Example.ORG:8448", "@anna:example.org:8448"),
    ],
)
def test_cells_as_people_write_them(column: str, cell: str, value: object) -> None:
    found = short(f'1,Петрова,Анна,"{cell}"', columns=f"external_id,last_name,first_name,{column}")
    assert found.faults == []
    assert getattr(found.rows[0], column) == value


def test_an_empty_required_cell_is_a_fault() -> None:
    assert faults(short("1,,Анна", "2,Петров,Иван")) == [(2, "last_name", "The cell is empty")]


def test_a_row_may_have_several_faults() -> None:
    found = short("1,,Анна,x", columns="external_id,last_name,first_name,email")
    assert [column for _, column, _ in faults(found)] == ["last_name", "email"]


def test_the_first_claim_of_an_id_stands() -> None:
    columns = "external_id,last_name,first_name,telegram_id,matrix_id"
    found = short(
        "1,Петрова,Анна,5,@a:example.org",
        "1,Петров,Иван,6,@b:example.org",
        "2,Петров,Пётр,5,@c:example.org",
        "3,Петров,Олег,7,@a:example.org",
        columns=columns,
    )
    assert [(fault.row, fault.column, fault.reason.values["row"]) for fault in found.faults] == [
        (3, "external_id", 2),
        (4, "telegram_id", 2),
        (5, "matrix_id", 2),
    ]
    assert [row.row for row in found.rows] == [2]


def test_managers_in_a_circle_are_left_out() -> None:
    columns = "external_id,last_name,first_name,manager_external_id"
    found = short(
        "a,Аева,Анна,b", "b,Беев,Борис,c", "c,Веев,Вадим,a", "d,Геев,Глеб,a", "e,Деева,Дина,x", columns=columns
    )
    reason = "These people are managers of each other in a circle: {people}"
    assert faults(found) == [(row, "manager_external_id", reason) for row in (2, 3, 4)]
    assert [row.external_id for row in found.rows] == ["d", "e"]


def test_circles_are_found_once_among_chains_and_trees() -> None:
    assert circles({"a": None, "b": "a", "c": "b", "d": "b"}) == []
    assert circles({"x": "a", "a": "b", "b": "a", "y": "b", "z": "z"}) == [["a", "b"], ["z"]]
    chain: dict[str, str | None] = {str(number): str(number + 1) for number in range(50_000)}
    assert circles(chain) == []


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    columns = "external_id,last_name,first_name,department"
    found = short('1,Петрова,Анна,"Склад\nКазань"', "", "2,,Иван,", columns=columns)
    assert faults(found) == [(4, "last_name", "The cell is empty")]


def test_more_cells_than_the_header_has_are_a_fault_unless_they_are_empty() -> None:
    reason = "This row has {n} cell, the header has {width}"
    assert faults(short("1,Петрова,Анна,лишнее", "2,Петров,Иван,,,")) == [(2, None, reason)]


def test_cells_left_out_at_the_end_are_empty() -> None:
    found = short("1,Петрова,Анна", "2,Петров", columns="external_id,last_name,first_name,department,hired_on")
    assert faults(found) == [(3, "first_name", "The cell is empty")]
    assert [(row.external_id, row.department) for row in found.rows] == [("1", None)]


def test_a_column_without_a_name_is_told_when_something_stands_in_it() -> None:
    found = short("1,Петрова,,Анна,,", "2,Петров,см. приказ,Иван", columns="external_id,last_name,,first_name,,")
    assert faults(found) == [(1, "C", "This column has no name in the header; it was not read")]
    assert [row.first_name for row in found.rows] == ["Анна", "Иван"]


def test_the_header_may_have_a_title_above_it() -> None:
    found = short("", "external_id,last_name,first_name", "1,,Анна", "2,Петров,Иван", columns="Сотрудники,,")
    assert faults(found) == [(4, "last_name", "The cell is empty")]
    assert [row.row for row in found.rows] == [5]


def test_a_large_letter_in_the_name_of_a_matrix_id_is_told() -> None:
    found = short("1,Петрова,Анна,@Anna:example.org", columns="external_id,last_name,first_name,matrix_id")
    assert [(one.row, one.column, one.reason.values["text"]) for one in found.remarks] == [(2, "matrix_id", "@Anna")]
    assert found.rows[0].matrix_id == "@Anna:example.org"


def test_a_file_that_is_no_table_has_one_fault() -> None:
    assert faults(read_roster(b"")) == [(1, None, "The file is empty")]


@pytest.mark.parametrize(
    ("name", "people", "told"),
    [
        ("trailing_cells.csv", "1 Иванов Продажи, 2 Петров Продажи, 3 Сидоров Склад", []),
        ("sep_line.csv", "1 Иванов None", []),
        (
            "open_quote.csv",
            '1 Иванов ООО "Ромашка", 2 Петров Ромашка ООО, 4 Волков Склад, 5 Орлов Склад',
            [(4, None, "A quotation mark in this row is never closed")],
        ),
        ("cp866.csv", "1 Иванов None, 2 Петров None", []),
    ],
)
def test_files_that_people_reported(name: str, people: str, told: list[tuple[int, str | None, str]]) -> None:
    found = read_roster((DATA / name).read_bytes())
    assert ", ".join(f"{row.external_id} {row.last_name} {row.department}" for row in found.rows) == people
    assert faults(found) == told


def test_a_damaged_letter_in_utf8_spoils_one_row_and_not_the_file() -> None:
    lines = ["external_id,last_name,first_name", *(f"{number},Петрова,Анна" for number in range(50))]
    data = "\n".join(lines).encode()
    damaged = data.replace("Петрова".encode(), b"\xd0" + "етрова".encode(), 1)
    found = read_roster(damaged)
    assert faults(found) == [(2, "last_name", "The cell holds characters that could not be decoded")]
    assert len(found.rows) == 49


def test_only_so_many_rows_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "MOST_ROWS", 2)
    found = short("1,Аева,Анна", "2,Беева,Анна", "3,Веева,Анна")
    assert len(found.rows) == 2
    assert faults(found) == [(4, None, "Only the first {count} rows were read")]


def test_ten_thousand_rows_are_read_in_seconds() -> None:
    line = (
        "{n},Петрова,Анна,Сергеевна,anna{n}@example.org,+7916{n:07},103,Склад,Кладовщик,0,"
        "employee,{n},@anna{n}:example.org,21.11.1990,2020-02-29"
    )
    data = "\n".join((HEADER, *(line.format(n=number) for number in range(1, 10_001)))).encode()
    start = time.process_time()
    found = read_roster(data)
    assert time.process_time() - start < 4
    assert len(found.rows) == 10_000


@given(
    st.binary(max_size=300)
    | st.text(alphabet='external_id,last_name,first_name;"\n\r\x00яё1', max_size=300).map(str.encode)
)
def test_any_bytes_have_an_answer(data: bytes) -> None:
    whole = read_roster(b"external_id,last_name,first_name\n" + data)
    bare = read_roster(data)
    assert all(row.external_id for row in (*whole.rows, *bare.rows))
