"""What the news promise whatever chat they are read in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.campaigns.campaign import CampaignDue, Terms
from core.chat.blocks import Bold, Paragraph
from core.news.item import (
    CAMPAIGN,
    Content,
    Kind,
    News,
    NewsChanged,
    NewsPublished,
    NewsWithdrawn,
    PublishedFor,
    State,
    VersionsOf,
    access_news,
    access_to_change,
)
from core.news.publishing import (
    do_cancel,
    do_edit,
    do_publish,
    do_release,
    do_reschedule,
    do_restore,
    do_withdraw,
)
from core.people.audience import Audience, CountAudience, DepartmentsToTell, ReachOf, is_meant
from core.people.person import Department, Person
from core.people.roles import ADMIN, HR, MANAGER
from core.timers import DueTimers, NextTimer
from core.unit_of_work import Refused, UnitOfWork
from storage.database import Database
from tests.support.cast import by_key, engage
from tests.support.clock import MovableClock

EVERYBODY = Audience(everybody=True)
PICNIC = Content(kind=Kind.NEWS, title="Picnic", body=(Paragraph(("On ", Bold("Friday"))),))


class Company:
    """The cast inside one transaction."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow, self.ids = uow, engage(uow, "plain", by_key)

    def person(self, key: str) -> Person:
        found = self.uow.get(Person, self.ids[key])
        assert found is not None
        return found

    def publish(self, audience: Audience = EVERYBODY, content: Content = PICNIC) -> News:
        return do_publish(self.uow, self.person("hr"), content, audience, Terms())

    def schedule(self) -> News:
        return do_publish(self.uow, self.person("hr"), PICNIC, EVERYBODY, Terms(at=self.uow.now + timedelta(hours=1)))

    def reads(self, key: str) -> list[str]:
        shelf = self.uow.ask(PublishedFor(person=self.person(key), offset=0, limit=10))
        assert shelf.total == len(shelf.items)
        return [news.title for news in shelf.items]


async def test_content_survives_the_database(store: Database) -> None:
    news_id = await store.transact(
        lambda uow: (
            Company(uow)
            .publish(
                Audience(
                    roles=(
                        HR.name,
                        ADMIN.name,
                    )
                )
            )
            .id
        )
    )

    def look(uow: UnitOfWork) -> tuple[Content, Audience, State]:
        news = uow.get(News, news_id)
        assert news is not None
        return news.content, news.audience, news.state

    assert await store.transact(look) == (
        PICNIC,
        Audience(
            roles=(
                HR.name,
                ADMIN.name,
            )
        ),
        State.PUBLISHED,
    )


