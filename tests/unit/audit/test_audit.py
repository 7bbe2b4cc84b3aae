"""Entries are found by kind, person and period, and no list of them reads the whole table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from core.auditing import AuditOf, AuditPart, note
from core.chat.phrases import phrase
from core.people.grants import ROLES
from core.people.person import Person
from core.people.staffing import ACCESS
from core.unit_of_work import Acting, UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import MovableClock


def said(part: AuditPart) -> list[str]:
    return [entry.what.text for entry in part.entries]


def hire(uow: UnitOfWork) -> list[int]:
    people = [Person(last_name=name, first_name="Test") for name in ("Olga", "Vera", "Anna")]
    for person in people:
        uow.add(person)
    uow.flush()
    return [person.id for person in people]


async def test_entries_are_found_by_kind_person_and_period(store: Database, clock: MovableClock) -> None:
    olga, vera, anna = await store.transact(hire)

    def first(uow: UnitOfWork) -> None:
        uow.acting = Acting(olga, "telegram", instead_of=vera)
        note(uow, ROLES, phrase("one"), about=anna)
        uow.flush()

    def second(uow: UnitOfWork) -> None:
        note(uow, ACCESS, phrase("two"), about=olga)
        uow.flush()

    await store.transact(first)
    clock.move(timedelta(days=2))
    await store.transact(second)

    def look(uow: UnitOfWork) -> None:
        everything = uow.ask(AuditOf(limit=5))
        assert (said(everything), everything.total) == (["two", "one"], 2)
        (of_clock, of_olga) = everything.entries
        assert (of_clock.actor_id, of_clock.origin) == (None, "")
        assert (of_olga.actor_id, of_olga.instead_of_id, of_olga.origin) == (olga, vera, "telegram")
        assert [said(uow.ask(AuditOf(person_id=one, limit=5))) for one in (olga, vera, anna)] == [
            ["two", "one"],
            ["one"],
            ["one"],
        ]
        assert said(uow.ask(AuditOf(kind=ROLES.name, limit=5))) == ["one"]
        assert said(uow.ask(AuditOf(since=uow.now - timedelta(days=1), limit=5))) == ["two"]
        assert said(uow.ask(AuditOf(offset=1, limit=1))) == ["one"]

    await store.transact(look)


async def test_what_somebody_did_is_found_by_an_index(store: Database) -> None:
    def work(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        ways = " UNION ".join(f"SELECT id FROM audit WHERE {way} = 7" for way in ("actor_id", "instead_of_id"))
        asked = f"SELECT id FROM audit WHERE kind = 'x' AND id IN ({ways}) ORDER BY id DESC LIMIT 6"
        if uow.dialect == "postgresql":
            uow.session.execute(text("SET LOCAL enable_seqscan = off"))
            return "\n".join(uow.session.execute(text(f"EXPLAIN {asked}")).scalars())
        return "\n".join(row[3] for row in uow.session.execute(text(f"EXPLAIN QUERY PLAN {asked}")))

    plan = await store.transact(work)
    assert "SCAN audit" not in plan
    assert "Seq Scan" not in plan
