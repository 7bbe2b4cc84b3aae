"""Nobody is added twice: who of the rows that are new may be somebody who is here already, or stands in another row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from core.alike import as_read
from core.chat.phrases import Phrase, phrase
from core.people.person import Person
from core.people.roster import RosterRow

T = TypeVar("T", Person, RosterRow)


class Alike(StrEnum):
    """What becomes of rows that look like somebody who is known: they are told, are that person, or are new."""

    TELL = "tell"
    SAME = "same"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A row that would be somebody new, and why that is doubted; `person` is who it can only be, if that is clear."""

    row: RosterRow
    reason: Phrase
    person: Person | None = None


def id_key(external_id: str) -> str:
    """What is left of an id after all that spreadsheets and people do to it."""
    return as_read(external_id).replace(" ", "").lstrip("0")


def likenesses(
    rows: Iterable[RosterRow], people: Iterable[Person], known: Mapping[str, Person], settled: Collection[int]
) -> list[Likeness]:
    """The doubtful ones among the rows that nobody here has the id of.

    `known` are people by their ids; `settled` are rows that are somebody's by the account they name.
    """
    every = list(rows)
    listed = {row.external_id for row in every}
    new = [row for row in every if row.external_id not in known and row.row not in settled]
    if not new:
        return []
    here: _Index[Person] = _Index()
    file: _Index[RosterRow] = _Index()
    for person in people:
        if person.external_id is None or person.external_id not in listed:
            here.add(person, _Marks.of(person))
    for row in every:
        if row.external_id in known:
            file.add(row, _Marks.of(row))
    found: list[Likeness] = []
    meant: set[int] = set()
    for row in new:
        marks = _Marks.of(row)
        likeness = _in_file(row, marks, file) or _here(row, marks, here)
        file.add(row, marks)
        if likeness is None:
            continue
        if likeness.person is not None and likeness.person.id in meant:
            likeness = replace(likeness, person=None)
        elif likeness.person is not None:
            meant.add(likeness.person.id)
        found.append(likeness)
    return found


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what somebody may be known again: an id as it may be written, and the words of the name in any order."""

    id: str | None
    name: frozenset[str]

    @classmethod
    def of(cls, one: Person | RosterRow) -> _Marks:
        """Those of a person or a row."""
        return cls(None if one.external_id is None else id_key(one.external_id), _name_of(one))


class _Index(Generic[T]):
    """People or rows by what they may be known again by."""

    def __init__(self) -> None:
        self._ids: defaultdict[str, list[T]] = defaultdict(list)
        self._names: defaultdict[frozenset[str], list[T]] = defaultdict(list)

    def add(self, one: T, marks: _Marks) -> None:
        """Makes somebody findable."""
        if marks.id is not None:
            self._ids[marks.id].append(one)
        self._names[marks.name].append(one)

    def with_id(self, marks: _Marks) -> list[T]:
        """Those with the id written another way."""
        return self._ids.get(marks.id or "", [])

    def with_name(self, row: RosterRow, marks: _Marks) -> list[T]:
        """Those of the name, in any order and with or without a patronymic."""
        alike = self._names.get(marks.name, ())
        return [one for one in alike if not _differ(as_read(row.patronymic or ""), as_read(one.patronymic or ""))]


def _in_file(row: RosterRow, marks: _Marks, file: _Index[RosterRow]) -> Likeness | None:
    for other in file.with_id(marks):
        return Likeness(row, phrase("Row {row} has this id written another way", row=str(other.row)))
    for other in file.with_name(row, marks):
        if _same(row.phone, other.phone):
            return Likeness(row, phrase("Row {row} has the same name and phone", row=str(other.row)))
        if _same(row.birthday, other.birthday):
            return Likeness(row, phrase("Row {row} has the same name and birthday", row=str(other.row)))
    return None


def _here(row: RosterRow, marks: _Marks, here: _Index[Person]) -> Likeness | None:
    found: dict[int, Likeness] = {}
    for one in here.with_id(marks):
        reason = phrase("{name} is here with the id “{id}”", name=one.full_name, id=one.external_id or "")
        found[one.id] = Likeness(row, reason, one if marks.name & _name_of(one) else None)
    for one in here.with_name(row, marks):
        id = one.external_id or "—"
        if _same(row.phone, one.phone):
            reason = phrase("{name} is here with the same phone; the id is “{id}”", name=one.full_name, id=id)
        elif _same(row.birthday, one.birthday):
            reason = phrase("{name} is here with the same birthday; the id is “{id}”", name=one.full_name, id=id)
        elif one.external_id is None and not (_differ(row.phone, one.phone) or _differ(row.birthday, one.birthday)):
            reason = phrase("{name} is here without an id", name=one.full_name)
        else:
            continue
        found.setdefault(one.id, Likeness(row, reason, one))
    first = next(iter(found.values()), None)
    return first if first is None or len(found) == 1 else replace(first, person=None)


def _name_of(one: Person | RosterRow) -> frozenset[str]:
    return frozenset(as_read(f"{one.last_name} {one.first_name}").split())


def _same(one: object, other: object) -> bool:
    return one is not None and one == other


def _differ(one: object, other: object) -> bool:
    """Whether both are known, and not the same."""
    return bool(one) and bool(other) and one != other
