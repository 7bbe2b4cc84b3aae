"""/publish and what editors press: they write, change, schedule, follow, hold back and withdraw news."""

from __future__ import annotations

from bot.handlers.news.actions import (
    CancelNews,
    ChangePart,
    CopyNews,
    EditNews,
    ListNews,
    MoveNews,
    NewsHistory,
    OpenVersion,
    Rack,
    ReleaseNews,
    RestoreVersion,
    WithdrawNews,
    WriteNews,
)
from bot.handlers.news.forms import MoveForm, PublishForm, WritingForm, copying, editing
from bot.handlers.news.room import router
from bot.handlers.news.screens_editor import (
    history_screen,
    started_screen,
    sure_screen,
    told_screen,
    version_screen,
)
from bot.kit.audiences import unreached
from bot.kit.campaigns.following import leave_progress
from bot.talk.asking import Control, FormPress
from bot.talk.forms import draft_here, press_form, turn_to
from bot.talk.request import Reply, Request, Start, Toast
from bot.talk.sections import Section
from core.chat.phrases import Command, phrase
from core.news.item import PUBLISH_NEWS, CountScheduled, State, VersionsOf, access_news, access_to_change, campaign_of
from core.news.publishing import access_version, do_cancel, do_release, do_restore, do_withdraw
from core.people.person import Person


def _scheduled(request: Request) -> int:
    return request.uow.ask(CountScheduled())


router.entry(Section.NEWS, phrase("✏️ Publish news"), WriteNews(), right=PUBLISH_NEWS, weight=20)
router.entry(
    Section.NEWS,
    phrase("🕓 Scheduled news"),
    ListNews(rack=Rack.SCHEDULED),
    right=PUBLISH_NEWS,
    weight=30,
    count=_scheduled,
)


@router.command("publish", right=PUBLISH_NEWS, section=Section.NEWS, describe=phrase("Write and publish news"))
def publish(request: Request, words: str) -> Reply:
    """Begins a new item."""
    return Start(PublishForm)


@router.action(WriteNews, right=PUBLISH_NEWS)
def write(request: Request, action: WriteNews) -> Reply:
    """The same from a button."""
    return Start(PublishForm)


@router.action(ChangePart, right=PUBLISH_NEWS)
def change_part(request: Request, action: ChangePart) -> Reply:
    """Leaves the preview for one part; the part leads back to it."""
    draft = draft_here(request)
    form = request.house.forms.get(draft.form) if draft is not None else None
    if draft is None or not isinstance(form, WritingForm):
        return Toast(phrase("This form is closed. Start again from {menu}.", menu=Command("menu")))
    if request.copy is not None and request.copy.message_id != draft.message_id:
        return press_form(request, FormPress(draft.id, draft.version - 1, Control.PICK))  # of an earlier preview
    turn_to(draft, form.first_step(action.part, draft.values), part=action.part.value)
    return press_form(request, FormPress(draft.id, draft.version, Control.RESUME))


@router.action(EditNews, right=PUBLISH_NEWS)
def edit(request: Request, action: EditNews) -> Reply:
    """Opens the form with what the item says now."""
    news = access_to_change(request.uow, request.me, action.news)
    leave_progress(request, campaign_of(request.uow, news))
    return editing(news)


@router.action(CopyNews, right=PUBLISH_NEWS)
def copy(request: Request, action: CopyNews) -> Reply:
    """Begins a new item with what one says that is over."""
    return copying(access_news(request.uow, request.me, action.news), request.now)


@router.action(MoveNews, right=PUBLISH_NEWS)
def move(request: Request, action: MoveNews) -> Reply:
    """Asks for another time."""
    news = access_to_change(request.uow, request.me, action.news)
    if news.state is not State.SCHEDULED:
        return Toast(phrase("This news item has been published already."))
    return Start(MoveForm, (("news", news.id),))


@router.action(ReleaseNews, right=PUBLISH_NEWS)
def release(request: Request, action: ReleaseNews) -> Reply:
    """Publishes a scheduled item now."""
    news = access_to_change(request.uow, request.me, action.news)
    if news.state is not State.SCHEDULED:
        return Toast(phrase("This news item has been published already."))
    do_release(request.uow, news)
    return started_screen(news, *unreached(request.uow, news.audience))


@router.action(CancelNews, right=PUBLISH_NEWS)
def cancel(request: Request, action: CancelNews) -> Reply:
    """Gives up a scheduled item, after a question."""
    news = access_to_change(request.uow, request.me, action.news)
    if not action.sure:
        return sure_screen(news, cancel=True)
    do_cancel(request.uow, news)
    return told_screen(news, phrase("The publication was cancelled."))


@router.action(WithdrawNews, right=PUBLISH_NEWS)
def withdraw(request: Request, action: WithdrawNews) -> Reply:
    """Takes an item back from everybody, after a question."""
    news = access_to_change(request.uow, request.me, action.news)
    if not action.sure:
        leave_progress(request, campaign_of(request.uow, news))
        return sure_screen(news, cancel=False)
    do_withdraw(request.uow, news)
    return told_screen(news, phrase("Withdrawn. The progress message tells whether every copy could be reached."))


@router.action(NewsHistory, right=PUBLISH_NEWS)
def history(request: Request, action: NewsHistory) -> Reply:
    """The versions of an item."""
    news = access_news(request.uow, request.me, action.news)
    versions = request.uow.ask(VersionsOf(news.id))
    authors = {version.author_id: request.uow.get(Person, version.author_id) for version in versions}
    names = {key: author.name for key, author in authors.items() if author is not None}
    return history_screen(news, versions, names, action.page)


@router.action(OpenVersion, right=PUBLISH_NEWS)
def open_version(request: Request, action: OpenVersion) -> Reply:
    """What an item said in one version."""
    news = access_news(request.uow, request.me, action.news)
    return version_screen(news, access_version(request.uow, news, action.number))


@router.action(RestoreVersion, right=PUBLISH_NEWS)
def restore(request: Request, action: RestoreVersion) -> Reply:
    """Makes an item say again what one version said."""
    news = access_to_change(request.uow, request.me, action.news)
    if do_restore(request.uow, request.me, news, action.number):
        return told_screen(news, phrase("Restored. Copies that were sent change in place."))
    return told_screen(news, phrase("The item says this already."))
