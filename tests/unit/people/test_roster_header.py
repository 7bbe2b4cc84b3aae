"""Columns are known by the names that people give to them, and a full name in one cell is taken apart."""

from __future__ import annotations

import pytest

from core.people.roster import Roster, RosterRow, read_roster


def read(row: str, columns: str) -> Roster:
    """A file of one row."""
    return read_roster(f"{columns}\r\n{row}".encode())


def faults(found: Roster) -> list[tuple[int, str | None, str]]:
    """The faults with the bare text of their reasons."""
    return [(fault.row, fault.column, fault.reason.text) for fault in found.faults]


def test_columns_may_be_called_as_people_call_them() -> None:
    found = read(
        '00042,"Петрова Анна Сергеевна",8 (916) 123-45-67,201,Склад,"Орлов Г. И.",нет,x',
        columns="Таб. №,Ф.И.О.,Телефон (мобильный),Доб.,Подразделение,Руководитель,Работает,Склонность",
    )
    assert found.rows == [
        RosterRow(
            row=2,
            external_id="00042",
            last_name="Петрова",
            first_name="Анна",
            patronymic="Сергеевна",
            phone="+79161234567",
            extension="201",
            department="Склад",
            manager_external_id="Орлов Г. И.",
            active=False,
        )
    ]
    assert faults(found) == [(1, "Склонность", "There is no such column; it was not read")]
    assert {"last_name", "first_name", "patronymic"} <= found.columns
    assert found.titles["phone"] == "Телефон (мобильный)"


def test_of_two_columns_with_the_same_only_the_first_is_read_and_the_other_is_told() -> None:
    found = read("1,Петрова,Анна,+79161234567,+79161234568", columns="ID,Фамилия,Имя,Телефон,Мобильный телефон")
    assert found.rows[0].phone == "+79161234567"
    assert faults(found) == [(1, "Мобильный телефон", "It holds the same as “{column}”; it was not read")]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Иванов Иван Иванович", ("Иванов", "Иван", "Иванович")),
        ("Анна Ивановна Петрова", ("Петрова", "Анна", "Ивановна")),
        ("Иван Петрович Маркевич", ("Маркевич", "Иван", "Петрович")),
        ("Абрамович Роман Аркадьевич", ("Абрамович", "Роман", "Аркадьевич")),
        ("Дмитрий Шостакович", ("Шостакович", "Дмитрий", None)),
        ("Любовь Орлова", ("Орлова", "Любовь", None)),
        ("Ли Ян", ("Ли", "Ян", None)),
        ("Нгуен Ван Хай", ("Нгуен", "Ван Хай", None)),
        ("Мамедов Рашид Али оглы", ("Мамедов", "Рашид", "Али оглы")),
        ("Иванов И.И.", ("Иванов", "И.", "И.")),
        ("И. И. Иванов", ("Иванов", "И.", "И.")),
        ("Иванова (Петрова) Анна Сергеевна", ("Иванова (Петрова)", "Анна", "Сергеевна")),
        ("John Michael Smith", ("Smith", "John Michael", None)),
        ('"Smith, John"', ("Smith", "John", None)),
    ],
)
def test_a_full_name_is_taken_apart(written: str, name: tuple[str, str, str | None]) -> None:
    (row,) = read(f"1,{written}", columns="id,ФИО").rows
    assert (row.last_name, row.first_name, row.patronymic) == name


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Иванов", "The last name or the first name is missing"),
        ("Анна Ивановна", "The last name or the first name is missing"),
        ("де ла Крус Хуан", "It is not clear which word is the last name; give it a column of its own"),
        ("12345", "“{text}” is not a name"),
    ],
)
def test_a_full_name_in_which_nobody_knows_what_is_what_is_a_fault(written: str, reason: str) -> None:
    assert faults(read(f"1,{written}", columns="id,ФИО")) == [(2, "full_name", reason)]
