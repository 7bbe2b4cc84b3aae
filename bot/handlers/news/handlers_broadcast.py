"""Puts the news on their way: plans, changes and withdraws copies, and keeps the author told how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.handlers.news.room import ITEM, PROGRESS, router
from bot.handlers.news.screens import copy_of, tombstone
from bot.handlers.news.screens_editor import progress_screen
from core.chat.codec import record
from core.chat.screens import Screen
from core.delivery import Pause, Priority, Progress, Resend, Revise, Send, Tally, ToAudience, ToPerson, Withdraw
from core.news.item import News, NewsChanged, NewsDue, NewsPublished, NewsWithdrawn, State
from core.news.opening import OpenedBy
from core.news.publishing import do_release
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import DomainEvent, UnitOfWork

_FASTEST, _SLOWEST = timedelta(seconds=2), timedelta(minutes=5)
_SLOWDOWN = 30
"""The author is told again after this part of the time that it has taken so far."""
_SOON = timedelta(seconds=10)
"""An end so near needs no announcement."""


@record
@dataclass(frozen=True, slots=True)
class NewsFollowed(DomainEvent):
    """It is time to tell the author how far an item has come."""

    news_id: int


@router.on(NewsDue)
def release(uow: UnitOfWork, event: NewsDue) -> None:
    """Publishes an item whose time has come."""
    news = uow.get(News, event.news_id)
    if news is not None:
        do_release(uow, news)


@router.on(NewsPublished)
def send(uow: UnitOfWork, event: NewsPublished) -> None:
    """Plans a copy for everybody in the audience and a message for the author."""
    news = _item(uow, event.news_id)
    key = f"news:{news.id}"
    copies = Send(
        kind=ITEM,
        about=news.id,
        content=copy_of(news),
        to=ToAudience(news.audience),
        priority=Priority.BROADCAST,
        key=key,
        urgent=news.urgent,
    )
    news.message_id = uow.apply(copies)
    tally = uow.ask(Progress(news.message_id))
    _stir(uow, news)
    told = Send(
        kind=PROGRESS,
        about=news.id,
        content=progress_screen(news, tally),
        to=ToPerson(news.author_id),
        priority=Priority.NOTICE,
        key=f"news-progress:{news.id}",
    )
    news.progress_id = uow.apply(told)
    news.figures = _figures(news, tally)


@router.on(NewsChanged)
def change(uow: UnitOfWork, event: NewsChanged) -> None:
    """Makes every copy say what the item says now."""
    news = _item(uow, event.news_id)
    if news.message_id is not None:
        uow.apply(Revise(news.message_id, copy_of(news)))
        _stir(uow, news)


@router.on(NewsWithdrawn)
def withdraw(uow: UnitOfWork, event: NewsWithdrawn) -> None:
    """Takes every copy back."""
    news = _item(uow, event.news_id)
    if news.message_id is not None:
        uow.apply(Withdraw(news.message_id, tombstone()))
        _stir(uow, news)


@router.on(NewsFollowed)
def follow(uow: UnitOfWork, event: NewsFollowed) -> None:
    """Shows the author new figures, and comes back while there are copies on their way."""
    news = _item(uow, event.news_id)
    tally = tell(uow, news)
    if tally is not None and (tally.stale or tally.waiting) and not news.paused:
        _again(uow, news)


def tell(uow: UnitOfWork, news: News) -> Tally | None:
    """Brings the author's message up to date; the figures, None before the item is published."""
    if news.message_id is None:
        return None
    tally = uow.ask(Progress(news.message_id))
    if tally.waiting:
        news.finished_at = None
    elif news.finished_at is None and news.state is State.PUBLISHED:
        news.finished_at = uow.now
    figures = _figures(news, tally)
    if figures != news.figures and news.progress_id is not None:
        news.figures = figures
        uow.apply(Revise(news.progress_id, shown(uow, news, tally)))
    return tally


def shown(uow: UnitOfWork, news: News, tally: Tally, *, live: bool = True) -> Screen:
    """The figures of an item as they are now."""
    opened, ends_at = uow.ask(OpenedBy(news.id)), expected_end(news, tally, uow.now)
    return progress_screen(news, tally, live=live, opened=opened, ends_at=ends_at)


def expected_end(news: News, tally: Tally, now: datetime) -> datetime | None:
    """When the last copy will have been served at the pace since they were set in motion; None when it is near or
    cannot be told yet."""
    left = tally.waiting + tally.stale
    done, took = tally.total - left - news.stirred_from, now - news.stirred_at
    if news.paused or not left or done <= 0:
        return None
    ends_at = now + took * (left / done)
    return ends_at if ends_at - now > _SOON else None


def hold(uow: UnitOfWork, news: News, held: bool) -> None:
    """Holds the copies back that are not sent, or lets them go on; nothing when it is so already."""
    if news.message_id is None or news.state is not State.PUBLISHED or news.paused is held:
        return
    news.paused = held
    uow.apply(Pause(news.message_id, held))
    if held:
        uow.apply(CancelTimer(_timer(news)))
        tell(uow, news)
    else:
        _stir(uow, news)


def resend(uow: UnitOfWork, news: News) -> int:
    """Sends the uncertain copies of a published item again; how many."""
    if news.message_id is None or news.state is not State.PUBLISHED:
        return 0
    count = uow.apply(Resend(news.message_id))
    _stir(uow, news)
    return count


def _stir(uow: UnitOfWork, news: News) -> None:
    """Copies were set in motion: the author wants to see it at once."""
    if news.message_id is not None:
        tally = uow.ask(Progress(news.message_id))
        news.stirred_from = tally.total - tally.waiting - tally.stale
    news.stirred_at = uow.now
    _again(uow, news)


def _again(uow: UnitOfWork, news: News) -> None:
    """Comes back soon after copies were set in motion, and more rarely later."""
    wait = min(_SLOWEST, max(_FASTEST, (uow.now - news.stirred_at) / _SLOWDOWN))
    uow.apply(SetTimer(_timer(news), uow.now + wait, NewsFollowed(news.id)))


def _item(uow: UnitOfWork, news_id: int) -> News:
    news = uow.get(News, news_id)
    if news is None:
        raise LookupError(f"news {news_id} is not there any more")
    return news


def _figures(news: News, tally: Tally) -> str:
    """What the author's message depends on, to leave it alone while nothing has changed."""
    parts = (tally.total, tally.waiting, tally.held, tally.sent, tally.stale)
    lost = (tally.unreachable, tally.uncertain, tally.failed)
    state = (news.state.value, news.version, news.paused, news.finished_at is not None)
    return " ".join(map(str, (*parts, *lost, *state)))


def _timer(news: News) -> str:
    return f"news-progress:{news.id}"
