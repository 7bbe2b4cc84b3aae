"""Roles are grants with a place and an end; what people may do follows from them and from the company's tree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.access import COLLEAGUE, COMPANY, NOBODY, PLAIN, Held, Right, Roles, Scope, collect, read_roles
from core.chat.codec import load
from core.people.audience import Audience, CountAudience, is_meant
from core.people.departments import do_place_department, scope_of, team_of
from core.people.grants import GrantEnds, GrantsOf, RoleCounts, do_expire, do_grant, do_revoke, refresh
from core.people.person import Department, Person
from core.people.roles import ADMIN, HR, MANAGER
from core.people.staffing import do_set_active
from core.timers import DueTimers
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from storage.ledger.recipients import members
from storage.tables.people import people
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import MovableClock
from tests.support.grants import endow

LEAD = Right("lead", (MANAGER,))


def hire(uow: UnitOfWork, name: str, **fields: int | None) -> Person:
    person = Person(last_name=name, first_name="Test", **fields)  # type: ignore[arg-type]  # ids of others
    uow.add(person)
    uow.flush()
    return person


def divide(uow: UnitOfWork, name: str, parent: Department | None = None) -> Department:
    made = Department(name=name)
    uow.add(made)
    uow.flush()
    do_place_department(uow, made, parent)
    return made


@pytest.mark.parametrize("stored", ["", "admin hr", "manager@department:3", "hr manager@team:7 hr<1 manager@team:5<1"])
def test_what_is_stored_is_read(stored: str) -> None:
    roles = read_roles(stored)
    assert roles.text == stored
    assert collect(roles.held) == roles


def test_a_right_is_held_somewhere_or_in_a_place() -> None:
    shop = Scope("department", 7, above=(3, 1))
    of = {scope: collect([Held("manager", scope)]) for scope in (COMPANY, Scope("department", 3), Scope("line", 7))}
    assert [LEAD.held_by(roles) for roles in of.values()] == [True, True, True]
    assert [LEAD.held_by(roles, shop) for roles in of.values()] == [True, True, False]
    assert [LEAD.held_by(roles, COMPANY) for roles in of.values()] == [True, False, False]
    assert not LEAD.held_by(Roles.of(HR))
    assert not LEAD.held_by(NOBODY)
    assert COLLEAGUE.held_by(PLAIN)
    assert not COLLEAGUE.held_by(NOBODY)


def test_an_own_role_comes_before_that_of_somebody_else() -> None:
    roles = read_roles("manager@department:3 manager<12")
    assert LEAD.by(roles) == Held("manager", Scope("department", 3))
    assert LEAD.by(roles, COMPANY) == Held("manager", instead_of=12)


def test_what_was_stored_as_bits_is_read() -> None:
    stored = {"_": "Audience", "departments": [4], "roles": {"_": "Role", "v": 10}, "people": [1]}
    assert load(stored) == Audience(departments=(4,), roles=("manager", "admin"), people=(1,))  # type: ignore[arg-type]


async def test_a_role_is_given_in_a_place_until_a_day(store: Database, clock: MovableClock) -> None:
    until = clock.now() + timedelta(days=5)

    def give(uow: UnitOfWork) -> int:
        olga, anna = endow(uow, hire(uow, "Olga"), ADMIN), hire(uow, "Anna")
        shop = divide(uow, "Shop", divide(uow, "Sales"))
        with pytest.raises(Refused, match="whole company"):
            do_grant(uow, olga, anna, HR, shop.scope)
        with pytest.raises(Refused, match="has passed"):
            do_grant(uow, olga, anna, HR, until=uow.now)
        with pytest.raises(Refused, match="last admin"):
            do_grant(uow, olga, olga, ADMIN, until=until)
        assert do_grant(uow, olga, anna, MANAGER, scope_of(uow, shop.above[0]), until)
        assert not do_grant(uow, olga, anna, MANAGER, scope_of(uow, shop.above[0]), until)
        assert anna.may(LEAD, shop.scope)
        assert not anna.may(LEAD, COMPANY)
        assert uow.ask(CountAudience(Audience(roles=("manager",)))) == 1
        assert uow.ask(RoleCounts()) == {"admin": 1, "manager": 1}
        return anna.id

    anna_id = await store.transact(give)
    clock.set(until)

    def ends(uow: UnitOfWork) -> None:
        (due,) = uow.ask(DueTimers(5))
        assert isinstance(due.event, GrantEnds)
        do_expire(uow, due.event.grant_id)
        anna = uow.get(Person, anna_id)
        assert anna is not None
        assert (anna.may(LEAD), uow.ask(GrantsOf(anna_id))) == (False, ())
        assert uow.ask(CountAudience(Audience(roles=("manager",)))) == 0

    await store.transact(ends)


async def test_a_role_that_was_taken_does_not_end_again(store: Database, clock: MovableClock) -> None:
    def work(uow: UnitOfWork) -> None:
        olga, anna = endow(uow, hire(uow, "Olga"), ADMIN), hire(uow, "Anna")
        do_grant(uow, olga, anna, HR, until=uow.now + timedelta(days=1))
        do_grant(uow, olga, anna, HR)
        (grant,) = uow.ask(GrantsOf(anna.id))
        assert (grant.until, grant.given_by) == (None, olga.id)
        assert do_revoke(uow, olga, anna, grant)
        assert not do_revoke(uow, olga, anna, grant)
        assert (grant.ended_by, anna.roles) == (olga.id, PLAIN)

    await store.transact(work)
    clock.move(timedelta(days=2))
    assert await store.transact(lambda uow: uow.ask(DueTimers(5))) == ()


async def test_managers_follow_from_the_tree(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        olga = endow(uow, hire(uow, "Olga"), ADMIN)
        sales = divide(uow, "Sales")
        gleb = hire(uow, "Gleb", department_id=sales.id)
        boss = hire(uow, "Boss", manager_id=gleb.id)
        anna = hire(uow, "Anna", manager_id=boss.id)
        refresh(uow, (gleb.id, boss.id, anna.id))
        assert (gleb.roles.text, boss.roles.text) == (f"manager@team:{gleb.id}", f"manager@team:{boss.id}")
        assert anna.roles == PLAIN
        assert gleb.may(LEAD, team_of(uow, anna))
        assert not boss.may(LEAD, team_of(uow, boss))
        assert do_set_active(uow, olga, anna, active=False)
        assert boss.roles == PLAIN
        sales.manager_id = boss.id
        refresh(uow, (boss.id,))
        assert boss.may(LEAD, sales.scope)
        assert not boss.may(LEAD, COMPANY)

    await store.transact(work)


async def test_a_department_is_no_part_of_itself(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        one = divide(uow, "One")
        two = divide(uow, "Two", one)
        three = divide(uow, "Three", two)
        assert three.above == (two.id, one.id)
        for parent in (one, two, three):
            with pytest.raises(Refused, match="part of itself"):
                do_place_department(uow, one, parent)
        other = divide(uow, "Other")
        do_place_department(uow, two, other)
        assert (two.above, three.above) == ((other.id,), (two.id, other.id))
        do_place_department(uow, two, None)
        assert [list(one.above) for one in (two, three)] == [[], [two.id]]

    await store.transact(work)


async def test_a_branch_is_a_department_with_those_below(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        sales = divide(uow, "Sales")
        shop = divide(uow, "Shop", sales)
        anna, boris = hire(uow, "Anna", department_id=shop.id), hire(uow, "Boris", department_id=sales.id)
        hire(uow, "Vera")
        alone, branch = Audience(departments=(sales.id,)), Audience(branches=(sales.id,), people=(boris.id,))
        assert [is_meant(uow, one, alone) for one in (anna, boris)] == [False, True]
        assert [is_meant(uow, one, branch) for one in (anna, boris)] == [True, True]
        assert (uow.ask(CountAudience(alone)), uow.ask(CountAudience(branch))) == (1, 2)

    await store.transact(work)


async def test_an_audience_of_a_role_reads_no_table_of_people(store: Database) -> None:
    def work(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        statement = select(people.c.id).where(members(Audience(roles=("hr",), branches=(1,), people=(3,))))
        spelled = str(statement.compile(uow.connection, compile_kwargs={"literal_binds": True}))
        if uow.dialect == "postgresql":
            uow.session.execute(text("SET LOCAL enable_seqscan = off"))
            return "\n".join(uow.session.execute(text(f"EXPLAIN {spelled}")).scalars())
        return "\n".join(row[3] for row in uow.session.execute(text(f"EXPLAIN QUERY PLAN {spelled}")))

    plan = await store.transact(work)
    for scan in ("SCAN people", "SCAN one", "SCAN role_holders", "Seq Scan on people", "Seq Scan on role_holders"):
        assert scan not in plan
