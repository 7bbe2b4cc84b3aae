"""Clients are found by words of their names alike in both databases."""

from __future__ import annotations

import pytest

from core.calls.journal import Client, ClientsLike, ClientsOf, SaveClients
from core.unit_of_work import UnitOfWork
from storage.database import Database

BOOK = (
    Client("+79990000001", "ООО «Ёлка»"),
    Client("+79990000002", "ЕЛКА и сын", ("VIP",)),
    Client("+79990000003", "Salon 50% off_line!"),
    Client("+79990000004", "Salon 50 x offline"),
)


@pytest.mark.parametrize(
    ("stems", "found"),
    [
        (("елк",), "12"),
        (("елк", "сын"), "2"),
        (("salon",), "34"),
        (("50%",), "3"),
        (("off_line!",), "3"),
        (("лка", "нет"), ""),
        ((), ""),
    ],
)
async def test_names_are_found_by_beginnings_of_words(store: Database, stems: tuple[str, ...], found: str) -> None:
    def work(uow: UnitOfWork) -> str:
        uow.apply(SaveClients(BOOK))
        assert uow.ask(ClientsOf(tuple(one.number for one in BOOK))) == {one.number: one for one in BOOK}
        return "".join(sorted(one.number[-1] for one in uow.ask(ClientsLike(stems, 10))))

    assert await store.transact(work) == found
