"""What editors of the news see: how far an item has come, its versions, and questions before a step is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.handlers.news.actions import (
    CancelNews,
    EditNews,
    FollowNews,
    HoldNews,
    ListNews,
    MoveNews,
    NewsHistory,
    OpenNews,
    OpenVersion,
    ReleaseNews,
    ResendNews,
    RestoreVersion,
    WithdrawNews,
)
from bot.handlers.news.screens import copy_screen, shortened, state_line
from bot.kit.lists import page_at
from bot.talk.menu import back
from core.access import Role
from core.chat.phrases import Clock, Listing, Phrase, Text, phrase, plural
from core.chat.screens import Block, Button, Facts, Line, Paragraph, Row, Screen, screen
from core.delivery import Tally
from core.news.item import News, NewsVersion, State, roles_of
from core.people.audience import Audience

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
        case State.WITHDRAWN:
            return ((Button(phrase("📊 Progress"), FollowNews(news.id)), history),)
        case State.CANCELLED:
            return ((history,),)


def progress_screen(
    news: News, tally: Tally, *, live: bool = True, opened: int = 0, ends_at: datetime | None = None
) -> Screen:
    """How far an item has come. Not `live`: it does not follow by itself, so it can be asked to.

    `opened` is how many are known to have opened it, `ends_at` when it will probably be done.
    """
    body: tuple[Block, ...] = ()
    if news.state is not State.WITHDRAWN:
        body = (Paragraph((bar(tally.total - tally.waiting, tally.total),)), _figures(tally, opened))
    lines = (*_outcome(news, tally), *(() if ends_at is None else (_expected(news, ends_at),)))
    outcome = tuple(Paragraph((line,)) for line in lines)
    title = _progress_title(news, tally)
    shown = screen(title, shortened(news.title), *body, *outcome, rows=_progress_rows(news, tally, live))
    return replace(shown, quiet=True)


def _expected(news: News, at: datetime) -> Phrase:
    """The moment in whole minutes, rounded up: more would pretend to know."""
    minute = at.replace(second=0, microsecond=0)
    minute += timedelta(minutes=minute < at)
    soon = at - news.stirred_at < timedelta(hours=12)
    return phrase("It should be done by {time}.", time=Clock(minute) if soon else minute)


def _figures(tally: Tally, opened: int) -> Facts:
    facts: list[tuple[Text, Line]] = [
        (phrase("Recipients"), (_number(tally.total),)),
        (phrase("Sent"), (_number(tally.sent + tally.stale),)),
        (phrase("Waiting"), (_number(tally.waiting),)),
        (phrase("Unreachable"), (_number(tally.unreachable),)),
    ]
    if tally.held:
        facts.append((phrase("Held by quiet hours"), (_number(tally.held),)))
    if opened:
        facts.append((phrase("Opened, as far as I know"), (_number(opened),)))
    if tally.uncertain:
        facts.append((phrase("Uncertain"), (_number(tally.uncertain),)))
    if tally.failed:
        facts.append((phrase("Failed"), (_number(tally.failed),)))
    return Facts(tuple(facts))


def _number(n: int) -> Phrase:
    return phrase("{n}", n=n)


def bar(done: int, total: int) -> Phrase:
    """A share as filled cells and a percentage; all of nothing is everything."""
    percent = 100 if total <= 0 else done * 100 // total
    filled = percent * _CELLS // 100
    return phrase("{bar} {percent}%", bar="▓" * filled + "░" * (_CELLS - filled), percent=percent)


def _progress_title(news: News, tally: Tally) -> Phrase:
    if news.state is State.WITHDRAWN:
        return phrase("⛔ Withdrawing") if tally.stale else phrase("⛔ Withdrawn")
    if news.paused:
        return phrase("⏸ Held back")
    return phrase("📤 Sending") if tally.waiting else phrase("✅ Sent")


def _outcome(news: News, tally: Tally) -> tuple[Phrase, ...]:
    """What is still going on, or how it ended."""
    if news.state is State.WITHDRAWN:
        return _taken_back(tally)
    lines: list[Phrase] = []
    if tally.stale:
        lines.append(plural("{n} copy is being updated.", "{n} copies are being updated.", n=tally.stale))
    if news.finished_at is not None and not tally.waiting:
        duration = news.finished_at - news.publish_at
        lines.append(phrase("Finished at {time}, in {duration}.", time=Clock(news.finished_at), duration=duration))
    return tuple(lines)


def _taken_back(tally: Tally) -> tuple[Phrase, ...]:
    if tally.stale:
        return (plural("{n} copy is still to be removed.", "{n} copies are still to be removed.", n=tally.stale),)
    lost = tally.unreachable + tally.uncertain + tally.failed
    if lost:
        return (
            plural(
                "{n} copy could not be reached: it may still be seen.",
                "{n} copies could not be reached: they may still be seen.",
                n=lost,
            ),
        )
    return (phrase("Nobody has a copy any more."),)


def _progress_rows(news: News, tally: Tally, live: bool) -> tuple[Row, ...]:
    rows: list[Row] = []
    if news.state is State.PUBLISHED:
        if tally.uncertain:
            rows.append((Button(phrase("🔁 Send again: {n}", n=tally.uncertain), ResendNews(news.id)),))
        if news.paused:
            rows.append((Button(phrase("▶️ Go on"), HoldNews(news.id, hold=False)),))
        elif tally.waiting:
            rows.append((Button(phrase("⏸️ Hold back"), HoldNews(news.id, hold=True)),))
        edit, withdraw = (
            Button(phrase("✏️ Edit"), EditNews(news.id)),
            Button(phrase("⛔ Withdraw"), WithdrawNews(news.id)),
        )
        rows.append((edit, withdraw))
    if not live:
        rows.append((back(OpenNews(news.id)), Button(phrase("🔄 Refresh"), FollowNews(news.id))))
    return tuple(rows)


def started_screen(news: News, count: int) -> Screen:
    """The answer to whoever has just published or scheduled an item."""
    open_it = Button(phrase("Open"), OpenNews(news.id))
    rows = ((open_it, back(ListNews(), phrase("All news"))),)
    if news.state is State.SCHEDULED:
        told = plural("{n} person will receive it.", "{n} people will receive it.", n=count)
        return screen(state_line(news), shortened(news.title), told, rows=rows)
    told = plural("It is going out to {n} person.", "It is going out to {n} people.", n=count)
    return screen(phrase("✅ Published"), shortened(news.title), told, rows=rows)


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
    rows = ((Button(phrase("Open"), OpenNews(news.id)), back(ListNews(), phrase("All news"))),)
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
    shown = copy_screen(version.content, news.byline, news.publish_at, edited=edited, urgent=news.urgent)
    rows: list[Row] = []
    if version.number != news.version and news.state in (State.PUBLISHED, State.SCHEDULED):
        rows.append((Button(phrase("↩️ Restore this version"), RestoreVersion(news.id, version.number)),))
    rows.append((back(NewsHistory(news.id)),))
    head = Paragraph((phrase("Version {number} of {count}", number=version.number, count=news.version),))
    return replace(shown, blocks=(head, *shown.blocks), rows=tuple(rows))


def role_name(role: Role) -> Phrase:
    """Everybody who has a role, as an audience."""
    match role:
        case Role.MANAGER:
            return phrase("Managers")
        case Role.HR:
            return phrase("HR")
        case Role.ADMIN:
            return phrase("Admins")
        case _:
            return phrase("Employees")


def audience_text(audience: Audience, departments: Mapping[int, str]) -> Phrase:
    """Whom an audience consists of."""
    if audience.everybody:
        return phrase("Everybody")
    names = [departments.get(key, "—") for key in audience.departments]
    return phrase("{names}", names=Listing((*names, *map(role_name, roles_of(audience.roles)))))
