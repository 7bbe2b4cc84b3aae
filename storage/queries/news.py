"""Reads the news as each person may see them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, literal, not_, or_, select

from core.access import EMPLOYEE
from core.news.item import (
    CAMPAIGN,
    TITLE_WEIGHT,
    AllNews,
    CountScheduled,
    FindNews,
    IndexAudience,
    News,
    NewsFound,
    NewsVersion,
    PublishedFor,
    Shelf,
    State,
    VersionsOf,
)
from core.news.opening import OPENED_WITHIN, MarkOpened, OpenedBy
from core.people.audience import Audience, branches_of
from core.people.person import Person
from storage.dispatch import answers, carries_out
from storage.schema import Moment
from storage.tables.campaigns import campaigns
from storage.tables.delivery import deliveries, delivery_ids
from storage.tables.news import news, news_audiences, news_openings, news_versions
from storage.tables.search import words
from storage.unit_of_work import SqlUnitOfWork

Part = tuple[str, int]

_BODY = 0.75
_WITHOUT = "-"
"""Before the part of an audience that is left out."""
"""How likely an item is meant that has all the words, but none of them in its title."""


@answers(PublishedFor)
def published_for(uow: SqlUnitOfWork, query: PublishedFor) -> Shelf:
    """The published items whose audience a person is in."""
    return _shelf(uow, _readable_by(uow, query.person), query.offset, query.limit)


@answers(FindNews)
def find_news(uow: SqlUnitOfWork, query: FindNews) -> tuple[NewsFound, ...]:
    """By the index of words; of those who match alike the latest first."""
    if not query.stems:
        return ()
    chosen = _readable_by(uow, query.person) if query.states is None else news.c.state.in_(query.states)
    matched, weight = func.count(), func.sum(words.c.weight)
    statement = (
        select(News, matched, weight)
        .join(words, words.c.item == news.c.id)
        .where(words.c.kind == CAMPAIGN, words.c.word.in_(query.stems), chosen)
        .group_by(news.c.id)
        .order_by(matched.desc(), weight.desc(), news.c.publish_at.desc(), news.c.id.desc())
        .limit(query.limit)
    )
    wanted = len(query.stems)
    return tuple(
        NewsFound(news=item, score=found / wanted * (_BODY + (1 - _BODY) * min(1, weighs / (wanted * TITLE_WEIGHT))))
        for item, found, weighs in uow.session.execute(statement)
    )


@answers(AllNews)
def all_news(uow: SqlUnitOfWork, query: AllNews) -> Shelf:
    """The items in some states, whoever they are for."""
    return _shelf(uow, news.c.state.in_(query.states), query.offset, query.limit)


@answers(CountScheduled, apart=True)
def count_scheduled(uow: SqlUnitOfWork, query: CountScheduled) -> int:
    """What waits for its time."""
    statement = select(func.count()).select_from(news).where(news.c.state == State.SCHEDULED)
    return uow.session.execute(statement).scalar_one()


@answers(VersionsOf)
def versions_of(uow: SqlUnitOfWork, query: VersionsOf) -> tuple[NewsVersion, ...]:
    """Every version of an item, the latest first."""
    statement = (
        select(NewsVersion).where(news_versions.c.news_id == query.news_id).order_by(news_versions.c.number.desc())
    )
    return tuple(uow.session.execute(statement).scalars())


@carries_out(IndexAudience)
def index_audience(uow: SqlUnitOfWork, change: IndexAudience) -> None:
    """Makes an item findable for its audience."""
    uow.session.execute(delete(news_audiences).where(news_audiences.c.news_id == change.news_id))
    rows = [{"news_id": change.news_id, "part": part, "value": value} for part, value in _parts(change.audience)]
    if rows:
        uow.session.execute(insert(news_audiences), rows)


@carries_out(MarkOpened)
def mark_opened(uow: SqlUnitOfWork, change: MarkOpened) -> int:
    """Marks what was sent to a person in a chat, once."""
    here = and_(deliveries.c.messenger == change.messenger, deliveries.c.chat == change.chat)
    message = and_(
        delivery_ids.c.messenger == change.messenger,
        delivery_ids.c.chat == change.chat,
        delivery_ids.c.native == change.message,
    )
    copy = select(deliveries.c.sent_at).join(delivery_ids, delivery_ids.c.delivery_id == deliveries.c.id)
    until = uow.session.execute(copy.where(message)).scalar() or change.at
    opened = (
        select(news.c.id, deliveries.c.person_id, literal(uow.now, Moment()))
        .join(campaigns, campaigns.c.id == news.c.campaign_id)
        .join(deliveries, deliveries.c.message_id == campaigns.c.message_id)
        .where(
            here,
            deliveries.c.person_id == change.person_id,
            deliveries.c.sent_at.between(until - OPENED_WITHIN, until),
        )
    )
    marks = uow.insert(news_openings).from_select(["news_id", "person_id", "at"], opened)
    return uow.change(marks.on_conflict_do_nothing())


@answers(OpenedBy)
def opened_by(uow: SqlUnitOfWork, query: OpenedBy) -> int:
    """How many have opened an item."""
    statement = select(func.count()).select_from(news_openings).where(news_openings.c.news_id == query.news_id)
    return uow.session.execute(statement).scalar_one()


def _readable_by(uow: SqlUnitOfWork, person: Person) -> ColumnElement[bool]:
    of_kind: dict[str, list[int]] = {}
    for part, value in _parts_of_person(uow, person):
        of_kind.setdefault(part, []).append(value)

    def one_of(sign: str) -> ColumnElement[bool]:
        found = (
            and_(news_audiences.c.part == sign + part, news_audiences.c.value.in_(values))
            for part, values in of_kind.items()
        )
        return exists().where(news_audiences.c.news_id == news.c.id, or_(*found))

    return and_(news.c.state == State.PUBLISHED, one_of(""), not_(one_of(_WITHOUT)))


def _shelf(uow: SqlUnitOfWork, chosen: ColumnElement[bool], offset: int, limit: int) -> Shelf:
    total = uow.session.execute(select(func.count()).select_from(news).where(chosen)).scalar_one()
    statement = (
        select(News).where(chosen).order_by(news.c.publish_at.desc(), news.c.id.desc()).offset(offset).limit(limit)
    )
    return Shelf(items=tuple(uow.session.execute(statement).scalars()), total=total)


def _parts(audience: Audience) -> Iterator[Part]:
    if audience.everybody:
        yield "all", 0
    yield from (("department", department) for department in dict.fromkeys(audience.departments))
    yield from (("branch", department) for department in dict.fromkeys(audience.branches))
    yield from ((f"role:{role}", 0) for role in dict.fromkeys(audience.roles))
    yield from (("person", person) for person in dict.fromkeys(audience.people))
    if audience.without is not None:
        yield from ((_WITHOUT + part, value) for part, value in _parts(audience.without))


def _parts_of_person(uow: SqlUnitOfWork, person: Person) -> Iterator[Part]:
    """The parts of audiences that a person belongs to."""
    yield "all", 0
    yield f"role:{EMPLOYEE.name}", 0
    if person.department_id is not None:
        yield "department", person.department_id
    yield from (("branch", department) for department in branches_of(uow, person))
    yield from ((f"role:{role}", 0) for role in sorted(person.roles.names))
    yield "person", person.id
