"""What editors do with the news: publish now or later, change, restore, withdraw, hold back.

Each step may be asked for twice (a double press, an event delivered again): the second time changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from core.chat.layout import plain
from core.chat.phrases import phrase
from core.news.item import (
    BODY_LIMIT,
    FILES_LIMIT,
    PLACE_LIMIT,
    TITLE_LIMIT,
    Content,
    IndexAudience,
    News,
    NewsChanged,
    NewsDue,
    NewsPublished,
    NewsVersion,
    NewsWithdrawn,
    State,
    VersionsOf,
)
from core.people.audience import Audience, CountAudience
from core.people.person import Department, Person
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import Refused, UnitOfWork


def check_content(content: Content) -> None:
    """Raises `Refused` for what is empty or too long."""
    length = len(plain(content.body))
    if not content.title or len(content.title) > TITLE_LIMIT or not 0 < length <= BODY_LIMIT:
        raise Refused(phrase("A news item needs a title and a text, and neither may be too long."))
    if len(content.files) > FILES_LIMIT or len(content.place or "") > PLACE_LIMIT:
        raise Refused(phrase("This news item has too many files or too long a place."))


def check_audience(uow: UnitOfWork, audience: Audience) -> int:
    """How many people are in an audience. Raises `Refused` when nobody is."""
    count = uow.ask(CountAudience(audience))
    if not count:
        raise Refused(phrase("Nobody would receive this. Please choose another audience."))
    return count


def check_future(uow: UnitOfWork, at: datetime | None) -> None:
    """Raises `Refused` for a time that has passed; None means now."""
    if at is not None and at <= uow.now:
        raise Refused(phrase("This time has passed. Please choose a later one, or publish now."))


def do_publish(
    uow: UnitOfWork,
    actor: Person,
    content: Content,
    audience: Audience,
    at: datetime | None,
    *,
    urgent: bool = False,
) -> News:
    """Publishes an item now, or at a time. Raises `Refused` for an empty audience or a time that has passed."""
    check_content(content)
    check_audience(uow, audience)
    check_future(uow, at)
    news = News(
        content=content,
        audience=audience,
        author_id=actor.id,
        byline=byline_of(uow, actor),
        publish_at=at or uow.now,
        stirred_at=uow.now,
        urgent=urgent,
    )
    uow.add(news)
    uow.flush()
    uow.apply(IndexAudience(news.id, audience))
    _keep_version(uow, actor, news)
    if at is None:
        _release(uow, news)
    else:
        uow.apply(SetTimer(_timer(news), at, NewsDue(news.id)))
    return news


def do_release(uow: UnitOfWork, news: News) -> None:
    """Publishes a scheduled item now; nothing when it is out already or will not go out."""
    if news.state is State.SCHEDULED:
        uow.apply(CancelTimer(_timer(news)))
        _release(uow, news)


def do_reschedule(uow: UnitOfWork, news: News, at: datetime) -> None:
    """Moves a scheduled item to another time. Raises `Refused` for one that is out, or a time that has passed."""
    if news.state is not State.SCHEDULED:
        raise Refused(phrase("This news item has been published already."))
    check_future(uow, at)
    news.publish_at = at
    uow.apply(SetTimer(_timer(news), at, NewsDue(news.id)))


def do_cancel(uow: UnitOfWork, news: News) -> None:
    """Gives up a scheduled item. Raises `Refused` for one that is out already."""
    if news.state is not State.SCHEDULED:
        raise Refused(phrase("This news item has been published already."))
    news.state = State.CANCELLED
    uow.apply(CancelTimer(_timer(news)))


def do_edit(uow: UnitOfWork, actor: Person, news: News, content: Content, seen: int | None = None) -> bool:
    """Makes an item say something else, and keeps the version before; False when it says just that.

    `seen` is the version that the actor began with. Raises `Refused` when somebody else was faster.
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
    if news.state is State.PUBLISHED:
        news.edited_at = uow.now
        uow.emit(NewsChanged(news.id))
    return True


def do_restore(uow: UnitOfWork, actor: Person, news: News, number: int) -> bool:
    """Makes an item say what its version `number` said; False when it says just that. Raises `Refused`."""
    return do_edit(uow, actor, news, access_version(uow, news, number).content)


def do_withdraw(uow: UnitOfWork, news: News) -> None:
    """Takes a published item back from everybody. Raises `Refused` for one that is not out."""
    if news.state is not State.PUBLISHED:
        raise Refused(phrase("This news item is not published."))
    news.state = State.WITHDRAWN
    news.withdrawn_at = uow.now
    news.paused = False
    uow.emit(NewsWithdrawn(news.id))


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


def _release(uow: UnitOfWork, news: News) -> None:
    news.state = State.PUBLISHED
    news.publish_at = uow.now
    uow.emit(NewsPublished(news.id))


def _keep_version(uow: UnitOfWork, actor: Person, news: News) -> None:
    uow.add(
        NewsVersion(news_id=news.id, number=news.version, content=news.content, author_id=actor.id, made_at=uow.now)
    )


def _timer(news: News) -> str:
    return f"news:{news.id}"
