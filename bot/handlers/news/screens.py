"""What readers of the news see; editors see the same with a line on its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.handlers.news.actions import ListNews, OpenNews, Rack, ShowFiles, WriteNews
from bot.kit.lists import ListPage
from bot.talk.menu import TO_MENU, OpenPerson, back, back_row
from core.chat.blocks import Block, Bold, Facts, Heading, Italic, Line, Paragraph
from core.chat.phrases import Day, Phrase, Text, phrase, plural
from core.chat.screens import Button, Row, Screen, screen
from core.news.item import Content, Kind, News, Shelf, State
from core.people.person import Person

PAGE = 5
_LABEL = 42
"""Characters of a title on a button: its date must still fit."""

_ICONS = {Kind.NEWS: "📰", Kind.RELEASE: "🚀", Kind.CONFERENCE: "🎤", Kind.EVENT: "📅"}
_MARKS = {State.SCHEDULED: "🕓", State.CANCELLED: "✕", State.WITHDRAWN: "⛔", State.EXPIRED: "⌛"}


def kind_name(kind: Kind) -> Phrase:
    """What an item of this kind is called."""
    match kind:
        case Kind.NEWS:
            return phrase("News item")
        case Kind.RELEASE:
            return phrase("Release")
        case Kind.CONFERENCE:
            return phrase("Conference")
        case Kind.EVENT:
            return phrase("Event")


def kind_label(kind: Kind) -> Phrase:
    """The same with its icon."""
    return phrase("{icon} {kind}", icon=_ICONS[kind], kind=kind_name(kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What stands below an item: in whose name and when it was published, and what is to be known of it besides."""

    byline: str
    at: datetime
    edited: bool = False
    urgent: bool = False
    ends_at: datetime | None = None
    outdated: bool = False


def copy_screen(content: Content, stamp: Stamp) -> Screen:
    """An item as each recipient gets it."""
    all_news = (back(ListNews(), phrase("All news")),)
    head = (Paragraph((Bold(phrase("⌛ This is out of date.")),)),) if stamp.outdated else ()
    return Screen(
        blocks=(*head, *_article(content), _footer(content, stamp)), rows=(all_news,), attachments=content.files
    )


def stamp_of(news: News, *, edited: bool | None = None) -> Stamp:
    """What stands below an item that exists; `edited` where that is not as it is now."""
    return Stamp(
        byline=news.byline,
        at=news.publish_at,
        edited=news.edited_at is not None if edited is None else edited,
        urgent=news.urgent,
        ends_at=news.ends_at,
        outdated=news.state is State.EXPIRED,
    )


def copy_of(news: News) -> Screen:
    """The same for an item that exists."""
    return copy_screen(news.content, stamp_of(news))


def to_author_screen(author: Person | None) -> Screen:
    """For whoever replies to an item: the author does not see it, but can be found."""
    told = phrase("Replies to news are not passed on: the author does not see yours.")
    rows: tuple[Row, ...] = ((back(ListNews(), phrase("All news")),),)
    if author is not None and author.active:
        rows = ((Button(phrase("✍️ Write to the author: {name}", name=author.name), OpenPerson(author.id)),), *rows)
    return screen(None, told, rows=rows)


def tombstone() -> Screen:
    """What is left of a withdrawn item where it cannot be deleted."""
    return Screen(blocks=(Paragraph(("⛔ ", phrase("This news item was withdrawn."))),), quiet=True)


def opened_screen(news: News, page: int, rack: Rack, rows: Sequence[Row] = (), state: Phrase | None = None) -> Screen:
    """An item opened from a list, with the way back to its page; `rows` are what an editor can do with it, and `state`
    is how far it has come. Its files are sent when they are asked for: most readers have them in the chat already."""
    head = () if state is None else (Paragraph((state,)),)
    shown, count = copy_of(news), len(news.content.files)
    label = plural("📎 Show {n} file", "📎 Show {n} files", n=count)
    files = ((Button(label, ShowFiles(news.id, page, rack)),),) if count else ()
    rows = (*files, *rows, (back(ListNews(page, rack)),))
    return replace(shown, blocks=(*head, *shown.blocks), rows=rows, attachments=(), shows=shown_as(news.id))


