"""The demo company is what it promises to be, and filling it in again adds nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.demo.filling import fill, is_empty
from bot.handlers.calls.demo_telephone import DATA, clients, lines, recordings
from core.calls.journal import CallsSince, ClientOf
from core.calls.lines import LineNamed
from core.chat.blocks import Bold, Bullets, Italic, Link, Paragraph, Quote
from core.news.item import AllNews, Kind, News, State
from core.people.choices import PREFERRED
from core.people.import_plan import Staff, WholeStaff
from core.people.roles import MANAGER
from core.settings import setting_of
from core.unit_of_work import UnitOfWork
from storage.tables.calls import alerts
from storage.unit_of_work import SqlUnitOfWork
from tests.unit.demo.conftest import Demo

EVERY_NEWS = AllNews(states=tuple(State), offset=0, limit=100)


async def staff(demo: Demo) -> Staff:
    return await demo.store.transact(lambda uow: uow.ask(WholeStaff()))


async def news(demo: Demo) -> tuple[News, ...]:
    return (await demo.store.transact(lambda uow: uow.ask(EVERY_NEWS))).items


async def test_forty_people_in_five_departments_each_with_a_head(demo: Demo) -> None:
    found = await staff(demo)
    assert len(found.people) == 40
    assert len(found.departments) == 5
    heads = {person.id: person for person in found.people if MANAGER in person.roles}
    for department in found.departments:
        assert department.manager_id in heads
        assert heads[department.manager_id].department_id == department.id
    assert Counter(name for person in found.people for name in person.roles.names) == {
        "manager": 7,  # two of them lead a team without having been made managers
        "hr": 3,
        "admin": 1,
    }


async def test_every_telephone_is_one_persons(demo: Demo) -> None:
    people = (await staff(demo)).people
    for numbers in ([one.phone for one in people], [one.extension for one in people if one.extension]):
        assert len(set(numbers)) == len(numbers)
    assert all(one.phone and one.phone.startswith("+7975") for one in people)
    assert all(client.number.startswith("+7975") for client in clients("ru"))
    assert all(one.birthday and one.hired_on and one.position for one in people)


async def test_everybody_can_be_written_to_in_the_web_chat(demo: Demo) -> None:
    found = await staff(demo)
    reached = {account.person_id for account in found.accounts if account.messenger == "web" and account.chat}
    assert reached == {person.id for person in found.people}
    assert {setting_of(person, PREFERRED) for person in found.people} == {"web"}


async def test_ten_news_of_all_kinds_are_on_the_shelf(demo: Demo) -> None:
    items = await news(demo)
    assert len(items) == 10
    assert {item.content.kind for item in items} == set(Kind)
    assert all(item.state is State.PUBLISHED and item.publish_at < demo.clock.now() for item in items)
    assert [item.publish_at for item in items] == sorted((item.publish_at for item in items), reverse=True)
    pictures = [file for item in items for file in item.content.files]
    assert len(pictures) == 4
    assert all(demo.files.path(file.content).stat().st_size == file.size < 60_000 for file in pictures)
    upcoming = [item.content.happens_at for item in items if item.content.kind.happens]
    assert all(at is not None and at > demo.clock.now() for at in upcoming)


async def test_the_texts_use_what_a_messenger_can_show(demo: Demo) -> None:
    blocks = [block for item in await news(demo) for block in item.content.body]
    assert {type(block) for block in blocks} == {Paragraph, Bullets, Quote}
    spans = [span for block in blocks if isinstance(block, Paragraph) for span in block.line]
    assert {type(span) for span in spans} == {str, Bold, Italic, Link}
    assert not [span for span in spans if isinstance(span, str) and ("**" in span or "](" in span)]


async def test_the_calls_of_a_day_are_history(demo: Demo) -> None:
    """They are the company's own calls, and none of them alarms anybody."""
    calls = await demo.store.transact(lambda uow: uow.ask(CallsSince()))
    assert len(calls) > 20
    assert all(call.started_at < demo.clock.now() - timedelta(minutes=15) for call in calls)
    assert {call.line for call in calls} == set(lines("ru"))
    assert {call.external_number for call in calls} <= {client.number for client in clients("ru")}
    assert any(call.missed for call in calls)
    extensions = {person.extension for person in (await staff(demo)).people}
    assert {call.answered_by for call in calls if call.direction == "inbound" and call.answered_by} <= extensions
    assert {call.from_extension for call in calls if call.direction == "outbound"} <= extensions
    assert await demo.store.transact(_alerts) == 0


def _alerts(uow: UnitOfWork) -> int:
    assert isinstance(uow, SqlUnitOfWork)
    return uow.session.execute(select(func.count()).select_from(alerts)).scalar_one()


async def test_lines_have_titles_and_clients_have_names(demo: Demo) -> None:
    def look(uow: UnitOfWork) -> tuple[Any, Any]:
        return uow.ask(LineNamed("line-ads")), uow.ask(ClientOf("+79751004217"))

    line, client = await demo.store.transact(look)
    assert (line.title, line.hours, len(line.duty)) == ("Реклама", None, 1)
    assert client.name == "Садовый центр «Ромашка»"


async def test_filling_it_in_again_adds_nothing(demo: Demo) -> None:
    def count(uow: UnitOfWork) -> tuple[int, ...]:
        found = uow.ask(WholeStaff())
        calls, items = uow.ask(CallsSince()), uow.ask(EVERY_NEWS)
        return len(found.people), len(found.departments), len(found.accounts), len(calls), items.total

    before = await demo.store.transact(count)
    assert not await is_empty(demo.store)
    await fill(demo.context)
    assert await demo.store.transact(count) == before


@pytest.mark.parametrize("name", sorted(recordings()))
def test_every_recording_is_shipped_with_its_times(name: str) -> None:
    for ending in (".txt", "_times.tsv"):
        assert (DATA / "calls" / f"{name}{ending}").is_file()
