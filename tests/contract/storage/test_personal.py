"""What is kept of a person is given out whole, and gone after it was erased, from every table."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.rooms import open_house
from bot.talk.language import Languages
from core.access import PLAIN, Roles
from core.auditing import AuditOf
from core.calls.journal import BlockNumber
from core.calls.lines import KnowLines, Lines
from core.calls.routing import do_put_on_duty
from core.chat.events import Said
from core.delivery import ToChat, ToPerson
from core.drafts import FormDraft
from core.inbox import ClaimEvents, StoreEvents
from core.people.grants import GrantsOf, RoleCounts, Source, give
from core.people.linking import do_issue_code
from core.people.person import Department, Person
from core.people.roles import HR, MANAGER
from core.personal import Holds, do_erase, do_export
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from storage.schema import metadata
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import employ, sent, settle, tell_all, work
from tests.contract.storage.ledger import plan, revise, tally
from tests.support.clock import MovableClock

HOLDS = open_house(Languages("en")).plugged(Holds)
SECRET = "Zimorodkova"
"""Stands in everything that is about the person."""


async def lived(store: Database, clock: MovableClock) -> int:
    """Somebody of whom something is kept in many tables, and a colleague."""
    person_id = await employ(store, SECRET, f"red:{SECRET}", email=f"{SECRET}@example.org")
    await employ(store, "Colleague", "red:2")

    def leave_traces(uow: UnitOfWork) -> None:
        person = uow.get(Person, person_id)
        assert person is not None
        do_issue_code(uow, person, timedelta(days=1))
        uow.add(Department(name="Heads", manager_id=person_id))
        draft = FormDraft(
            messenger="red",
            chat="chat",
            account=SECRET,
            person_id=person_id,
            form="publish",
            step="title",
            values={"title": SECRET},
            started_at=uow.now,
            updated_at=uow.now,
        )
        uow.add(draft)
        events = [
            Said(messenger="red", id=name, chat="1", account=SECRET, at=uow.now, text=SECRET) for name in ("1", "2")
        ]
        uow.apply(StoreEvents("red", tuple(events), None))
        uow.apply(ClaimEvents(1))
        person.active = False

    await plan(store, f"{SECRET} is a stranger yet", ToChat("red", f"chat-{SECRET}", account_id=1))
    await plan(store, SECRET, ToPerson(person_id))
    await store.transact(leave_traces)
    return person_id


def person_of(uow: UnitOfWork, person_id: int) -> Person:
    person = uow.get(Person, person_id)
    assert person is not None
    return person


async def everything(store: Database) -> str:
    """All rows of all tables as one text."""

    def read(uow: UnitOfWork) -> str:
        assert isinstance(uow, SqlUnitOfWork)
        rows = [uow.session.execute(select(*table.columns)).all() for table in metadata.tables.values()]
        return repr(rows)

    return await store.transact(read)


async def test_everything_is_given_out(store: Database, clock: MovableClock) -> None:
    person_id = await lived(store, clock)
    found = await store.transact(lambda uow: do_export(uow, HOLDS, person_of(uow, person_id)))
    filled = {name for name, rows in found.items() if rows}
    assert {"people", "accounts", "codes", "departments", "drafts", "deliveries", "events"} <= filled
    text = json.dumps(found, default=str)
    assert text.count(SECRET) > 5
    assert "Colleague" not in text


async def test_what_a_person_did_for_a_client_is_given_out_without_the_client(
    store: Database, clock: MovableClock
) -> None:
    person_id = await employ(store, "Colleague", "red:2")

    def work_for(uow: UnitOfWork) -> None:
        uow.apply(BlockNumber("+79990000101", blocked=True, person_id=person_id))
        uow.apply(KnowLines(("reception",), "Europe/Moscow"))
        (line,) = uow.ask(Lines())
        do_put_on_duty(uow, line, person_of(uow, person_id))

    await store.transact(work_for)
    found = await store.transact(lambda uow: do_export(uow, HOLDS, person_of(uow, person_id)))
    assert found["blocked_numbers"] == ({"at": clock.now()},)
    assert found["duty"] == ({"line": "reception"},)


async def test_nothing_is_left_of_who_was_erased(store: Database, clock: MovableClock) -> None:
    person_id = await lived(store, clock)
    assert SECRET in await everything(store)
    await store.transact(lambda uow: do_erase(uow, HOLDS, person_of(uow, person_id)))
    left = await everything(store)
    assert SECRET not in left
    assert "Colleague" in left
    assert await store.transact(lambda uow: person_of(uow, person_id).name) == f"#{person_id}"


async def test_nothing_follows_from_who_was_erased(store: Database, clock: MovableClock) -> None:
    person_id = await employ(store, "Boss", "red:1")
    report_id = await employ(store, "Report", "red:2", manager_id=person_id)

    def lead(uow: UnitOfWork) -> None:
        uow.add(Department(name="Heads", manager_id=person_id))
        uow.flush()
        give(uow, person_of(uow, person_id), HR.name, source=Source.CHAT)
        assert person_of(uow, person_id).roles.names == {HR.name, MANAGER.name}

    def erase(uow: UnitOfWork) -> None:
        person_of(uow, person_id).active = False
        do_erase(uow, HOLDS, person_of(uow, person_id))

    def look(uow: UnitOfWork) -> tuple[Roles, object, object, int | None]:
        grants, counts = uow.ask(GrantsOf(person_id)), uow.ask(RoleCounts())
        return person_of(uow, person_id).roles, grants, counts, person_of(uow, report_id).manager_id

    await store.transact(lead)
    await store.transact(erase)
    assert await store.transact(look) == (PLAIN, (), {}, None)


async def test_that_it_was_given_out_and_erased_is_written_down(store: Database, clock: MovableClock) -> None:
    person_id = await employ(store, "Gone", "red:1", active=False)
    await store.transact(lambda uow: do_export(uow, HOLDS, person_of(uow, person_id)))
    await store.transact(lambda uow: do_erase(uow, HOLDS, person_of(uow, person_id)))
    written = await store.transact(lambda uow: uow.ask(AuditOf(person_id=person_id, limit=10)).entries)
    assert [(entry.kind, entry.what.text) for entry in written] == [
        ("people.records", "Erased"),
        ("people.records", "Given out as a whole"),
    ]


async def test_the_counters_of_what_many_got_stay(store: Database, clock: MovableClock) -> None:
    people = [await employ(store, f"Person {number}", f"red:{number}") for number in range(3)]
    message_id = await store.transact(tell_all)
    first, second, _ = await work(store)
    await settle(store, sent(first), sent(second))
    await revise(store, message_id, "corrected")
    second = (await work(store))[1]
    await settle(store, sent(second))

    def erase(uow: UnitOfWork) -> None:
        for person_id in people[1:]:
            person_of(uow, person_id).active = False
            do_erase(uow, HOLDS, person_of(uow, person_id))

    await store.transact(erase)
    counted = await tally(store, message_id)
    assert (counted.total, counted.sent, counted.stale, counted.waiting) == (3, 1, 1, 0)
    assert [copy.person_id for copy in await work(store)] == people[:1]


async def test_who_works_here_is_not_erased(store: Database) -> None:
    person_id = await employ(store, "Colleague", "red:2")
    with pytest.raises(Refused, match="works here"):
        await store.transact(lambda uow: do_erase(uow, HOLDS, person_of(uow, person_id)))
