"""What editors of the news see: how far an item has come, its versions, and questions before a step is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.handlers.news.actions import (
    CancelNews,
    CopyNews,
    EditNews,
    FollowNews,
    ListNews,
    MoveNews,
    NewsHistory,
    OpenNews,
    OpenVersion,
    ReleaseNews,
    RestoreVersion,
    WithdrawNews,
)
from bot.handlers.news.screens import copy_screen, shortened, stamp_of, state_line
from bot.kit.lists import page_at
from bot.talk.menu import back
from core.chat.blocks import Paragraph
from core.chat.phrases import Phrase, phrase, plural
from core.chat.screens import Button, Row, Screen, screen
from core.news.item import News, NewsVersion, State

_CELLS = 12
VERSIONS_PAGE = 5


def editor_rows(news: News) -> tuple[Row, ...]:
    """What an editor can do with an item in its state."""
    change = Button(phrase("✏️ Edit"), EditNews(news.id))
    history = Button(phrase("🕘 History"), NewsHistory(news.id))
    match news.state:
        case State.SCHEDULED:
            release = Button(phrase("🚀 Publish now"), ReleaseNews(news.id))
            move = Button(phrase("🕓 Change the time"), MoveNews(news.id))
            return ((release, move), (change, history), (Button(phrase("✕ Do not publish"), CancelNews(news.id)),))
        case State.PUBLISHED:
            withdraw = Button(phrase("⛔ Withdraw"), WithdrawNews(news.id))
            return ((change, withdraw), (Button(phrase("📊 Progress"), FollowNews(news.id)), history))
        case State.EXPIRED:
            withdraw = Button(phrase("⛔ Withdraw"), WithdrawNews(news.id))
            return ((copied(news), withdraw), (Button(phrase("📊 Progress"), FollowNews(news.id)), history))
        case State.WITHDRAWN:
            return ((copied(news),), (Button(phrase("📊 Progress"), FollowNews(news.id)), history))
        case State.CANCELLED:
            return ((copied(news),), (history,))


def copied(news: News) -> Button:
    """The way from what is over to a new item that says the same."""
    return Button(phrase("📄 Copy into a new one"), CopyNews(news.id))


def started_screen(news: News, count: int, lost: Sequence[Phrase] = ()) -> Screen:
    """The answer to whoever has just published or scheduled an item for so many who can be reached; `lost` tells of
    those who cannot."""
    open_it = Button(phrase("Open"), OpenNews(news.id))
    rows = ((open_it, back(ListNews(), phrase("All news"))),)
    if news.state is State.SCHEDULED:
        told = plural("{n} person will receive it.", "{n} people will receive it.", n=count)
        return screen(state_line(news), shortened(news.title), told, *lost, rows=rows)
    told = plural("It is going out to {n} person.", "It is going out to {n} people.", n=count)
    return screen(phrase("✅ Published"), shortened(news.title), told, *lost, rows=rows)


def sure_screen(news: News, *, cancel: bool) -> Screen:
    """Asks before an item is taken back or given up."""
    title = shortened(news.title)
    if cancel:
        ask = phrase("Cancel the publication of “{title}”?", title=title)
        yes = Button(phrase("✕ Do not publish"), CancelNews(news.id, sure=True))
    else:
        ask = phrase(
            "Withdraw “{title}”? Every copy will be deleted, or marked where that is not possible.", title=title
        )
        yes = Button(phrase("⛔ Withdraw"), WithdrawNews(news.id, sure=True))
    return screen(None, ask, rows=((yes, back(OpenNews(news.id))),))


def told_screen(news: News, text: Phrase) -> Screen:
    """A step that was taken, with the ways on."""
    over: tuple[Row, ...] = ((copied(news),),) if news.state in (State.WITHDRAWN, State.CANCELLED) else ()
    rows = (
        *over,
        (Button(phrase("Open"), OpenNews(news.id)), back(ListNews(), phrase("All news"))),
    )
    return screen(None, text, shortened(news.title), rows=rows)


def history_screen(news: News, versions: Sequence[NewsVersion], authors: Mapping[int, str], page: int) -> Screen:
    """The versions of an item, the latest first."""
    here = page_at(page, VERSIONS_PAGE, len(versions))
    rows: list[Row] = []
    for version in here.of(versions):
        label = phrase(
            "{number}. {time} · {author}",
            number=version.number,
            time=version.made_at,
            author=authors.get(version.author_id, "—"),
        )
        rows.append((Button(label, OpenVersion(news.id, version.number)),))
    rows += here.turns(lambda number: NewsHistory(news.id, number), newest_first=True)
    rows.append((back(OpenNews(news.id)),))
    return screen(phrase("🕘 History"), shortened(news.title), *here.where(), rows=tuple(rows))


def version_screen(news: News, version: NewsVersion) -> Screen:
    """What an item said in one version, with the way to make it say that again."""
    edited = version.number > 1
    shown = copy_screen(version.content, stamp_of(news, edited=edited))
    rows: list[Row] = []
    if version.number != news.version and news.state in (State.PUBLISHED, State.SCHEDULED):
        rows.append((Button(phrase("↩️ Restore this version"), RestoreVersion(news.id, version.number)),))
    rows.append((back(NewsHistory(news.id)),))
    head = Paragraph((phrase("Version {number} of {count}", number=version.number, count=news.version),))
    return replace(shown, blocks=(head, *shown.blocks), rows=tuple(rows))
