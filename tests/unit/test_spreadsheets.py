"""Tables are read as spreadsheet programs save them, and every file has an answer."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from core.chat.phrases import Phrase
from core.spreadsheets import workbooks
from core.spreadsheets.table import LARGEST_FILE, NotATable, read_table

OPEN = "A quotation mark in this row is never closed"
NAMES = "фамилия;имя\nИванов;Пётр\nСЁМИНА;АННА\n«Рога» №1;Щербак-Эйхгорн\n"


def rows(data: bytes | str) -> list[tuple[int, list[str] | str]]:
    """The rows, with the bare text of what broke one."""
    found = read_table(data.encode() if isinstance(data, str) else data).rows
    return [(row, cells.text if isinstance(cells, Phrase) else cells) for row, cells in found]


def refusal(data: bytes) -> str:
    """Why there are no rows."""
    with pytest.raises(NotATable) as refused:
        read_table(data)
    return refused.value.reason.text


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    """A workbook as a program saves it."""
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file)
    fill(made)
    made.close()
    return file.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866", "koi8-r", "mac-cyrillic"]
)
def test_an_encoding_is_known_by_the_words_that_it_makes(encoding: str) -> None:
    text = NAMES
    if encoding in {"cp866", "koi8-r"}:
        text = text.replace("«", '"').replace("»", '"').replace("№", "N")
    data = text.encode(encoding)
    plain = text.encode()
    assert rows(data) == rows(plain)


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r"])
@pytest.mark.parametrize("names", ["Иванов\nПётр\n", "ИВАНОВ\nКИМ\n", "ли\nцой\n"])
def test_few_names_are_enough(encoding: str, names: str) -> None:
    assert rows(f"last_name\n{names}".encode(encoding))[1:] == rows(f"last_name\n{names}")[1:]


@pytest.mark.parametrize("data", ["name\nMüller;Jürgen\n".encode("latin-1"), b"name\n\xb1\xb0\xdb;\xb2\xb9\n" * 9])
def test_what_makes_no_words_in_any_encoding_is_refused(data: bytes) -> None:
    assert refusal(data) == (
        "The file is in none of the encodings UTF-8, Windows-1251, CP866 and KOI8; save it in UTF-8"
    )


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("declared", ["", "sep={}\r\n", "\ufeffSEP={}\n", '"sep={}"\n'])
def test_the_separator_is_said_or_seen(separator: str, declared: str) -> None:
    text = declared.format(separator) + "a,b\r\n1,\r\n".replace(",", separator)
    assert rows(text) == [(1, ["a", "b"]), (2, ["1", ""])]


def test_the_separator_that_is_said_counts() -> None:
    assert rows("sep=;\na,b;c\n1;2\n") == [(1, ["a,b", "c"]), (2, ["1", "2"])]


def test_a_title_above_the_header_says_no_separator() -> None:
    assert rows("Price list\n\na,b\n1,2\n") == [(1, ["Price list"]), (3, ["a", "b"]), (4, ["1", "2"])]


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ('1;"a\nb";3\n4;5;6', [(2, ["1", "a\nb", "3"]), (3, ["4", "5", "6"])]),
        ('1;"a ""b""";3', [(2, ["1", 'a "b"', "3"])]),
        ('1;"a" b;3', [(2, ["1", "a b", "3"])]),
        ('1;a "b";3', [(2, ["1", 'a "b"', "3"])]),
        ('1;"a;3\n4;5;6\n7;8;9', [(2, OPEN), (3, ["4", "5", "6"]), (4, ["7", "8", "9"])]),
        ('1;"a;3\n4;"b";6', [(2, OPEN), (3, ["4", "b", "6"])]),
        ('1;"a;3\n4;"b;6\n7;8;9', [(2, OPEN), (3, OPEN), (4, ["7", "8", "9"])]),
        ('1;"a;3\n4;5\n7;b";9', [(2, OPEN), (3, ["4", "5"]), (4, ["7", 'b"', "9"])]),
        ('1;"a\nb', [(2, OPEN), (3, ["b"])]),
        ('1;2;"', [(2, OPEN)]),
        ("\n \n1;2;3", [(4, ["1", "2", "3"])]),
    ],
)
def test_quotation_marks(lines: str, read: list[tuple[int, list[str] | str]]) -> None:
    assert rows(f"x;y;z\n{lines}\n")[1:] == read