async def test_publishing_is_told_once(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        news = company.publish()
        assert uow.emitted() == [NewsPublished(news.id)]
        assert news.byline == "HR"
        do_release(uow, news)
        assert uow.emitted() == []
        assert [version.number for version in uow.ask(VersionsOf(news.id))] == [1]

    await store.transact(work)


async def test_a_scheduled_item_waits_for_its_timer(store: Database, clock: MovableClock) -> None:
    news_id = await store.transact(lambda uow: Company(uow).schedule().id)
    clock.move(timedelta(hours=1))

    def work(uow: UnitOfWork) -> None:
        assert [timer.event for timer in uow.ask(DueTimers(2))] == [CampaignDue(1, CAMPAIGN, news_id)]
        news = uow.get(News, news_id)
        assert news is not None
        assert news.state is State.SCHEDULED
        do_release(uow, news)
        assert uow.emitted() == [NewsPublished(news_id)]
        assert news.publish_at == clock.now()

    await store.transact(work)


async def test_a_scheduled_item_is_moved_or_given_up(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        news = Company(uow).schedule()
        later = uow.now + timedelta(days=1)
        do_reschedule(uow, news, later)
        assert uow.ask(NextTimer()) == later
        with pytest.raises(Refused, match="passed"):
            do_reschedule(uow, news, uow.now)
        do_cancel(uow, news)
        assert uow.ask(NextTimer()) is None
        do_release(uow, news)
        assert news.state is State.CANCELLED
        assert uow.emitted() == []

    await store.transact(work)


async def test_what_is_published_is_not_moved_or_cancelled(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        news = Company(uow).publish()
        with pytest.raises(Refused, match="published already"):
            do_cancel(uow, news)
        with pytest.raises(Refused, match="published already"):
            do_reschedule(uow, news, uow.now + timedelta(hours=1))

    await store.transact(work)


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (EVERYBODY, {"manager", "employee", "colleague", "hr", "admin"}),
        (Audience(roles=(MANAGER.name,)), {"manager"}),
        (
            Audience(
                roles=(
                    HR.name,
                    ADMIN.name,
                )
            ),
            {"hr", "admin"},
        ),
        (Audience(people=(1,)), {"manager"}),
        (Audience(everybody=True, without=Audience(people=(1,))), {"employee", "colleague", "hr", "admin"}),
        (Audience(everybody=True, without=Audience(roles=(HR.name, MANAGER.name))), {"employee", "colleague", "admin"}),
        (Audience(people=(1, 2), without=Audience(people=(2,))), {"manager"}),
    ],
)
async def test_only_the_audience_reads_it(store: Database, audience: Audience, readers: set[str]) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        company.publish(audience)
        assert {key for key in company.ids if company.reads(key)} == readers
        assert {key for key in company.ids if is_meant(uow, company.person(key), audience)} == readers
        assert uow.ask(CountAudience(audience)) == uow.ask(ReachOf(audience)).total == len(readers)

    await store.transact(work)


async def test_departments_of_an_audience(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        told = {department.name: department.id for department in uow.ask(DepartmentsToTell())}
        assert list(told) == ["HR", "Sales"]
        company.publish(Audience(departments=(told["Sales"], told["HR"])))
        assert {key for key in company.ids if company.reads(key)} == {"manager", "employee", "colleague", "hr"}

    await store.transact(work)


async def test_an_audience_of_nobody_is_refused(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        empty = Department(name="Warehouse")
        uow.add(empty)
        uow.flush()
        for audience in (Audience(), Audience(departments=(empty.id,))):
            with pytest.raises(Refused, match="Nobody"):
                company.publish(audience)

    await store.transact(work)


@pytest.mark.parametrize(
    "content",
    [
        replace(PICNIC, title=""),
        replace(PICNIC, title="x" * 151),
        replace(PICNIC, body=()),
        replace(PICNIC, body=(Paragraph(("x" * 20_001,)),)),
        replace(PICNIC, place="x" * 201),
    ],
)
async def test_what_is_empty_or_too_long_is_refused(store: Database, content: Content) -> None:
    def work(uow: UnitOfWork) -> None:
        with pytest.raises(Refused):
            Company(uow).publish(content=content)

    await store.transact(work)


async def test_who_is_outside_is_told_the_same_as_of_nothing(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        news = company.publish(Audience(roles=(MANAGER.name,)))
        reasons = set()
        for news_id in (news.id, news.id + 1):
            with pytest.raises(Refused) as refused:
                access_news(uow, company.person("employee"), news_id)
            reasons.add(refused.value.reason.text)
        assert reasons == {"There is no such news item."}
        assert access_news(uow, company.person("manager"), news.id) is news
        assert access_news(uow, company.person("hr"), news.id) is news
        with pytest.raises(Refused, match="not allowed"):
            access_to_change(uow, company.person("manager"), news.id)

    await store.transact(work)


async def test_a_deactivated_person_reads_nothing(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        news = company.publish()
        for key in ("employee", "hr"):
            company.person(key).active = False
            with pytest.raises(Refused, match="no such"):
                access_news(uow, company.person(key), news.id)

    await store.transact(work)


async def test_a_scheduled_item_is_for_editors_alone(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        news = company.schedule()
        assert company.reads("employee") == []
        with pytest.raises(Refused, match="no such"):
            access_news(uow, company.person("employee"), news.id)
        assert access_news(uow, company.person("admin"), news.id) is news

    await store.transact(work)


async def test_versions_are_kept_and_restored(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        news, author = company.publish(), company.person("hr")
        uow.emitted()
        assert not do_edit(uow, author, news, PICNIC)
        assert do_edit(uow, author, news, replace(PICNIC, title="Walk"), seen=1)
        assert uow.emitted() == [NewsChanged(news.id)]
        with pytest.raises(Refused, match="meanwhile"):
            do_edit(uow, author, news, replace(PICNIC, title="Run"), seen=1)
        assert do_restore(uow, author, news, 1)
        assert not do_restore(uow, author, news, 1)
        with pytest.raises(Refused, match="no such version"):
            do_restore(uow, author, news, 9)
        titles = {version.number: version.content.title for version in uow.ask(VersionsOf(news.id))}
        assert titles == {3: "Picnic", 2: "Walk", 1: "Picnic"}
        assert news.edited_at == uow.now

    await store.transact(work)


async def test_a_withdrawn_item_is_gone_for_readers(store: Database) -> None:
    def work(uow: UnitOfWork) -> None:
        company = Company(uow)
        news = company.publish()
        uow.emitted()
        do_withdraw(uow, news)
        assert uow.emitted() == [NewsWithdrawn(news.id)]
        assert company.reads("employee") == []
        with pytest.raises(Refused, match="withdrawn"):
            access_news(uow, company.person("employee"), news.id)
        with pytest.raises(Refused, match="withdrawn"):
            access_to_change(uow, company.person("hr"), news.id)
        with pytest.raises(Refused, match="not published"):
            do_withdraw(uow, news)
        assert uow.emitted() == []

    await store.transact(work)


async def test_the_newest_stands_first_page_by_page(store: Database, clock: MovableClock) -> None:
    ids = await store.transact(lambda uow: Company(uow).ids)
    for number in range(3):

        def publish(uow: UnitOfWork, number: int = number) -> None:
            author = uow.get(Person, ids["hr"])
            assert author is not None
            do_publish(uow, author, replace(PICNIC, title=f"Item {number}"), EVERYBODY, Terms())

        await store.transact(publish)
        clock.move(timedelta(minutes=1))

    def look(uow: UnitOfWork) -> list[tuple[int, list[str]]]:
        reader = uow.get(Person, ids["employee"])
        assert reader is not None
        pages = [uow.ask(PublishedFor(person=reader, offset=offset, limit=2)) for offset in (0, 2)]
        return [(page.total, [news.title for news in page.items]) for page in pages]

    assert await store.transact(look) == [(3, ["Item 2", "Item 1"]), (3, ["Item 0"])]
