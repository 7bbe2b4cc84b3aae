"""The menu when many ask for it at once: they are handled together, which one question too many would undo."""

from __future__ import annotations

import pytest

from core.unit_of_work import Query
from storage.dispatch import is_apart
from storage.unit_of_work import SqlUnitOfWork
from tests.support.people import TestPerson

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