def test_many_open_quotation_marks_take_no_long_time() -> None:
    started = time.process_time()
    assert len(rows("x;y;z\n" + '1;"a;3\n' * 100_000)) == 100_001
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty"),
        (b"\x00" * 40, "The file is empty"),
        (b"x" * (LARGEST_FILE + 1), "The file is larger than {megabytes} MB"),
        (b"\xd0\xcf\x11\xe0", "This is an old or a protected Excel file; save it as XLSX without a password"),
        (b"PK\x03\x04zip", "The workbook is damaged, or has a password; save it anew as XLSX"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, reason: str) -> None:
    assert refusal(data) == reason


def test_a_workbook_is_read_as_it_is_seen() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet, day = made.add_worksheet("Штат"), made.add_format({"num_format": "dd.mm.yyyy"})
        made.add_worksheet("Старое").hide()
        sheet.write_row(1, 1, ["id", "отдел", "дата", "телефон", "работает"])
        sheet.write_row(2, 1, [42, "Склад"])
        sheet.write_datetime(2, 3, date(1990, 11, 21), day)
        sheet.write_row(2, 4, [89161234567, True])
        sheet.merge_range(2, 2, 4, 2, "Склад")
        sheet.write_row(3, 1, ["00043"])
        sheet.write_formula(3, 3, "=1/0", value="#DIV/0!")
        sheet.write_formula(3, 4, "=A1", value=0.5)
        sheet.write_row(4, 1, [44])

    assert rows(book(fill)) == [
        (2, ["", "id", "отдел", "дата", "телефон", "работает"]),
        (3, ["", "42", "Склад", "1990-11-21", "89161234567", "TRUE"]),
        (4, ["", "00043", "Склад", "#DIV/0!", "0.5", ""]),
        (5, ["", "44", "Склад", "", "", ""]),
    ]


def test_other_sheets_are_told() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        for name in ("Штат", "Уволенные"):
            made.add_worksheet(name).write_row(0, 0, [name, "x"])

    table = read_table(book(fill))
    assert list(table.rows) == [(1, ["Штат", "x"])]
    assert [(told.text, told.values["name"]) for told in table.told] == [("Only the sheet “{name}” was read", "Штат")]


def repacked(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return file.getvalue()


def two_cells(made: xlsxwriter.Workbook) -> None:
    """A sheet with texts in the first and the second row."""
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["id"])
    sheet.write_row(1, 0, ["x"])


SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, lambda xml: xml.replace(b'r="A2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')),
        (SHEET, lambda xml: xml + b" " * 2**28),
        (TEXTS, lambda xml: xml.replace(b"<t>x<", b"<t>" + b"x" * 2**28 + b"<")),
    ],
    ids=["far cell", "packed blanks", "packed text"],
)
def test_a_bomb_ends_only_its_own_process(
    part: str, change: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MEMORY", 2**28)
    bomb = repacked(book(two_cells), part, change)
    assert len(bomb) < LARGEST_FILE
    assert refusal(bomb).startswith("The workbook needs too much memory or time")


@pytest.mark.parametrize(
    ("part", "change", "reason"),
    [
        (SHEET, lambda xml: xml[:-40], "The workbook is damaged"),
        ("xl/workbook.xml", lambda _: b"<", "The workbook is damaged"),
        (SHEET, lambda xml: xml.replace(b"<v>", b"<w>").replace(b"</v>", b"</w>"), "The workbook is damaged"),
        (SHEET, lambda xml: xml.replace(b"<c ", b"<d ").replace(b"</c>", b"</d>"), "The file is empty"),
    ],
)
def test_a_damaged_workbook_has_an_answer(part: str, change: Callable[[bytes], bytes], reason: str) -> None:
    assert refusal(repacked(book(two_cells), part, change)).startswith(reason)


def test_of_packed_files_only_workbooks_are_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(file.getvalue()) == "Of workbooks only XLSX is read; save it as XLSX or as CSV in UTF-8"


@given(st.binary(max_size=300) | st.text(alphabet='ab;,\t|"\n\r\x00яё', max_size=300).map(str.encode))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    try:
        found = rows(data)
    except NotATable:
        return
    numbers = [row for row, _ in found]
    assert numbers == sorted(set(numbers))
