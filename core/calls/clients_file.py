"""Reads a file of clients, a table or business cards: what is good in it, and what is wrong with the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain, islice

from core.alike import as_read
from core.calls.vcards import cards, is_cards
from core.chat.phrases import Phrase, phrase
from core.people.roster_cells import as_digits, clean, person_name, unreadable
from core.people.roster_header import RowFault
from core.phones import PLAIN, Dialling
from core.spreadsheets.encodings import decoded
from core.spreadsheets.table import LARGEST_FILE, NotATable, read_table

NAME_LIMIT = 100
_MOST_ROWS = 100_000
_MOST_TAGS, _TAG_LIMIT = 5, 30
_PHONES_LIMIT = 400
_ABOVE_HEADER = 10
"""Rows in which the header is looked for: a title and a date often stand above it."""
_WORDS = re.compile(r"[\W\d_]+")
_BETWEEN_NUMBERS = re.compile(r"[;,/|\n\r]+")
_BETWEEN_TAGS = re.compile(r"[;,|]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """A client of the file, with one number (E.164) at least. `row` is what a spreadsheet shows, or a card's first
    line; `tags` are None where the file says nothing of them."""

    row: int
    name: str
    numbers: tuple[str, ...]
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ClientFile:
    """The rows without faults, and one fault for each other row, in the order of the file.

    `remarks` say what should be looked at though it was read.
    """

    rows: tuple[ClientRow, ...]
    faults: tuple[RowFault, ...]
    remarks: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """A row before anybody has looked into its cells."""

    row: int
    names: Sequence[str] = ()
    company: str = ""
    phones: Sequence[str] = ()
    tags: Sequence[str] = ()
    fault: Phrase | None = None


def read_clients(data: bytes, dialling: Dialling = PLAIN) -> ClientFile:
    """Reads XLSX, a text table (see `read_table`) or vCard. Never raises.

    A number is read as `dialling` reads it. A row with a fault is left out and named, and the rest is read. A number
    that stands twice is one client where the names are read as one, else the later row is left out.
    """
    remarks: list[RowFault] = []
    text = decoded(data) if len(data) <= LARGEST_FILE and data[:64].upper().find(b"VCARD") >= 0 else None
    try:
        written = _of_cards(text) if text is not None and is_cards(text) else _of_table(data, remarks)
    except NotATable as refusal:
        return ClientFile((), (RowFault(1, None, refusal.reason),))
    rows: dict[int, ClientRow] = {}
    faults: list[RowFault] = []
    owners: dict[str, ClientRow] = {}
    for one in written:
        row: ClientRow | RowFault | None = _row(one, dialling)
        if isinstance(row, ClientRow):
            row = _once(row, owners)
        if isinstance(row, RowFault):
            faults.append(row)
        elif row is not None:
            rows[row.row] = row
            owners |= dict.fromkeys(row.numbers, row)
    return ClientFile(tuple(rows.values()), tuple(faults), tuple(remarks))


def _once(row: ClientRow, owners: dict[str, ClientRow]) -> ClientRow | RowFault | None:
    """The row without the numbers that the same client has had already; None when nothing is left."""
    for number in row.numbers:
        owner = owners.get(number)
        if owner is not None and as_read(owner.name) != as_read(row.name):
            reason = phrase("Row {row} has this number under another name: {name}", row=str(owner.row), name=owner.name)
            return RowFault(row.row, row.name, reason)
    new = tuple(number for number in row.numbers if number not in owners)
    return ClientRow(row=row.row, name=row.name, numbers=new, tags=row.tags) if new else None


def _of_cards(text: str) -> Iterator[_Written]:
    for card in cards(text):
        yield _Written(card.line, (card.title,), "", card.numbers, card.tags, card.fault)


def _of_table(data: bytes, remarks: list[RowFault]) -> Iterator[_Written]:
    """Raises `NotATable`, also for a table without a header that names its columns."""
    table = read_table(data)
    begin = list(islice(table.rows, _ABOVE_HEADER))
    heads = [[] if isinstance(cells, Phrase) else [_kind(cell) for cell in cells] for _, cells in begin]
    named = next((at for at, kinds in enumerate(heads) if "phone" in kinds and {"name", "company"} & {*kinds}), None)
    if named is None:
        raise NotATable(phrase("The header row needs a column with the name and one with the phone: name, phone"))
    remarks += [RowFault(begin[named][0], None, what) for what in table.told]
    return _of_rows(chain(begin[named + 1 :], table.rows), heads[named])


def _of_rows(lines: Iterator[tuple[int, list[str] | Phrase]], kinds: Sequence[str]) -> Iterator[_Written]:
    for count, (row, cells) in enumerate(lines):
        if count >= _MOST_ROWS:
            yield _Written(row, fault=phrase("Only the first {count} rows were read", count=_MOST_ROWS))
            return
        if isinstance(cells, Phrase):
            yield _Written(row, fault=cells)
            continue
        of: dict[str, list[str]] = {"name": [], "company": [], "phone": [], "tags": []}
        for kind, cell in zip(kinds, cells, strict=False):
            if kind and clean(cell):
                of[kind].append(cell)
        if any(of.values()):
            tags = [tag for cell in of["tags"] for tag in _BETWEEN_TAGS.split(cell)]
            yield _Written(row, of["name"], " ".join(of["company"]), of["phone"], tags)


def _row(one: _Written, dialling: Dialling) -> ClientRow | RowFault:
    if one.fault is not None:
        return RowFault(one.row, None, one.fault)
    title = ", ".join(filter(None, (clean(" ".join(one.names)), clean(one.company))))
    if not title:
        return RowFault(one.row, None, phrase("There is no name"))
    wrong = unreadable(title, NAME_LIMIT) or person_name(title)
    if isinstance(wrong, Phrase):
        return RowFault(one.row, None, wrong)
    read = [number for cell in one.phones for number in _numbers(cell, dialling)]
    unread = next((number for number in read if isinstance(number, Phrase)), None)
    if unread is not None or not read:
        return RowFault(one.row, title, unread or phrase("There is no telephone number"))
    numbers = [number for number in read if isinstance(number, str)]
    tags = tuple(dict.fromkeys(filter(None, (clean(tag)[:_TAG_LIMIT] for tag in one.tags))))[:_MOST_TAGS]
    return ClientRow(row=one.row, name=title, numbers=tuple(dict.fromkeys(numbers)), tags=tags or None)


def _numbers(raw: str, dialling: Dialling) -> Iterator[str | Phrase]:
    """The numbers of a cell: one, however it is written, or several with signs or line breaks between them."""
    if wrong := unreadable(clean(raw), _PHONES_LIMIT):
        yield wrong
        return
    whole = _not_a_number(clean(raw)) if "\n" in raw.strip() else _number(raw, dialling)
    parts = [] if isinstance(whole, str) else [_number(part, dialling) for part in _parts(raw)]
    yield from parts if any(isinstance(part, str) for part in parts) else [whole]


def _parts(raw: str) -> list[str]:
    return [part for part in _BETWEEN_NUMBERS.split(raw) if clean(part)]


def _not_a_number(cell: str) -> Phrase:
    return phrase("“{text}” is not a telephone number", text=cell)


def _number(raw: str, dialling: Dialling) -> str | Phrase:
    cell = clean(raw)

    def read(text: str) -> str | Phrase:
        number = dialling.e164(text)
        if number is not None and dialling.own(number):
            return phrase("“{text}” is a number of the company itself", text=cell)
        return number or _not_a_number(cell)

    found = as_digits(read)(cell)
    assert isinstance(found, str | Phrase), "what was read is a number or a reason"
    return found


def _kind(cell: str) -> str:
    """What a column holds, by its name in the header; empty for what nobody asks for."""
    return column_words().get(" ".join(_WORDS.sub(" ", clean(cell).casefold()).split()), "")


@cache
def column_words() -> dict[str, str]:
    """What the columns of a file of clients may be called, and what each of them holds."""
    text = resources.files(__package__).joinpath("client_words.tsv").read_text("utf-8")
    lines = (line.partition("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: meaning for word, _, meaning in lines}
