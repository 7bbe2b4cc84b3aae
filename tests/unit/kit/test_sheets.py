"""What is written for Excel is read back by another library, and looked at as the file that it is."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.kit.sheets import Cell, Column, Kind, Table, file_name, write_csv, write_xlsx
from bot.talk.language import Languages
from bot.talk.spaces import unbound
from core.chat.phrases import phrase, plural

RU = Languages("ru", "Asia/Vladivostok")("ru")
EN = Languages("en", "Europe/Moscow")("en")
AS_OF = datetime(2026, 11, 30, 20, 45, tzinfo=UTC)
STARTED = datetime(2026, 11, 30, 20, 45, 30, 999, tzinfo=UTC)
EVERY_KIND = (
    Column("Name"),
    Column("Phone", Kind.PHONE),
    Column("Calls", Kind.NUMBER),
    Column("Bonus", Kind.MONEY),
    Column("Missed", Kind.PERCENT),
    Column("Since", Kind.DATE),
    Column("Started", Kind.MOMENT),
    Column("Wait", Kind.DURATION),
)
ROW: tuple[Cell, ...] = (
    "Анна",
    "+79161234567",
    1234.5,
    -125050,
    0.705,
    date(2026, 11, 4),
    STARTED,
    timedelta(hours=30, minutes=5, seconds=7),
)
HOSTILE = (
    "=1+1",
    "+7 (916) SUM",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    '=HYPERLINK("http://x";"y")',
    "'=1",
)


def table(columns: Sequence[Column], *rows: Sequence[Cell], **more: object) -> Table:
    return Table(title="Report", columns=columns, rows=rows, as_of=AS_OF, **more)  # type: ignore[arg-type]


def read_csv(content: bytes, delimiter: str) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "without it Excel takes Cyrillic letters for others"
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_xlsx(content: bytes, sheet: int = 0) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(sheet).to_python()]


def inside(content: bytes, name: str) -> str:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return parts.read(name).decode()


def test_every_kind_is_what_excel_counts_with() -> None:
    rows = read_xlsx(write_xlsx(RU, [table(EVERY_KIND, ROW)]))
    assert rows[0][0] == "Report"
    assert str(rows[1][0]).startswith("По состоянию на 1 декабря 2026")
    assert str(rows[1][0]).endswith(", 06:45 (Владивосток)")
    assert rows[2][6] == "Started (Владивосток)"
    assert rows[3] == [
        "Анна",
        "+79161234567",
        1234.5,
        -1250.5,
        0.705,
        date(2026, 11, 4),
        STARTED.astimezone(RU.zone).replace(tzinfo=None, microsecond=0),
        timedelta(hours=30, minutes=5, seconds=7),
    ]


def test_a_csv_is_as_excel_opens_it_in_each_language() -> None:
    russian = read_csv(write_csv(RU, table(EVERY_KIND, ROW)), ";")
    assert russian[0][6:] == ["Started (Владивосток)", "Wait"]
    assert russian[1] == [
        "Анна", "+79161234567", "1234,5", "-1250,50", "70,5%", "04.11.2026", "01.12.2026 06:45:30", "30:05:07"
    ]  # fmt: skip
    english = read_csv(write_csv(EN, table(EVERY_KIND, ROW)), ",")
    assert english[1][2:] == ["1234.5", "-1250.50", "70.5%", "2026-11-04", "2026-11-30 23:45:30", "30:05:07"]


def test_nothing_is_not_zero() -> None:
    empty: list[Cell] = [None] * len(EVERY_KIND)
    assert read_xlsx(write_xlsx(EN, [table(EVERY_KIND, ROW, empty, ROW)]))[4] == [""] * len(EVERY_KIND)
    assert read_csv(write_csv(EN, table(EVERY_KIND, empty)), ",")[1] == [""] * len(EVERY_KIND)


def test_a_text_of_people_is_no_formula() -> None:
    hostile = table([Column(HOSTILE[0]), Column("Phone", Kind.PHONE)], *[(text, text) for text in HOSTILE])
    content = write_xlsx(EN, [hostile])
    assert "<f>" not in inside(content, "xl/worksheets/sheet1.xml")
    assert [row[0] for row in read_xlsx(content)[3:]] == list(HOSTILE)
    for row in read_csv(write_csv(EN, hostile), ","):
        assert all(cell.startswith("'") for cell in row if cell != "Phone")


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("=+-@\t"), max_size=20), min_size=1))
def test_any_text_is_kept(texts: list[str]) -> None:
    one = table([Column("Text")], *[(f"{text}.",) for text in texts])
    assert [row[0] for row in read_xlsx(write_xlsx(EN, [one]))[3:]] == [f"{text}." for text in texts]
    cells = [row[0] for row in read_csv(write_csv(EN, one), ",")[1:]]
    assert [cell.removeprefix("'") for cell in cells] == [f"{text}.".removeprefix("'") for text in texts]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_what_no_file_could_hold_does_not_stop_it() -> None:
    texts = ["\ud800 half", "\x00\x07 bell", "x" * 40_000, "👨‍👩‍👧", ""]
    columns = [Column("Text"), Column("Since", Kind.DATE)]
    rows = read_xlsx(write_xlsx(EN, [table(columns, *[(text, date(1861, 3, 3)) for text in texts])]))
    assert len(rows) == 3 + len(texts)
    assert rows[5][0] == "x" * 31_999 + "…"
    assert rows[3][1] == "1861-03-03", "before the first day that Excel knows"


def test_the_header_stays_in_sight_and_can_be_filtered() -> None:
    content = inside(write_xlsx(EN, [table(EVERY_KIND, ROW, ROW)]), "xl/worksheets/sheet1.xml")
    assert 'ySplit="3"' in content
    assert 'state="frozen"' in content
    assert '<autoFilter ref="A3:H5"/>' in content
    assert "<cols>" in content


def test_titles_are_in_the_language_of_the_reader() -> None:
    columns = [Column(phrase("Department")), Column(phrase("Position"))]
    row = (plural("{n} colleague", "{n} colleagues", n=2), "x")
    assert read_xlsx(write_xlsx(RU, [table(columns, row)]))[2][0] == unbound(RU.say(phrase("Department")))
    assert read_csv(write_csv(RU, table(columns, row)), ";")[1][0] == unbound(RU.say(row[0]))


def test_what_was_asked_for_has_a_sheet_of_its_own() -> None:
    asked = table(EVERY_KIND, ROW, about=[("Line", "=Москва")])
    content = write_xlsx(EN, [asked, asked])
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == ["Report", "Report 2", "Parameters"]
    rows = read_xlsx(content, 2)
    assert rows[0] == ["Report", "As of November 30, 2026, 23:45 (Moscow)"]
    assert rows[1] == ["Line", "=Москва"]
    assert rows[3][0] == "Report"


def test_a_title_that_excel_does_not_take_is_changed() -> None:
    named = Table(title="Q1/Q2: [все] *пропущенные* звонки по всем линиям", columns=(), rows=(), as_of=AS_OF)
    names = CalamineWorkbook.from_filelike(BytesIO(write_xlsx(EN, [named, named]))).sheet_names
    assert names == ["Q1 Q2 все пропущенные звонки по", "Q1 Q2 все пропущенные звонк 2"]
    assert file_name(RU, named.title, AS_OF, "csv") == "Q1 Q2 все пропущенные звонки по всем линиям 2026-12-01.csv"


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.TEXT, 1),
        (Kind.NUMBER, "1"),
        (Kind.NUMBER, float("nan")),
        (Kind.NUMBER, True),
        (Kind.MONEY, 1.5),
        (Kind.DATE, AS_OF),
        (Kind.MOMENT, AS_OF.replace(tzinfo=None)),
        (Kind.DURATION, 5),
    ],
)
def test_what_a_column_cannot_hold_is_a_fault(kind: Kind, cell: Cell) -> None:
    wrong = table([Column("x", kind)], (cell,))
    with pytest.raises(ValueError, match=kind.name):
        write_csv(EN, wrong)
    with pytest.raises(ValueError, match=kind.name):
        write_xlsx(EN, [wrong])


def test_a_row_of_another_length_is_a_fault() -> None:
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        write_csv(EN, table([Column("x")], ("a", "b")))
