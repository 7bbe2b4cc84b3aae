"""An upgrade keeps what every released revision held, and this version can read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.kit.audiences import audience_of
from bot.talk.asking import answers_of
from core.calls.alert import AlertEvent, Deed, LatestAlert
from core.calls.journal import CallsSince, Client, ClientOf, IsBlocked, KeptCallEvents
from core.calls.lines import Lines
from core.campaigns.campaign import CampaignDue, CampaignState
from core.chat.events import Pressed, Said
from core.copies import AskedMenu, UnaskedMenus
from core.delivery import Progress
from core.drafts import DraftIn
from core.inbox import ClaimEvents, CursorOf, WhoIs
from core.news.item import AllNews, News, PublishedFor, State, VersionsOf, campaign_of
from core.news.opening import SHOWS_READING, OpenedBy
from core.people.admission import OpenRequests
from core.people.audience import Audience, CountAudience, is_meant
from core.people.choices import LANGUAGE, PREFERRED, TIMEZONE
from core.people.grants import GrantsOf, LastingAdmins, Source
from core.people.import_plan import WholeStaff
from core.people.person import Account, Person
from core.people.quiet import QUIET_HOURS, QuietHours
from core.settings import setting_of
from core.timers import DueTimers
from core.unit_of_work import UnitOfWork
from storage.database import Database
from storage.migrate import current, expected, upgrade
from storage.tables.delivery import messages
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.storage.company import work
from tests.contract.storage.revisions import (
    MOVED,
    RELEASED,
    REVISIONS,
    bring_to,
    columns_of,
    fill,
    make_database,
    rows_of,
)
from tests.support.clock import MovableClock
from tests.support.databases import PostgreSQL

GONE = {"first_writers"}
"""Tables that later revisions did away with: the first writers are among `messengers` now."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_every_revision_before_this_one_has_rows() -> None:
    assert RELEASED[:-1] == REVISIONS
    assert expected() == {RELEASED[-1]}


@pytest.mark.parametrize("revision", REVISIONS)
async def test_an_upgrade_keeps_everything(tmp_path: Path, revision: str, clock: MovableClock) -> None:
    await _upgraded_at_once(f"sqlite:///{tmp_path / 'kollega.db'}", revision, clock)


@pytest.mark.parametrize("revision", REVISIONS[:1] + REVISIONS[5:12:6])
async def test_on_postgresql_many_steps_at_once_keep_everything(
    postgresql: PostgreSQL, revision: str, clock: MovableClock
) -> None:
    """In one transaction, where PostgreSQL alters no table with rows that were changed and are still to be checked."""
    url = postgresql.create(migrated=False)
    await _upgraded_at_once(url, revision, clock)
    postgresql.drop(url)


async def test_on_postgresql_every_step_keeps_everything(postgresql: PostgreSQL, clock: MovableClock) -> None:
    url = postgresql.create(migrated=False)
    for revision in RELEASED:
        columns = _kept(url)
        before = rows_of(url, columns)
        bring_to(url, revision)
        assert rows_of(url, columns) == before, revision
        if revision in REVISIONS:
            fill(url, revision)
    await _read(url, REVISIONS[-1], clock)
    postgresql.drop(url)


async def _upgraded_at_once(url: str, revision: str, clock: MovableClock) -> None:
    make_database(url, revision)
    columns = _kept(url)
    before = rows_of(url, columns)
    empty = {table for table, rows in before.items() if not rows}
    assert empty <= ({"timers"} if revision < "0003" else set())  # the first rooms set none
    assert upgrade(url)
    assert current(url) == expected()
    assert rows_of(url, columns) == before
    await _read(url, revision, clock)


def _kept(url: str) -> dict[str, list[str]]:
    """The columns of each table that no later revision keeps elsewhere."""
    return {
        table: [name for name in names if name not in MOVED.get(table, ())]
        for table, names in columns_of(url).items()
        if table not in GONE
    }


async def _read(url: str, revision: str, clock: MovableClock) -> None:
    """All that a database of this revision held is understood."""
    known = rows_of(url, {"messengers": ["name", "writes_first"]})["messengers"]
    assert known == (["('matrix', True)"] if revision >= "0005" else []) + ["('telegram', False)"]

    store = Database(url, clock, patience=1)
    try:
        clock.set(LATER)
        for number, read in _READ.items():
            if number <= revision[:4]:
                await store.transact(read)
        if revision == REVISIONS[0]:
            (copy,) = await work(store, "telegram")
            assert (copy.delivery_id, copy.revision, copy.person_id) == (2, 2, 2)
    finally:
        await store.close()


def _foundation(uow: UnitOfWork) -> None:
    staff = uow.ask(WholeStaff())
    assert [person.full_name for person in sorted(staff.people, key=lambda person: person.id)] == [
        "Orlov Gleb",
        "Petrova Anna Sergeevna",
        "Zimina Vera",
        "Sidorov Boris",
    ]
    visitor = uow.ask(WhoIs("telegram", "5001"))
    assert visitor.account is not None
    assert visitor.person is not None
    assert (visitor.account.chat, visitor.person.phone) == ("5001", "+79990000104")
    blocked = uow.get(Account, 3)
    assert blocked is not None
    assert blocked.unreachable == "blocked"
    draft = uow.ask(DraftIn("telegram", "5003", "5003"))
    assert draft is not None
    assert (draft.form, draft.step, dict(draft.values)) == ("publish", "title", {"kind": "news"})
    assert uow.ask(CursorOf("telegram")) == "9003"
    tally = uow.ask(Progress(1))
    assert (tally.waiting, tally.sent, tally.unreachable, tally.held) == (1, 1, 1, 0)
    first, second = uow.apply(ClaimEvents(10))
    assert isinstance(first.event, Said)
    assert first.event.text == "/who Orlov"
    assert isinstance(second.event, Pressed)
    assert second.attempts == 1
    fresh = Person(last_name="New", first_name="Nina")
    uow.add(fresh)
    uow.flush()
    assert fresh.id > 4


