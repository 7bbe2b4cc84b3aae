"""`kollega people` and `kollega invite`: a file in, JSON out, a code for whoever is meant."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Kollega

FILE = """external_id;last_name;first_name;email;phone;department;manager_external_id;roles;telegram_id
g;Orlov;Gleb;gleb@example.org;+7 999 000-01-04;Sales;;manager;11
a;Petrova;Anna;anna@example.org;8 (999) 000-01-01;Sales;g;;12
b;Sidorov;Boris;;;Sales;g;;
b2;Sidorov;Boris;;;Support;;;
"""
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(FILE)
    return path


def test_a_file_is_imported_once_and_then_changes_nothing(kollega: Kollega, file: Path) -> None:
    first = kollega("people", "import", str(file))
    assert (first.status, first.out) == (0, "Added: 4. Updated: 0. Unchanged: 0.\n")
    again = kollega("people", "import", str(file))
    assert (again.status, again.out) == (0, "Added: 0. Updated: 0. Unchanged: 4.\n")


def test_a_dry_run_changes_nothing(kollega: Kollega, file: Path) -> None:
    dry = kollega("people", "import", "--dry-run", str(file))
    assert dry.status == 0
    assert dry.out == "This is a dry run: nothing was changed.\nAdded: 4. Updated: 0. Unchanged: 0.\n"
    assert json.loads(kollega("people", "list").out) == []


def test_bad_rows_are_named_and_the_rest_is_taken(kollega: Kollega, file: Path) -> None:
    file.write_text(FILE + "c;;Vera;;;;;;\nd;Zimina;Olga;;12;;;;\n")
    report = kollega("people", "import", str(file))
    assert report.status == 1
    assert report.out.splitlines() == [
        "Added: 4. Updated: 0. Unchanged: 0.",
        "2 faults; the rest was taken over:",
        "  row 6, last_name: The cell is empty",
        "  row 7, phone: “12” is not a telephone number",
    ]
    assert report.err == ""


def test_the_report_is_in_the_language_of_the_company(
    kollega: Kollega, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOLLEGA_LANGUAGE", "ru")
    assert kollega("people", "import", str(file)).out == "Добавлено: 4. Обновлено: 0. Без изменений: 0.\n"


def test_people_missing_from_the_file_are_listed_and_stay(kollega: Kollega, file: Path) -> None:
    kollega("people", "import", str(file))
    file.write_text("\n".join(FILE.splitlines()[:3]))
    report = kollega("people", "import", str(file))
    assert report.status == 0
    assert "2 people are not in the file and stay as they are:\n  b  Sidorov Boris\n" in report.out
    assert len(json.loads(kollega("people", "list").out)) == 4


def test_the_list_is_for_other_programs(kollega: Kollega, file: Path) -> None:
    kollega("people", "import", str(file))
    listed = {person["external_id"]: person for person in json.loads(kollega("people", "list", "--format", "json").out)}
    anna = listed["a"]
    del anna["id"]
    assert anna == {
        "external_id": "a",
        "last_name": "Petrova",
        "first_name": "Anna",
        "patronymic": "",
        "email": "anna@example.org",
        "phone": "+79990000101",
        "extension": None,
        "department": "Sales",
        "position": "",
        "manager_external_id": "g",
        "roles": ["employee"],
        "birthday": None,
        "hired_on": None,
        "active": True,
        "accounts": [{"messenger": "telegram", "address": "12"}],
    }


@pytest.mark.parametrize("wanted", ["a", "ANNA@example.org", "+79990000101", "89990000101", "Petrova", "Anna Petrova"])
def test_an_invitation_finds_the_person(kollega: Kollega, file: Path, wanted: str) -> None:
    kollega("people", "import", str(file))
    invitation = kollega("invite", wanted)
    assert invitation.status == 0
    name, code, links = invitation.out.splitlines()
    assert name == "Petrova Anna"
    assert CODE.search(code)
    assert links == "Links are known once the bot has run in a messenger where this person has no account."


def bots_are_known(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "var" / "kollega.db") as database:
        database.execute("INSERT INTO messengers VALUES ('matrix', false, true, '@bot:example.org')")
        database.execute("INSERT INTO messengers VALUES ('telegram', false, true, 'https://t.me/bot')")


def test_an_invitation_has_a_link_for_each_messenger_that_runs(
    kollega: Kollega, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kollega("people", "import", str(file))
    bots_are_known(tmp_path)
    monkeypatch.setenv("KOLLEGA_WEB__CHAT", "yes")
    both = kollega("invite", "a", "b").out
    anna, boris = both.split("\n\n")
    found = CODE.search(boris)
    assert found
    assert boris.splitlines() == [
        "Sidorov Boris",
        f"Code: {found[0]} (works once, for a day)",
        "Matrix: https://matrix.to/#/@bot:example.org, and send the code there",
        f"Telegram: https://t.me/bot?start={found[0]}",
        "Web chat, on the machine of the bot: http://127.0.0.1:1/",
    ]
    assert "Telegram" not in anna  # she has an account there


def test_a_department_is_invited_as_a_table(kollega: Kollega, file: Path, tmp_path: Path) -> None:
    file.write_text(FILE + "c;Zimina;Vera;;;Field sales;;;\n")
    kollega("people", "import", str(file))
    bots_are_known(tmp_path)
    with sqlite3.connect(tmp_path / "var" / "kollega.db") as database:
        database.execute(
            "UPDATE departments SET parent_id = (SELECT id FROM departments WHERE name = 'Sales') "
            "WHERE name = 'Field sales'"
        )
    table = tmp_path / "out.csv"
    made = kollega("invite", "--department", "sales", "--csv", str(table))
    assert made.out == f"{table} holds 2 invitations; only you can read it.\n"
    assert table.stat().st_mode & 0o777 == 0o600
    rows = table.read_text("utf-8-sig").splitlines()
    assert rows[0] == "Name,Department,Code,Matrix,Telegram"
    assert [row.split(",")[:2] for row in rows[1:]] == [["Sidorov Boris", "Sales"], ["Zimina Vera", "Field sales"]]
    code, matrix, telegram = rows[1].split(",")[2:]
    assert (matrix, telegram) == ("https://matrix.to/#/@bot:example.org", f"https://t.me/bot?start={code}")
    assert "choose another name with --csv" in kollega("invite", "a", "--csv", str(table)).err
    assert "there is no department “Legal”" in kollega("invite", "--department", "Legal").err


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Sidorov", "“Sidorov” may mean Sidorov Boris (b), Sidorov Boris (b2); say the external id, e-mail or phone"),
        ("qqqqqq", "nobody is found for “qqqqqq”; see `kollega people list`"),
        ("", "nobody is found for “”; see `kollega people list`"),
    ],
)
def test_an_invitation_for_nobody_in_particular_is_refused(
    kollega: Kollega, file: Path, wanted: str, said: str
) -> None:
    kollega("people", "import", str(file))
    refused = kollega("invite", wanted)
    assert (refused.status, refused.out, refused.err) == (1, "", f"kollega: {said}\n")


def test_who_has_left_is_not_invited(kollega: Kollega, file: Path) -> None:
    file.write_text("external_id,last_name,first_name,active\na,Petrova,Anna,no\n")
    kollega("people", "import", str(file))
    refused = kollega("invite", "a")
    assert refused.status == 1
    assert refused.err == "kollega: Anna Petrova has no access, so no account can be linked.\n"


def leaves(kollega: Kollega, file: Path) -> None:
    """Anna has no access any more."""
    file.write_text("external_id,last_name,first_name,active\na,Petrova,Anna,no\n")
    kollega("people", "import", str(file))


def test_what_is_kept_of_a_person_is_written_out(kollega: Kollega, file: Path, tmp_path: Path) -> None:
    kollega("people", "import", str(file))
    leaves(kollega, file)
    out = tmp_path / "out.json"
    assert kollega("people", "export", "anna PETROVA", "--out", str(out)).status == 0
    (record,) = json.loads(out.read_text("utf-8"))["people"]
    assert record["last_name"] == "Petrova"
    assert out.stat().st_mode & 0o077 == 0
    assert "--out" in kollega("people", "export", "a", "--out", str(out)).err


def test_who_has_left_is_erased(kollega: Kollega, file: Path) -> None:
    kollega("people", "import", str(file))
    assert "works here" in kollega("people", "erase", "a", "--yes").err
    leaves(kollega, file)
    assert kollega("people", "erase", "Petrova Anna", "--yes").out.startswith("Petrova Anna is erased.")
    people = kollega("people", "list").out
    assert "Petrova" not in people
    assert "#2" in people


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_nobody_is_erased_without_a_yes(
    kollega: Kollega, file: Path, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kollega("people", "import", str(file))
    leaves(kollega, file)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert kollega("people", "erase", "a").err == "kollega: nothing was erased\n"
    assert "Petrova" in kollega("people", "list").out


def test_who_is_to_be_erased_is_named_exactly(kollega: Kollega, file: Path) -> None:
    kollega("people", "import", str(file))
    assert "nobody is found" in kollega("people", "erase", "Anna", "--yes").err
    assert "may mean Sidorov Boris (b), Sidorov Boris (b2)" in kollega("people", "erase", "Boris Sidorov", "--yes").err