def shown_as(news_id: int) -> str:
    """How answers that show an item are found, to follow it."""
    return f"news:{news_id}"


def files_screen(news: News, page: int, rack: Rack) -> Screen:
    """The files of an item that was opened from a list, below it."""
    rows = (back_row(OpenNews(news.id, page, rack)),)
    title = Paragraph((Bold(news.title),))
    return Screen(blocks=(title,), rows=rows, attachments=news.content.files, fresh=True)


def state_line(news: News, *, held: bool = False) -> Phrase:
    """The state of an item and since or until when; `held` when its copies are held back."""
    match news.state:
        case State.SCHEDULED:
            return phrase("🕓 Scheduled for {time}", time=news.publish_at)
        case State.CANCELLED:
            return phrase("✕ The publication was cancelled")
        case State.WITHDRAWN:
            return phrase("⛔ Withdrawn {time}", time=news.withdrawn_at or news.publish_at)
        case State.EXPIRED:
            return phrase("⌛ Out of date since {time}", time=news.ends_at or news.publish_at)
        case State.PUBLISHED if held:
            return phrase("⏸ Published {time}, paused", time=news.publish_at)
        case State.PUBLISHED:
            return phrase("✅ Published {time}", time=news.publish_at)


def list_screen(shelf: Shelf, page: ListPage, rack: Rack, scheduled: int = 0) -> Screen:
    """A page of a list. `scheduled` is how many items wait for their time, for editors."""
    title = phrase("📰 News") if rack is Rack.READ else phrase("🕓 Scheduled news")
    rows: list[Row] = [(Button(item_label(news), OpenNews(news.id, page.number, rack)),) for news in shelf.items]
    rows += page.turns(lambda number: ListNews(number, rack), newest_first=True)
    if rack is Rack.SCHEDULED:
        rows.append((back(ListNews()),))
    else:
        if scheduled:
            rows.append((Button(phrase("🕓 Scheduled: {n}", n=scheduled), ListNews(0, Rack.SCHEDULED)),))
        rows.append((Button(phrase("✏️ Write news"), WriteNews()),))
        rows.append(TO_MENU)
    if not shelf.total:
        empty = phrase("Nothing is scheduled.") if rack is Rack.SCHEDULED else phrase("There is no news yet.")
        return screen(title, empty, rows=tuple(rows))
    return screen(title, *page.where(), rows=tuple(rows))


def item_label(news: News) -> Phrase:
    """An item in a list."""
    icon = _MARKS.get(news.state, "") + _ICONS[news.content.kind]
    return phrase("{icon} {title} · {day}", icon=icon, title=shortened(news.title), day=Day(news.publish_at))


def shortened(title: str) -> str:
    """A title short enough for a button or a sentence."""
    return title if len(title) <= _LABEL else title[: _LABEL - 1].rstrip() + "…"


def _article(content: Content) -> tuple[Block, ...]:
    facts: list[tuple[Text, Line]] = []
    if content.happens_at is not None:
        facts.append((phrase("🗓 When"), (phrase("{time}", time=content.happens_at),)))
    if content.place:
        facts.append((phrase("📍 Where"), (content.place,)))
    head = Heading(f"{_ICONS[content.kind]} {content.title}")
    return (head, *content.body, *((Facts(tuple(facts)),) if facts else ()))


def _footer(content: Content, stamp: Stamp) -> Block:
    kind = kind_name(content.kind)
    line = phrase("{kind} · {day} · {byline}", kind=kind, day=Day(stamp.at), byline=stamp.byline)
    mark = (Italic(phrase("🔥 Urgent · ")),) if stamp.urgent else ()
    until: tuple[Italic, ...] = ()
    if stamp.ends_at is not None and not stamp.outdated:
        until = (Italic(phrase(" · current until {time}", time=stamp.ends_at)),)
    return Paragraph((*mark, Italic(line), *((Italic(phrase(" · changed")),) if stamp.edited else ()), *until))
