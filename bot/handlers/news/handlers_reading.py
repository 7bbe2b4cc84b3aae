"""/news: the list and the items, for everybody."""

from __future__ import annotations

from bot.handlers.news.actions import ListNews, OpenNews, Rack, ShowFiles, ShowReading
from bot.handlers.news.room import ITEM, REQUIRED, router
from bot.handlers.news.screens import (
    PAGE,
    files_screen,
    item_label,
    list_screen,
    opened_screen,
    state_line,
    to_author_screen,
)
from bot.handlers.news.screens_editor import editor_rows
from bot.kit.lists import page_from
from bot.talk.finding import Hit
from bot.talk.menu import OpenMe
from bot.talk.request import Reply, Request
from bot.talk.sections import Section
from bot.talk.settings import Toggle
from core.access import COLLEAGUE
from core.campaigns.acknowledging import is_asked, question
from core.chat.events import Attached, Read, Said
from core.chat.layout import plain
from core.chat.phrases import Phrase, phrase
from core.chat.screens import Screen
from core.news.item import PUBLISH_NEWS, AllNews, FindNews, PublishedFor, Shelf, State, access_news, campaign_of
from core.news.opening import COUNTED, SHOWS_READING, note_reading
from core.options import option_of
from core.people.person import Person
from core.search import excerpt, stems
from core.settings import do_set

router.entry(Section.NEWS, phrase("📰 News"), ListNews(), right=COLLEAGUE, weight=10)

_SHOWN_TO_EDITORS = (State.PUBLISHED, State.SCHEDULED, State.EXPIRED, State.WITHDRAWN)
_WORDS = 12
"""Words of a text that are looked for."""
_FOUND = 30


@router.command("news", right=COLLEAGUE, section=Section.NEWS, describe=phrase("Company news"))
def news(request: Request, words: str) -> Reply:
    """The first page."""
    return _page(request, 0, Rack.READ)


@router.action(ListNews, right=COLLEAGUE)
def turn(request: Request, action: ListNews) -> Reply:
    """A page; one that is not there any more gives the last one."""
    rack = action.rack if request.may(PUBLISH_NEWS) else Rack.READ
    return _page(request, action.page, rack)


@router.action(OpenNews, right=COLLEAGUE)
def open_item(request: Request, action: OpenNews) -> Reply:
    """An item, with what an editor can do with it."""
    item = access_news(request.uow, request.me, action.news)
    page, campaign = max(0, action.page), campaign_of(request.uow, item)
    ask = (question(campaign.id, campaign.asks),) if campaign and is_asked(request.uow, request.me, campaign) else ()
    if not request.may(PUBLISH_NEWS):
        return opened_screen(item, page, action.rack, ask)
    state = state_line(item, held=campaign is not None and campaign.paused)
    return opened_screen(item, page, action.rack, (*ask, *editor_rows(item)), state)


@router.action(ShowFiles, right=COLLEAGUE)
def show_files(request: Request, action: ShowFiles) -> Reply:
    """The files of an item."""
    item = access_news(request.uow, request.me, action.news)
    return files_screen(item, max(0, action.page), action.rack)


@router.action(ShowReading, right=COLLEAGUE)
def show_reading(request: Request, action: ShowReading) -> Reply:
    """Lets others be told what the person has opened, or not: from a menu of before there were other settings."""
    do_set(request.uow, request.me, SHOWS_READING, action.shown)
    return request.house.actions[OpenMe].handler(request, OpenMe())


@router.sees(Read, right=COLLEAGUE)
def has_read(request: Request, event: Read) -> None:
    """What a person has seen counts as opened, where the person allows it."""
    if event.private:
        note_reading(request.uow, request.me, event.messenger, event.chat, event.message, event.at)


@router.finds(phrase("news"), right=COLLEAGUE)
def find(request: Request, text: str) -> list[Hit]:
    """News whose title or text has the words."""
    wanted = tuple(stems(text)[:_WORDS])
    states = _SHOWN_TO_EDITORS if request.may(PUBLISH_NEWS) else None
    found = request.uow.ask(FindNews(person=request.me, stems=wanted, states=states, limit=_FOUND))
    return [
        Hit(
            title=item_label(one.news),
            action=OpenNews(one.news.id),
            score=one.score,
            snippet=excerpt(plain(one.news.content.body), wanted),
        )
        for one in found
    ]


@router.replies(ITEM, right=COLLEAGUE)
@router.replies(REQUIRED, right=COLLEAGUE)
def reply(request: Request, about: int, event: Said | Attached) -> Reply:
    """Who replies to news means their author, who does not read along here."""
    return to_author_screen(request.uow.get(Person, access_news(request.uow, request.me, about).author_id))


def _reading(request: Request, shown: bool) -> Phrase:
    if shown and option_of(request.uow, COUNTED):
        return phrase("HR sees how many have, where the messenger tells me")
    return phrase("nobody is told")


router.setting(
    SHOWS_READING,
    phrase("When you open news"),
    order=50,
    change=Toggle(turn_on=phrase("Tell what I open"), turn_off=phrase("Do not tell what I open")),
    shown=_reading,
)


def _page(request: Request, page: int, rack: Rack) -> Screen:
    shelf, here = page_from(lambda offset, limit: _shelf(request, rack, offset, limit), page, PAGE)
    scheduled = 0
    if rack is Rack.READ and request.may(PUBLISH_NEWS):
        scheduled = request.uow.ask(AllNews(states=(State.SCHEDULED,), offset=0, limit=0)).total
    return list_screen(shelf, here, rack, scheduled)


def _shelf(request: Request, rack: Rack, offset: int, limit: int) -> Shelf:
    if rack is Rack.SCHEDULED:
        return request.uow.ask(AllNews(states=(State.SCHEDULED,), offset=offset, limit=limit))
    if request.may(PUBLISH_NEWS):
        return request.uow.ask(AllNews(states=_SHOWN_TO_EDITORS, offset=offset, limit=limit))
    return request.uow.ask(PublishedFor(person=request.me, offset=offset, limit=limit))
