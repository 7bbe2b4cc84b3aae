"""Who may touch an alert, and that of two at once only one has it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from core.access import Roles
from core.calls.alert import Alert, AlertEvent, Deed, access_alert
from core.calls.handling import do_claim
from core.people.audience import Audience
from core.people.person import Person
from core.people.roles import MANAGER
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from tests.support.clock import START


def engage(uow: UnitOfWork, name: str, **fields: Any) -> int:
    person = Person(last_name=name, first_name="A", **fields)
    uow.add(person)
    uow.flush()
    return person.id


def raise_alert(uow: UnitOfWork, *people: int) -> int:
    alert = Alert(
        number="+79161230001",
        client="",
        line="line-msk",
        department_id=None,
        audience=Audience(people=people),
        opened_at=START,
        missed_at=START,
    )
    uow.add(alert)
    uow.flush()
    return alert.id


async def test_an_alert_is_for_those_who_were_told_and_for_managers(store: Database) -> None:
    def work(uow: UnitOfWork) -> list[bool]:
        told, other = engage(uow, "Told"), engage(uow, "Other")
        manager = engage(uow, "Manager", roles=Roles.of(MANAGER))
        gone = engage(uow, "Gone", active=False)
        alert_id = raise_alert(uow, told, gone)
        may = []
        for key in (told, other, manager, gone):
            person = uow.get(Person, key)
            assert person is not None
            try:
                may.append(access_alert(uow, person, alert_id).id == alert_id)
            except Refused:
                may.append(False)
        return may

    assert await store.transact(work) == [True, False, True, False]


async def test_of_two_who_take_it_at_once_one_has_it(store: Database) -> None:
    people = await store.transact(lambda uow: [engage(uow, f"P{number}") for number in range(4)])
    alert_id = await store.transact(lambda uow: raise_alert(uow, *people))

    def take(uow: UnitOfWork, key: int) -> int:
        person = uow.get(Person, key)
        assert person is not None
        do_claim(uow, person, access_alert(uow, person, alert_id))
        return key

    async def tries(key: int) -> int | str:
        try:
            return await store.transact(lambda uow: take(uow, key))
        except Refused as refused:
            return refused.reason.text

    results = await asyncio.gather(*map(tries, people))
    winners = [result for result in results if isinstance(result, int)]
    assert len(winners) == 1
    assert results.count("Already taken by {name}, {time}") == 3

    def after(uow: UnitOfWork) -> tuple[int | None, int]:
        alert = uow.get(Alert, alert_id)
        assert alert is not None
        return alert.claimed_by, alert.version

    assert await store.transact(after) == (winners[0], 2)


async def test_what_is_done_is_kept(store: Database) -> None:
    def work(uow: UnitOfWork) -> tuple[int, int]:
        key = engage(uow, "Told")
        person, alert = uow.get(Person, key), uow.get(Alert, raise_alert(uow, key))
        assert person is not None
        assert alert is not None
        do_claim(uow, person, alert)
        with pytest.raises(Refused):
            do_claim(uow, person, alert)
        return key, alert.id

    key, _ = await store.transact(work)
    event = await store.transact(lambda uow: uow.get(AlertEvent, 1))
    assert event is not None
    assert (event.deed, event.actor_id) == (Deed.CLAIMED, key)
