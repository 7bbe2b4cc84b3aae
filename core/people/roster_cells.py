"""The cells of the people file: text from outside becomes a typed value, or a reason why it cannot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources

from core.chat.phrases import Phrase, phrase
from core.people.addresses import as_it_arrives
from core.people.endpoints import kept_endpoints
from core.people.full_names import parted
from core.phones import e164

Cell = str | int | bool | date | tuple[str, ...] | Phrase
"""A value that was read, or the Phrase that says what is wrong with it."""

_EMAIL = re.compile(r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+\.[^\s@<>\"',;:().\d]{2,}")
_AS_FORMULA = re.compile(r'="([^"=]*)"')
"""How people keep a spreadsheet from taking the zeros off a number."""
_MARKED_AS_TEXT = re.compile(r"'(?=[\d+])")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+(\d{1,2})", re.IGNORECASE)
_WHOLE = re.compile(r"(\d+)[.,]0+")
_DAYS = re.compile(r"\d{4,5}([.,]\d+)?")
_MIDNIGHT = re.compile(r" 0?0:00(:00)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BETWEEN_ROLES = re.compile(r"[,;|/+]")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_CONTROLS = {"Cc", "Cf", "Cs", "Co"}
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100


def clean(raw: str) -> str:
    """The cell without invisible characters and with single spaces, letters composed; a lone dash is an empty cell."""
    cell = " ".join((raw if raw.isprintable() else raw.translate(_INVISIBLE)).split())
    if not cell.isascii():
        cell = unicodedata.normalize("NFC", cell)
    if cell.startswith(("=", "'")):
        cell = _MARKED_AS_TEXT.sub("", _AS_FORMULA.sub(r"\1", cell), count=1).strip()
    return "" if cell in {"-", "\N{EN DASH}", "\N{EM DASH}"} else cell


def unreadable(cell: str, longest: int) -> Phrase | None:
    """What makes a cleaned cell unfit to be any value at all."""
    if len(cell) > longest:
        return phrase("The cell is longer than {longest} characters", longest=longest)
    if cell.startswith("#") and cell.casefold() in _meanings("error"):
        return phrase("“{text}” is the error of a formula", text=cell)
    if "\N{REPLACEMENT CHARACTER}" in cell:
        return phrase("The cell holds characters that could not be decoded")
    if not cell.isprintable() and any(unicodedata.category(letter) in _CONTROLS for letter in cell):
        return phrase("The cell holds control characters")
    return None


def plain_text(cell: str) -> Cell:
    """A text that no spreadsheet would calculate when it is exported again."""
    if cell[0] in "=+-@":
        return phrase("The cell looks like a formula")
    return cell


def as_digits(read: Callable[[str], Cell]) -> Callable[[str], Cell]:
    """Reads a number that is a name, such as an id or a telephone number, as it was before a spreadsheet calculated."""

    def whole(cell: str) -> Cell:
        if cell.isdecimal() or not (cell[0].isdecimal() and cell[-1].isdecimal()):
            return read(cell)
        if found := _WHOLE.fullmatch(cell):
            return read(found[1])
        if (found := _SCIENTIFIC.fullmatch(cell)) is None:
            return read(cell)
        first, rest, power = found[1], found[2] or "", int(found[3])
        if len(rest) < power or rest[power:].strip("0"):
            return phrase("The spreadsheet has cut this number to “{text}”; format the column as text", text=cell)
        return read(first + rest[:power])

    return whole


def person_name(cell: str) -> Cell:
    """A name: a text with a letter in it."""
    if not any(letter.isalpha() for letter in cell):
        return phrase("“{text}” is not a name", text=cell)
    return plain_text(cell)


def full_name(cell: str) -> Cell:
    """Last name, first name and patronymic, "" for none."""
    wrong = person_name(cell)
    return wrong if isinstance(wrong, Phrase) else parted(cell)


def email(cell: str) -> Cell:
    """An e-mail address; the letters of its domain are small, as they arrive."""
    name, _, domain = cell.rpartition("@")
    return (
        f"{name}@{domain.lower()}" if _EMAIL.fullmatch(cell) else phrase("“{text}” is not an e-mail address", text=cell)
    )


def phone(cell: str) -> Cell:
    """A telephone number in E.164."""
    return e164(cell) or phrase("“{text}” is not a telephone number", text=cell)


def extension(cell: str) -> Cell:
    """Endpoints of the exchange, and mobiles that it rings, with commas between."""
    return kept_endpoints(cell) or phrase("“{text}” is not an extension; write it like this: 201, 201-WS", text=cell)


def roles(cell: str) -> Cell:
    """Role names, in order and without repeats."""
    found: dict[str, None] = {}
    for part in _BETWEEN_ROLES.split(cell):
        name = " ".join(part.casefold().split())
        if not name:
            continue
        if name not in _meanings("role"):
            return phrase("“{text}” is not a role; roles are employee, manager, hr and admin", text=part.strip())
        found[_meanings("role")[name]] = None
    return tuple(found)


def telegram_id(cell: str) -> Cell:
    """A Telegram user id."""
    address = as_it_arrives("telegram", cell)
    return address if isinstance(address, Phrase) else int(address)


def matrix_id(cell: str) -> Cell:
    """A Matrix user id."""
    return as_it_arrives("matrix", cell)


def doubtful(values: Mapping[str, object]) -> Iterator[tuple[str, Phrase]]:
    """What of a row that was read is seldom meant: the column, and what to look at."""
    user = str(values.get("matrix_id") or "").partition(":")[0]
    if user != user.lower():
        yield (
            "matrix_id",
            phrase("Names in Matrix ids are nearly always in small letters; “{text}” was kept as it is", text=user),
        )


def day(cell: str) -> Cell:
    """A date written 2026-11-21 or 21.11.2026, with or without a time after it."""
    cell = _MIDNIGHT.sub("", cell)
    if found := _YEAR_FIRST.fullmatch(cell):
        year, month, number = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(cell):
        number, month, year = map(int, found.groups())
    elif _DAYS.fullmatch(cell):
        return phrase("“{text}” is how a spreadsheet counts days; format the column as dates", text=cell)
    else:
        return phrase("“{text}” is not a date; write 2026-11-21 or 21.11.2026", text=cell)
    if _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        try:
            return date(year, month, number)
        except ValueError:
            pass
    return phrase("There is no such date as “{text}”", text=cell)


def answer(cell: str) -> Cell:
    """Yes or no."""
    meaning = _meanings("answer").get(cell.casefold())
    return phrase("“{text}” is neither yes nor no", text=cell) if meaning is None else meaning == "yes"


READERS: Mapping[str, tuple[int, Callable[[str], Cell]]] = {
    "external_id": (64, as_digits(plain_text)),
    "last_name": (100, person_name),
    "first_name": (100, person_name),
    "patronymic": (100, person_name),
    "full_name": (300, full_name),
    "email": (254, email),
    "phone": (40, as_digits(phone)),
    "extension": (100, as_digits(extension)),
    "department": (200, plain_text),
    "parent_department": (200, plain_text),
    "position": (200, plain_text),
    "manager_external_id": (64, as_digits(plain_text)),
    "roles": (200, roles),
    "telegram_id": (24, as_digits(telegram_id)),
    "matrix_id": (255, matrix_id),
    "birthday": (20, day),
    "hired_on": (20, day),
    "active": (10, answer),
}
"""Each column of the file with the longest text it may hold and what reads a non-empty cell."""


@cache
def _meanings(kind: str) -> dict[str, str]:
    text = resources.files(__package__).joinpath("roster_words.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: meaning for of, word, meaning in rows if of == kind}
