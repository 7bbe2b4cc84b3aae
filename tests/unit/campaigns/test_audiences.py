"""Audiences are kept under a name, and say who cannot be reached."""

from __future__ import annotations

import pytest

from core.campaigns.audiences import NAME_LIMIT, SavedAudiences, do_forget_audience, do_save_audience
from core.people.audience import Audience, Reach, ReachOf, UnreachableOf
from core.people.person import Person
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from tests.support.cast import by_key, engage


def person(uow: UnitOfWork, id: int) -> Person:
    found = uow.get(Person, id)
    assert found is not None
    return found


async def test_it_is_kept_until_its_author_or_an_admin_removes_it(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        ids = engage(uow, "plain", by_key)
        rule = Audience(everybody=True, without=Audience(people=(ids["hr"],)))
        first = do_save_audience(uow, person(uow, ids["hr"]), "  All  but me ", rule)
        second = do_save_audience(uow, person(uow, ids["hr"]), "Nobody knows", Audience(people=(ids["hr"],)))
        assert next((one.name, one.audience) for one in uow.ask(SavedAudiences())) == ("All but me", rule)
        with pytest.raises(Refused, match="Only the one"):
            do_forget_audience(uow, person(uow, ids["manager"]), first)
        do_forget_audience(uow, person(uow, ids["admin"]), first)
        do_forget_audience(uow, person(uow, ids["hr"]), second)
        uow.flush()
        assert uow.ask(SavedAudiences()) == ()

    await store.transact(work)


@pytest.mark.parametrize("name", ["", "   ", "x" * (NAME_LIMIT + 1), "THE SHOP", "“The shop”"])
async def test_a_name_is_short_and_given_once(store: Database, name: str) -> None:
    def work(uow: UnitOfWork) -> None:
        hr = person(uow, engage(uow, "plain", by_key)["hr"])
        do_save_audience(uow, hr, "The shop", Audience(everybody=True))
        with pytest.raises(Refused):
            do_save_audience(uow, hr, name, Audience(everybody=True))

    await store.transact(work)


async def test_who_cannot_be_reached_is_counted_and_named(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        ids = engage(uow, "plain", by_key)
        uow.add(Person(last_name="Ahmatova", first_name="Rita"))
        uow.add(Person(last_name="Belova", first_name="Nina", active=False))
        uow.flush()
        assert uow.ask(ReachOf(Audience(everybody=True))) == Reach(total=6, unreachable=1)
        (lost,) = uow.ask(UnreachableOf(Audience(everybody=True)))
        assert (lost.name, lost.department) == ("Ahmatova Rita", None)
        assert uow.ask(ReachOf(Audience(people=(ids["hr"],)))) == Reach(total=1, unreachable=0)
        assert uow.ask(UnreachableOf(Audience(everybody=True), offset=1)) == ()

    await store.transact(work)
