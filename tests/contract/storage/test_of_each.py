"""What is asked of each person in a crowd is read once for all of them, until something is written."""

from __future__ import annotations

from collections.abc import Sequence

from core.chat.events import Said
from core.copies import CountHeld
from core.drafts import DraftsOf, FormDraft
from core.inbox import ClaimEvents, StoreEvents
from core.people.person import Person
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ
from tests.support.clock import START


async def crowd(store: Database) -> list[int]:
    """Three people, the first two of whom have written."""
    people = [await employ(store, name, f"red:{place}") for place, name in enumerate(("Anna", "Boris", "Vera"), 1)]
    received = tuple(
        Said(messenger="red", id=f"e{place}", at=START, account=f"{place}", chat=f"chat-{place}", text="/menu")
        for place in (1, 2)
    )
    await store.transact(lambda uow: uow.apply(StoreEvents("red", received, None)))
    return people


async def test_it_is_read_for_all_who_have_written_and_again_after_a_change(store: Database) -> None:
    anna, boris, vera = await crowd(store)
    read: list[list[int]] = []

    def names(uow: SqlUnitOfWork, people: Sequence[int]) -> dict[int, str]:
        read.append(list(people))
        return {person: found.last_name for person in people if (found := uow.session.get(Person, person))}

    def work(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        assert len(uow.apply(ClaimEvents(10))) == 2
        before = [uow.of_each(names, person) for person in (anna, boris, vera)]
        person = uow.get(Person, boris)
        assert person is not None
        person.last_name = "Bogdan"
        uow.flush()
        assert [uow.of_each(names, anna), uow.of_each(names, boris)] == [before[0], "Bogdan"]

    await store.transact(work)
    assert read == [[anna, boris], [vera], [anna, boris]]


async def test_the_forms_and_what_is_held_of_each(store: Database) -> None:
    anna, boris, vera = await crowd(store)

    def work(uow: UnitOfWork) -> None:
        uow.apply(ClaimEvents(10))
        assert [uow.ask(DraftsOf(person)) for person in (anna, boris, vera)] == [(), (), ()]
        assert [uow.ask(CountHeld(person)) for person in (anna, boris, vera)] == [0, 0, 0]
        uow.add(draft := _draft(boris))
        assert [uow.ask(DraftsOf(person)) for person in (anna, boris)] == [(), (draft,)]

    await store.transact(work)


def _draft(person: int) -> FormDraft:
    return FormDraft(
        messenger="red",
        chat="chat-2",
        account="2",
        person_id=person,
        form="publish",
        step="title",
        values={},
        started_at=START,
        updated_at=START,
    )
