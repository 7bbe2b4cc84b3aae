"""The file of clients: tables and address books as they come."""

from __future__ import annotations

import pytest

from core.calls.clients_file import read_clients
from core.phones import Dialling

_CARD = "BEGIN:VCARD\r\nVERSION:{version}\r\n{lines}\r\nEND:VCARD\r\n"


def card(*lines: str, version: str = "3.0") -> str:
    return _CARD.format(version=version, lines="\r\n".join(lines))


def read(text: str, **dialling: object) -> tuple[list[tuple[str, ...]], list[str]]:
    """(name, numbers…, #tags…) of each row, and the faults as "row: reason"."""
    found = read_clients(text.encode(), Dialling(**dialling))  # type: ignore[arg-type]  # of a test's own words
    rows = [(row.name, *row.numbers, *(f"#{tag}" for tag in row.tags or ())) for row in found.rows]
    return rows, [f"{fault.row}: {fault.reason.text.format(**dict(fault.reason.values))}" for fault in found.faults]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name;phone\nRomashka;8 (916) 123-00-01", [("Romashka", "+79161230001")]),
        (
            "Клиент\tТелефон 1\tТелефон 2\tМетки\nРомашка\t+79161230001\t4951230002\tопт, VIP",
            [("Ромашка", "+79161230001", "+74951230002", "#опт", "#VIP")],
        ),
        (
            'price list\n\nname,phone\nRomashka,"+79161230001, +79161230002"',
            [("Romashka", "+79161230001", "+79161230002")],
        ),
        ('name,phone\nRomashka,"+79161230001\n+79161230002"', [("Romashka", "+79161230001", "+79161230002")]),
        ("name;phone\nRomashka;+7 916 123-00-01, доб. 12", [("Romashka", "+79161230001")]),
        (
            "Фамилия;Имя;Организация;Phone 1 - Value;заметки\nИванов;Пётр;Ромашка;9161230001;x",
            [("Иванов Пётр, Ромашка", "+79161230001")],
        ),
        (
            "name;phone\nRomashka;+79161230001\nROMASHKA;8 916 123 00 01\nRomashka;+79161230002",
            [("Romashka", "+79161230001"), ("Romashka", "+79161230002")],
        ),
        (
            card(
                "FN:Романов\\, Пётр",
                "item1.TEL;TYPE=CELL:8 916 123-00-01",
                "TEL;TYPE=FAX:+74951230009",
                "CATEGORIES:опт,VIP",
            ),
            [("Романов, Пётр", "+79161230001", "#опт", "#VIP")],
        ),
        (
            "\ufeff"
            + card("N:Romanov;Peter;;;", 'TEL;VALUE=uri;TYPE="voice,work":tel:+7-916-123-00-01', version="4.0")
            + card("ORG:Roma\r\n shka;Sales", "TEL:+79161230002", version="4.0"),
            [("Romanov Peter", "+79161230001"), ("Romashka", "+79161230002")],
        ),
    ],
)
def test_clients_are_read(text: str, rows: list[tuple[str, ...]]) -> None:
    assert read(text) == (rows, [])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("name;mail\na;b", ["1: The header row needs a column with the name and one with the phone: name, phone"]),
        ("name;phone\n;+79161230001", ["2: There is no name"]),
        ("name;phone\nRomashka;", ["2: There is no telephone number"]),
        ("name;phone\nRomashka;12, +79161230001", ["2: “12” is not a telephone number"]),
        ("name;phone\nRomashka;+7 916 123-00-01/02", ["2: “02” is not a telephone number"]),
        (
            "name;phone\nRomashka;7,916E+10",
            ["2: The spreadsheet has cut this number to “7,916E+10”; format the column as text"],
        ),
        ("name;phone\nRomashka;+74951230000", ["2: “+74951230000” is a number of the company itself"]),
        ("name;phone\n12345;+79161230001", ["2: “12345” is not a name"]),
        (card("FN:Peter", "TEL:12"), ["1: “12” is not a telephone number"]),
        (card("FN:Peter", version="2.1"), ["1: vCard 2.1 is not read; export the contacts as vCard 3.0 or 4.0"]),
        ("BEGIN:VCARD\nFN:Peter\n", ["1: The card is never closed"]),
        ("", ["1: The file is empty"]),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(text: str, faults: list[str]) -> None:
    assert read(text, own_numbers=("+74951230000",)) == ([], faults)


def test_a_number_is_nobody_elses() -> None:
    rows, faults = read("name;phone\nRomashka;+79161230001\nLutik;+79161230001\nLutik;+79161230002")
    assert rows == [("Romashka", "+79161230001"), ("Lutik", "+79161230002")]
    assert faults == ["3: Row 2 has this number under another name: Romashka"]
