"""The header of the people file: which column holds what, by the names that people give to columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice

from core.alike import as_read
from core.chat.phrases import Listing, Phrase, phrase
from core.people.roster_cells import READERS, clean
from core.people.spelling import rows as table

_ABOVE_HEADER = 10
"""Rows in which the header is looked for: a title and a date often stand above it."""
_SIGNS = re.compile(r"[\W_]+")
_ASIDE = re.compile(r"\(.*?\)")

Line = tuple[int, list[str] | Phrase]


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row was left out, or, in the header, why a column was not read."""

    row: int
    column: str | None
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Header:
    """Where what stands. `row` is what a spreadsheet shows, `titles` are the cells of the header as they are written.

    `columns` has the place of each column that is read; it is empty when something is missing without which nothing
    can be read.
    """

    row: int
    titles: Sequence[str]
    columns: dict[str, int]
    faults: tuple[RowFault, ...]


def find_header(lines: Iterator[Line]) -> tuple[Header, Iterator[Line]]:
    """The header and the rows below it: the first row that has what is needed, else the first of all."""
    begin = list(islice(lines, _ABOVE_HEADER))
    titles = [[] if isinstance(cells, Phrase) else [clean(cell) for cell in cells] for _, cells in begin]
    place = next((place for place, row in enumerate(titles) if not any(_missing(map(named, row)))), 0)
    number, row = (begin[place][0], titles[place]) if begin else (1, [])
    return _header(number, row), chain(begin[place + 1 :], lines)


def named(title: str) -> str:
    """The column that is called so; empty for what nobody asks for."""
    names = _names()
    return names.get(_key(title)) or names.get(_key(_ASIDE.sub("", title)), "")


def letters(place: int) -> str:
    """What a spreadsheet calls a column; `place` counts from 0."""
    found = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        found = chr(ord("A") + letter) + found
    return found


def _key(title: str) -> str:
    return _SIGNS.sub("", as_read(title))


@cache
def _names() -> dict[str, str]:
    return {_key(name): name for name in READERS} | {_key(title): name for title, name in table("roster_columns.tsv")}


def _missing(names: Iterable[str]) -> Iterator[Phrase]:
    """What is needed and is not among the columns."""
    there = set(names)
    if "external_id" not in there:
        yield phrase("external_id")
    if "full_name" in there or {"last_name", "first_name"} <= there:
        return
    if not {"last_name", "first_name"} & there:
        yield phrase("full_name")
    elif "last_name" not in there:
        yield phrase("last_name")
    else:
        yield phrase("first_name")


def _header(row: int, titles: list[str]) -> Header:
    names = [named(title) for title in titles]
    if absent := tuple(_missing(names)):
        missing = phrase("The header row lacks the columns {columns}", columns=Listing(absent))
        return Header(row, titles, {}, (RowFault(row, None, missing),))
    columns: dict[str, int] = {}
    faults: list[RowFault] = []
    twice = False
    for place, (title, name) in enumerate(zip(titles, names, strict=True)):
        if title and not name:
            faults.append(RowFault(row, title[:64], phrase("There is no such column; it was not read")))
        elif name and name not in columns:
            columns[name] = place
        elif name and _key(titles[columns[name]]) == _key(title):
            twice = True
            faults.append(RowFault(row, title, phrase("The column stands twice in the header row")))
        elif name:
            same = phrase("It holds the same as “{column}”; it was not read", column=titles[columns[name]])
            faults.append(RowFault(row, title[:64], same))
    if {"last_name", "first_name"} <= columns.keys():
        columns.pop("full_name", None)
    elif "full_name" in columns:
        for part in ("last_name", "first_name", "patronymic"):
            columns.pop(part, None)
    return Header(row, titles, {} if twice else columns, tuple(faults))
