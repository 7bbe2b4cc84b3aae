"""Numbers that two people share: neither can sign in by such a phone, or be told by such an extension."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from core.chat.phrases import Phrase, phrase
from core.people.endpoints import endpoints_of
from core.people.person import Person
from core.people.roster import RosterRow
from core.people.roster_header import RowFault

_COLUMNS = ("phone", "extension")


def shared_numbers(
    rows: Collection[tuple[RosterRow, Person | None, Mapping[str, object]]],
    people: Iterable[Person],
    columns: Collection[str],
) -> Iterator[RowFault]:
    """A remark for each row whose number somebody before it in the file, or here and not in the file, has as well.

    With each row whose it is, None for somebody new, and the values that it sets. Only of people with access.
    """
    listed = {person.id for _, person, _ in rows if person is not None}
    others = [person for person in people if person.active and person.id not in listed]
    for column in (column for column in _COLUMNS if column in columns):
        holders = {
            number: _named(column, person.full_name)
            for person in others
            for number in _numbers(getattr(person, column))
        }
        for row, person, values in rows:
            if not values.get("active", person is None or person.active):
                continue
            for number in _numbers(values.get(column)):
                if number in holders:
                    yield RowFault(row.row, column, holders[number])
                holders.setdefault(number, _in_row(column, row.row))


def _numbers(kept: object) -> set[str]:
    """The phone or the endpoints of a person, as they are compared."""
    return {number.casefold() for number in endpoints_of(kept)} if isinstance(kept, str) else set()


def _named(column: str, name: str) -> Phrase:
    if column == "phone":
        return phrase("{name} has this phone too: neither can sign in by it, both need a code", name=name)
    return phrase("{name} has this extension too: who called from it cannot be told apart", name=name)


def _in_row(column: str, row: int) -> Phrase:
    if column == "phone":
        return phrase("Row {row} has this phone too: neither can sign in by it, both need a code", row=str(row))
    return phrase("Row {row} has this extension too: who called from it cannot be told apart", row=str(row))
