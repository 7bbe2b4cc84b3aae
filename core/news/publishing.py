"""What editors do with the news: publish now or later, change, restore, withdraw, hold back.

Each step may be asked for twice (a double press, an event delivered again): the second time changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.auditing import AuditKind, note
from core.campaigns.campaign import Terms
from core.campaigns.sending import do_cancel as do_cancel_campaign
from core.campaigns.sending import do_plan
from core.campaigns.sending import do_reschedule as do_reschedule_campaign
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase
from core.news.item import (
    BODY_LIMIT,
    CAMPAIGN,
    FILES_LIMIT,
    PLACE_LIMIT,
    TITLE_LIMIT,
    TITLE_WEIGHT,
    Content,
    IndexAudience,
    News,
    NewsChanged,
    NewsPublished,
    NewsVersion,
    NewsWithdrawn,
    State,
    VersionsOf,
    campaign_of,
)
from core.people.audience import Audience
from core.people.person import Department, Person
from core.search import IndexWords, weighed
from core.unit_of_work import Refused, UnitOfWork

NEWS = AuditKind("news.items", phrase("News"))


def check_content(content: Content) -> None:
    """Raises `Refused` for what is empty or too long."""
    length = len(plain(content.body))
    if not content.title or len(content.title) > TITLE_LIMIT or not 0 < length <= BODY_LIMIT:
        raise Refused(phrase("A news item needs a title and a text, and neither may be too long."))
    if len(content.files) > FILES_LIMIT or len(content.place or "") > PLACE_LIMIT:
        raise Refused(phrase("This news item has too many files or too long a place."))


def do_publish(
    uow: UnitOfWork,
    actor: Person,
    content: Content,
    audience: Audience,
    terms: Terms,
) -> News:
    """Publishes an item now, or at a time. Raises `Refused` for an empty audience or a time that has passed."""
    check_content(content)
    news = News(
        content=content,
        audience=audience,
        author_id=actor.id,
        byline=byline_of(uow, actor),
        publish_at=terms.at or uow.now,
        urgent=terms.urgent,
        ends_at=terms.ends_at,
    )
    uow.add(news)
    uow.flush()
    news.campaign_id = do_plan(uow, actor, CAMPAIGN, news.id, audience, terms).id
    uow.apply(IndexAudience(news.id, audience))
    _keep_version(uow, actor, news)
    if terms.at is None:
        _note(uow, phrase("Published: {title}", title=content.title))
        do_release(uow, news)
    else:
        _note(uow, phrase("Scheduled for {time}: {title}", time=terms.at, title=content.title))
    return news


def do_release(uow: UnitOfWork, news: News) -> None:
    """Publishes a scheduled item now; nothing when it is out already or will not go out."""
    if news.state is State.SCHEDULED:
        news.state = State.PUBLISHED
        news.publish_at = uow.now
        uow.emit(NewsPublished(news.id))


def do_reschedule(uow: UnitOfWork, news: News, at: datetime) -> None:
    """Moves a scheduled item to another time. Raises `Refused` for one that is out, or a time that has passed."""
    if news.state is not State.SCHEDULED:
        raise Refused(phrase("This news item has been published already."))
    campaign = campaign_of(uow, news)
    if campaign is not None:
        do_reschedule_campaign(uow, campaign, at)
    news.publish_at = at
    _note(uow, phrase("Scheduled for {time}: {title}", time=at, title=news.content.title))


def do_cancel(uow: UnitOfWork, news: News) -> None:
    """Gives up a scheduled item. Raises `Refused` for one that is out already."""
    if news.state is not State.SCHEDULED:
        raise Refused(phrase("This news item has been published already."))
    news.state = State.CANCELLED
    _note(uow, phrase("Given up: {title}", title=news.content.title))
    campaign = campaign_of(uow, news)
    if campaign is not None:
        do_cancel_campaign(uow, campaign)


def do_edit(
    uow: UnitOfWork, actor: Person, news: News, content: Content, seen: int | None = None, *, essential: bool = False
) -> bool:
    """Makes an item say something else, and keeps the version before; False when it says just that.

    `seen` is the version that the actor began with; what is `essential` is to be acknowledged anew, where it was to be
    at all. Raises `Refused` when somebody else was faster.
    """
    if seen is not None and news.version != seen:
        raise Refused(phrase("Somebody changed this news item meanwhile. Please cancel and begin again."))
    content = replace(content, kind=news.content.kind)
    if content == news.content:
        return False
    check_content(content)
    news.content = content
    news.version += 1
    _keep_version(uow, actor, news)
    _note(uow, phrase("Changed: {title}", title=content.title))
    if news.state in (State.PUBLISHED, State.EXPIRED):
        news.edited_at = uow.now
        uow.emit(NewsChanged(news.id, essential))
    return True


def do_restore(uow: UnitOfWork, actor: Person, news: News, number: int) -> bool:
    """Makes an item say what its version `number` said; False when it says just that. Raises `Refused`."""
    return do_edit(uow, actor, news, access_version(uow, news, number).content)


def do_withdraw(uow: UnitOfWork, news: News) -> None:
    """Takes a published item back from everybody. Raises `Refused` for one that is not out."""
    if news.state not in (State.PUBLISHED, State.EXPIRED):
        raise Refused(phrase("This news item is not published."))
    news.state = State.WITHDRAWN
    _note(uow, phrase("Withdrawn: {title}", title=news.content.title))
    news.withdrawn_at = uow.now
    uow.emit(NewsWithdrawn(news.id))


def do_outdate(news: News) -> bool:
    """Takes a published item from the list of news, because it is out of date; False when it is not there."""
    if news.state is not State.PUBLISHED:
        return False
    news.state = State.EXPIRED
    return True


def access_version(uow: UnitOfWork, news: News, number: int) -> NewsVersion:
    """One version of an item. Raises `Refused` when there is none with this number."""
    for version in uow.ask(VersionsOf(news.id)):
        if version.number == number:
            return version
    raise Refused(phrase("There is no such version."))


def byline_of(uow: UnitOfWork, author: Person) -> str:
    """The department in whose name somebody writes, or the own name."""
    department = None if author.department_id is None else uow.get(Department, author.department_id)
    return author.name if department is None else department.name


def index_words(uow: UnitOfWork, news: News) -> None:
    """Makes an item findable by what it says now."""
    content = news.content
    texts = ((content.title, TITLE_WEIGHT), (content.place or "", 1), (plain(content.body), 1))
    uow.apply(IndexWords(CAMPAIGN, news.id, weighed(texts)))


def _keep_version(uow: UnitOfWork, actor: Person, news: News) -> None:
    index_words(uow, news)
    uow.add(
        NewsVersion(news_id=news.id, number=news.version, content=news.content, author_id=actor.id, made_at=uow.now)
    )


def _note(uow: UnitOfWork, what: Phrase) -> None:
    note(uow, NEWS, what)
