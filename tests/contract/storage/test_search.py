"""News are found by their words: only those that a person may read, and without reading the archive."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from core.access import Roles
from core.campaigns.campaign import Terms
from core.chat.screens import paragraph
from core.news.item import Content, FindNews, Kind, News, State
from core.news.publishing import do_edit, do_publish, do_withdraw
from core.people.audience import Audience
from core.people.person import Person
from core.people.roles import HR
from core.search import stems
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork


def written(uow: UnitOfWork, author: Person, title: str, text: str, audience: Audience) -> News:
    content = Content(kind=Kind.NEWS, title=title, body=(paragraph(text),))
    return do_publish(uow, author, content, audience, Terms())


def found(uow: UnitOfWork, person: Person, text: str, states: tuple[State, ...] | None = None) -> list[str]:
    hits = uow.ask(FindNews(person=person, stems=tuple(stems(text)), states=states, limit=10))
    assert all(0 < hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.news.title for hit in hits]


async def test_news_are_found_by_whoever_may_read_them(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        hr = Person(last_name="Vlasova", first_name="Vera", roles=Roles.of(HR))
        anna = Person(last_name="Petrova", first_name="Anna")
        for person in (hr, anna):
            uow.add(person)
        uow.flush()
        everybody = Audience(everybody=True)
        picnic = written(uow, hr, "Пикник", "В пятницу у реки, парковки нет", everybody)
        written(uow, hr, "Парковка закрыта", "Пикник ни при чём", everybody)
        written(uow, hr, "Парковка для гостей", "Только для HR", Audience(roles=(HR.name,)))
        uow.flush()
        assert found(uow, anna, "парковкой") == ["Парковка закрыта", "Пикник"]
        assert found(uow, anna, "пикник парковка")[0] in ("Парковка закрыта", "Пикник")
        assert "Парковка для гостей" not in found(uow, anna, "парковка гости")
        assert found(uow, hr, "гостей", (State.PUBLISHED,)) == ["Парковка для гостей"]
        do_edit(uow, hr, picnic, Content(kind=Kind.NEWS, title="Прогулка", body=picnic.content.body))
        assert found(uow, anna, "пикник") == ["Парковка закрыта"]
        assert found(uow, anna, "прогулка") == ["Прогулка"]
        do_withdraw(uow, picnic)
        uow.flush()
        assert found(uow, anna, "прогулка") == []
        assert found(uow, anna, "") == []

    await store.transact(work)


async def test_the_archive_is_not_read_for_it(store: Database) -> None:
    said: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        said.append((statement, parameters))

    def work(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        if uow.dialect != "sqlite":
            return  # it reads tables of some rows whole, as it should
        anna = Person(last_name="Petrova", first_name="Anna")
        uow.add(anna)
        uow.flush()
        event.listen(uow.connection.engine, "before_cursor_execute", note)
        found(uow, anna, "picnic")
        event.remove(uow.connection.engine, "before_cursor_execute", note)
        (statement, parameters) = said[-1]
        plan = [row[3] for row in uow.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        assert any("SEARCH words USING" in step for step in plan), plan
        assert not any(step.startswith("SCAN") for step in plan), plan

    await store.transact(work)