def _admission(uow: UnitOfWork) -> None:
    ((request, account),) = uow.ask(OpenRequests())
    assert (request.id, account.address) == (1, "5009")


def _news(uow: UnitOfWork) -> None:
    reader = uow.get(Person, 2)
    assert reader is not None
    shelf = uow.ask(PublishedFor(person=reader, offset=0, limit=10))
    assert [item.content.title for item in shelf.items] == ["Picnic"]
    planned = uow.ask(AllNews(states=(State.SCHEDULED,), offset=0, limit=10))
    assert [item.content.title for item in planned.items] == ["Price list"]
    assert [version.number for version in uow.ask(VersionsOf(1))] == [2, 1]
    running, waiting = campaign_of(uow, shelf.items[0]), campaign_of(uow, planned.items[0])
    assert running is not None
    assert waiting is not None
    assert (running.state, running.message_id, running.about) == (CampaignState.RUNNING, 1, 1)
    assert (waiting.state, waiting.audience) == (CampaignState.PLANNED, planned.items[0].audience)
    assert CampaignDue(waiting.id, "news.item", 2) in [due.event for due in uow.ask(DueTimers(10))]


def _calls(uow: UnitOfWork) -> None:
    (call,) = uow.ask(CallsSince())
    assert (call.id, call.missed, call.wait_seconds, call.rang) == ("asterisk:c.1", True, 31.5, ("101", "104"))
    alert = uow.ask(LatestAlert("+79990001136"))
    assert alert is not None
    assert (alert.client, alert.open) == ("Romashka Ltd", True)
    raised = uow.get(AlertEvent, 1)
    assert raised is not None
    assert raised.deed is Deed.RAISED
    assert [(line.name, line.duty) for line in uow.ask(Lines())] == [("line-msk", (1,))]
    assert uow.ask(ClientOf("+79990001136")) == Client("+79990001136", "Romashka Ltd", ("wholesale",))
    assert uow.ask(IsBlocked("+79990001199"))
    assert len(uow.ask(KeptCallEvents(source="asterisk", since=LONG_AGO, until=LATER))) == 1


def _reading(uow: UnitOfWork) -> None:
    assert uow.ask(OpenedBy(1)) == 1
    anna = uow.get(Person, 2)
    assert anna is not None
    assert not setting_of(anna, SHOWS_READING)


def _many_processes(uow: UnitOfWork) -> None:
    gleb, anna = uow.get(Person, 1), uow.get(Person, 2)
    assert gleb is not None
    assert anna is not None
    assert setting_of(gleb, QUIET_HOURS) == QuietHours(time(22), time(8))
    assert setting_of(anna, QUIET_HOURS) == QuietHours(time(20, 30), time(9))
    chosen = [setting_of(anna, setting) for setting in (LANGUAGE, PREFERRED, TIMEZONE)]
    assert chosen == ["en", "telegram", "Asia/Yekaterinburg"]


def _notices(uow: UnitOfWork) -> None:
    assert isinstance(uow, SqlUnitOfWork)
    named = uow.session.execute(select(messages.c.kind, messages.c.about).where(messages.c.kind.is_not(None))).all()
    assert [tuple(row) for row in named] == [("news.item", 1)]


def _roles(uow: UnitOfWork) -> None:
    assert {person.id: person.roles.text for person in uow.ask(WholeStaff()).people if person.id < 5} == {
        1: "manager manager@team:1",
        2: "",
        3: "admin hr manager@department:1",
        4: "",
    }
    assert [(one.role, one.source) for one in uow.ask(GrantsOf(3))] == [("hr", Source.BEFORE), ("admin", Source.BEFORE)]
    assert uow.ask(LastingAdmins()) == {3}
    budget = Audience(roles=("manager", "hr"))
    assert uow.ask(CountAudience(budget)) == 2
    for key, titles in {1: ["Budget", "Picnic"], 2: ["Picnic"], 3: ["Budget", "Picnic"]}.items():
        reader = uow.get(Person, key)
        assert reader is not None
        shelf = uow.ask(PublishedFor(person=reader, offset=0, limit=10))
        assert [item.title for item in shelf.items] == titles
        assert is_meant(uow, reader, budget) is ("Budget" in titles)
    item = uow.get(News, 3)
    assert item is not None
    assert item.audience == budget
    draft = uow.ask(DraftIn("telegram", "5001", "5001"))
    assert draft is not None
    assert draft.step == "audience"
    assert audience_of(answers_of(draft.values)) == budget


def _asked(uow: UnitOfWork) -> None:
    menu = uow.ask(AskedMenu("matrix", "@gleb:example.org"))
    assert menu is not None
    assert (menu.native, [choice.label for choice in menu.choices]) == ("$m21", ["News"])
    assert [copy.native for copy in uow.ask(UnaskedMenus("matrix", "@gleb:example.org", 5))] == ["$m22"]


_READ: dict[str, Callable[[UnitOfWork], None]] = {
    "0001": _foundation,
    "0002": _admission,
    "0003": _news,
    "0004": _calls,
    "0005": _reading,
    "0006": _many_processes,
    "0007": _notices,
    "0012": _roles,
    "0021": _asked,
}
"""What a database holds since a revision, as this version reads it."""
