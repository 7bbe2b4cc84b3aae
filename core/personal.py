"""What is kept of a person: given out as a whole when they ask for it, and erased when they are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.chat.phrases import phrase
from core.people.person import Person
from core.unit_of_work import Change, Query, Refused, UnitOfWork

Rows = Sequence[Mapping[str, object]]
"""Rows by the names of their columns, as they are stored."""


@dataclass(frozen=True, slots=True)
class RowsOf(Query[Rows]):
    """The rows of a table that are about a person, or name the person. KeyError where the table says nothing of it."""

    table: str
    person_id: int


@dataclass(frozen=True, slots=True)
class EraseRows(Change[None]):
    """Takes out of a table what is about a person, as the table says."""

    table: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Holds:
    """What a room keeps of a person: the tables that say it themselves, and what `export` and `erase` add to them.

    `export` gives further rows, by their names; `erase` comes before the tables are erased.
    """

    tables: tuple[str, ...] = ()
    export: Callable[[UnitOfWork, Person], Mapping[str, Rows]] | None = None
    erase: Callable[[UnitOfWork, Person], None] | None = None


OF_ALL_ROOMS = Holds(("events", "drafts", "deliveries"))
"""Of the tables that no room owns. What came in is known by its accounts, which are erased after it."""


def do_export(uow: UnitOfWork, holds: Iterable[Holds], person: Person) -> dict[str, Rows]:
    """Everything that is kept of a person, by the names of the tables; what is empty is there too."""
    found: dict[str, Rows] = {}
    for one in (OF_ALL_ROOMS, *holds):
        found |= {table: uow.ask(RowsOf(table, person.id)) for table in one.tables}
        if one.export is not None:
            found |= one.export(uow, person)
    return found


def check_erases(person: Person) -> None:
    """Raises `Refused` for somebody who works here."""
    if person.active:
        raise Refused(phrase("{name} works here. Deactivate this person first.", name=person.name))


def do_erase(uow: UnitOfWork, holds: Iterable[Holds], person: Person) -> None:
    """Erases a person; what the company goes on with names nobody. Raises `Refused` for somebody who works there."""
    check_erases(person)
    for one in (OF_ALL_ROOMS, *holds):
        if one.erase is not None:
            one.erase(uow, person)
        for table in one.tables:
            uow.apply(EraseRows(table, person.id))
