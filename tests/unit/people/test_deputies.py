"""A stand-in has the roles of the other where and while they stand in, and passes none on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.access import COMPANY, Right
from core.auditing import AuditOf
from core.people.departments import scope_of
from core.people.deputies import (
    DeputiesOf,
    DeputyTurns,
    access_deputy,
    do_appoint,
    do_end,
    do_turn,
)
from core.people.grants import GrantsOf, do_grant, do_revoke
from core.people.person import Person
from core.people.roles import ADMIN, ADMINISTER, HR, MANAGER
from core.people.staffing import do_set_active
from core.timers import DueTimers
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from tests.support.clock import MovableClock
from tests.support.grants import endow
from tests.unit.people.test_grants import LEAD, divide, hire

PUBLISH = Right("publish", (HR,))


async def test_roles_are_lent_in_a_place(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        vera, anna = endow(uow, hire(uow, "Vera"), HR), hire(uow, "Anna")
        sales = divide(uow, "Sales")
        shop, other = divide(uow, "Shop", sales), divide(uow, "Other")
        endow(uow, vera, MANAGER, scope=sales.scope)
        until = uow.now + timedelta(days=1)
        do_appoint(uow, vera, vera, anna, scope=shop.scope, until=until)
        assert anna.roles.text == f"hr@department:{shop.id}<{vera.id} manager@department:{shop.id}<{vera.id}"
        assert anna.may(LEAD, scope_of(uow, shop.id))
        assert not anna.may(LEAD, sales.scope)
        assert not anna.may(PUBLISH, COMPANY)
        do_appoint(uow, vera, vera, anna, until=until)
        held = anna.by(LEAD, shop.scope)
        assert held is not None
        assert (held.instead_of, anna.may(LEAD, other.scope), anna.may(PUBLISH, COMPANY)) == (vera.id, False, True)

    await store.transact(work)


async def test_nothing_is_passed_on(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        olga, anna, boris = endow(uow, hire(uow, "Olga"), ADMIN), hire(uow, "Anna"), hire(uow, "Boris")
        until = uow.now + timedelta(days=1)
        do_appoint(uow, olga, olga, anna, until=until)
        assert anna.may(ADMINISTER)
        with pytest.raises(Refused, match="no role"):
            do_appoint(uow, anna, anna, boris, until=until)
        with pytest.raises(Refused, match="admins themselves"):
            do_appoint(uow, anna, olga, boris, until=until)
        with pytest.raises(Refused, match="admins themselves"):
            do_grant(uow, anna, boris, HR)
        with pytest.raises(Refused, match="for themselves"):
            do_appoint(uow, olga, olga, olga, until=until)
        with pytest.raises(Refused, match="after the beginning"):
            do_appoint(uow, olga, olga, boris, until=uow.now)
        with pytest.raises(Refused, match="Only admins"):
            do_appoint(uow, boris, olga, boris, until=until)

    await store.transact(work)


async def test_what_is_lent_follows_what_is_had(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        olga, vera, anna = endow(uow, hire(uow, "Olga"), ADMIN), endow(uow, hire(uow, "Vera"), HR), hire(uow, "Anna")
        do_appoint(uow, olga, vera, anna, until=uow.now + timedelta(days=1))
        assert anna.may(PUBLISH)
        (entry,) = uow.ask(AuditOf(person_id=vera.id, kind="people.deputies", limit=5)).entries
        assert (entry.instead_of_id, entry.person_id) == (vera.id, anna.id)
        (grant,) = uow.ask(GrantsOf(vera.id))
        do_revoke(uow, olga, vera, grant)
        assert not anna.may(PUBLISH)
        do_grant(uow, olga, vera, HR)
        assert anna.may(PUBLISH)
        do_set_active(uow, olga, vera, active=False)
        assert not anna.may(PUBLISH)
        do_set_active(uow, olga, vera, active=True)
        (deputy,) = uow.ask(DeputiesOf(vera.id))
        do_end(uow, olga, access_deputy(uow, olga, deputy.id))
        assert not anna.may(PUBLISH)
        with pytest.raises(Refused, match="over already"):
            access_deputy(uow, olga, deputy.id)

    await store.transact(work)


async def test_it_begins_and_ends_by_the_clock(store: Database, clock: MovableClock) -> None:
    def begin(uow: UnitOfWork) -> int:
        vera, anna = endow(uow, hire(uow, "Vera"), HR), hire(uow, "Anna")
        day = timedelta(days=1)
        do_appoint(uow, vera, vera, anna, starts_at=uow.now + day, until=uow.now + 2 * day)
        assert not anna.may(PUBLISH)
        return anna.id

    anna_id = await store.transact(begin)

    def turn(uow: UnitOfWork) -> tuple[bool, bool]:
        for due in uow.ask(DueTimers(5)):
            assert isinstance(due.event, DeputyTurns)
            do_turn(uow, due.event.deputy_id)
        anna = uow.get(Person, anna_id)
        assert anna is not None
        return anna.may(PUBLISH), bool(uow.ask(DeputiesOf(anna_id)))

    for expected in ((True, True), (False, False)):
        clock.move(timedelta(days=1))
        assert await store.transact(turn) == expected
