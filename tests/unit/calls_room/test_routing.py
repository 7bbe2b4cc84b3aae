"""What admins decide about a line follows one rule for all ways to it, and is written down once."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from core.auditing import AuditOf
from core.calls.lines import MOST_ON_DUTY, KnowLines, Line, Lines
from core.calls.routing import (
    LINES,
    do_name,
    do_put_on_duty,
    do_route,
    do_set_hours,
    do_take_off_duty,
    do_tell_managers,
)
from core.people.person import Department, Person
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database


def line_in(uow: UnitOfWork) -> Line:
    uow.apply(KnowLines(("line-ads",), "Europe/Moscow"))
    (line,) = uow.ask(Lines())
    return line


def engage(uow: UnitOfWork, **fields: Any) -> Person:
    person = Person(last_name="Petrova", first_name="Anna", **fields)
    uow.add(person)
    uow.flush()
    return person


def written(uow: UnitOfWork) -> list[tuple[str, int | None]]:
    """What was written down about lines, the latest last, each with whom it concerns."""
    uow.flush()
    entries = uow.ask(AuditOf(kind=LINES.name, limit=50)).entries
    return [(entry.what.text.removeprefix("{line}: "), entry.person_id) for entry in reversed(entries)]


async def test_each_change_is_written_down_and_what_is_so_already_is_none(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        line, anna, sales = line_in(uow), engage(uow), Department(name="Sales")
        uow.add(sales)
        uow.flush()
        for _ in range(2):
            do_name(uow, line, "  Advertising \n line ")
            do_route(uow, line, sales.id)
            do_put_on_duty(uow, line, anna)
            do_set_hours(uow, line, (time(9), time(18)))
        assert (line.title, line.department_id, line.duty) == ("Advertising line", sales.id, (anna.id,))
        assert (line.opens, line.closes) == (time(9), time(18))
        for _ in range(2):
            do_take_off_duty(uow, line, anna.id)
            do_set_hours(uow, line, None)
            do_tell_managers(uow, line)
        assert (line.routed, line.hours) == (False, None)
        assert written(uow) == [
            ("is called “{title}” now", None),
            ("missed calls are told to {department}", None),
            ("on duty", anna.id),
            ("answered on working days, {opens}–{closes}", None),
            ("not on duty any more", anna.id),
            ("answered round the clock", None),
            ("all managers are told of missed calls", None),
        ]

    await store.transact(work)


async def test_what_cannot_be_is_refused_and_not_written_down(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        line = line_in(uow)
        with pytest.raises(Refused, match="does not work here"):
            do_put_on_duty(uow, line, engage(uow, active=False))
        with pytest.raises(Refused, match="no such department"):
            do_route(uow, line, 404)
        line.duty = tuple(range(1000, 1000 + MOST_ON_DUTY))
        with pytest.raises(Refused, match="too many people"):
            do_put_on_duty(uow, line, engage(uow))
        assert written(uow) == []

    await store.transact(work)
