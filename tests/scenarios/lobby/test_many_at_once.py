"""The menu when many ask for it at once: they are handled together, which one question too many would undo."""

from __future__ import annotations

import pytest

from core.unit_of_work import Query
from storage.dispatch import is_apart
from storage.unit_of_work import SqlUnitOfWork
from tests.support.crowd import statements
from tests.support.people import TestPerson
from tests.support.world import World

_ask = SqlUnitOfWork.ask


@pytest.mark.parametrize("messenger", ["plain"])
@pytest.mark.parametrize(("words", "answer"), [("/menu", "Menu"), ("/help", "What you can do")])
async def test_answers_wait_for_each_other(
    words: str, answer: str, admin: TestPerson, hr: TestPerson, manager: TestPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are written together at the end, or before a query that could look at them: so none here may."""
    asked: list[type] = []

    def ask(uow: SqlUnitOfWork, query: Query[object]) -> object:
        if uow.cause.startswith("event:"):
            asked.append(type(query))
        return _ask(uow, query)

    monkeypatch.setattr(SqlUnitOfWork, "ask", ask)
    for person in (admin, hr, manager):
        await person.says(words)
        person.sees(answer)
    assert asked
    assert [kind.__name__ for kind in asked if not is_apart(kind)] == []


@pytest.mark.parametrize("messenger", ["plain"])
@pytest.mark.parametrize("words", ["/menu", "/help"])
async def test_a_crowd_asks_no_more_than_two(words: str, world: World) -> None:
    """What waits for each of many is read for all of them: a statement for each would be dearer than all else."""
    two = await statements(world, words, 2)
    assert await statements(world, words, 20) <= two
