"""Whose telephone it is, by what the exchange calls it."""

from __future__ import annotations

import pytest

from core.calls.journal import PeopleAt
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from storage.database import Database

STAFF = {
    "Petrova": ("201, 203-Mobile", "+79990000201"),
    "Orlov": ("201-2", None),
    "Ivanov": ("301", None),
    "Sidorov": ("301, 302", None),
    "Gone": ("401", None),
    "Clark": ("clark", None),
}


@pytest.mark.parametrize(
    ("endpoint", "names"),
    [
        ("201", ["Petrova"]),
        ("201-WS", ["Petrova"]),
        ("203-mobile", ["Petrova"]),
        ("203", []),
        ("2", []),
        ("201-2", ["Orlov"]),
        ("201-3", []),
        ("external:89990000201", ["Petrova"]),
        ("301", ["Ivanov", "Sidorov"]),
        ("302", ["Sidorov"]),
        ("401", []),
        ("clark-phone", []),
        ("%", []),
    ],
)
async def test_an_endpoint_is_whose_it_is_or_whose_it_is_short_of(
    store: Database, endpoint: str, names: list[str]
) -> None:
    def work(uow: UnitOfWork) -> list[str]:
        for name, (extension, phone) in STAFF.items():
            uow.add(Person(last_name=name, first_name="A", extension=extension, phone=phone, active=name != "Gone"))
        uow.flush()
        return sorted(person.last_name for person in uow.ask(PeopleAt(endpoint)))

    assert await store.transact(work) == names
