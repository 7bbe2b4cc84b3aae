"""The news as campaigns: they go out, change and are taken back, and how they look while they are followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.handlers.news.actions import EditNews, FollowNews, HoldNews, OpenNews, ResendNews, WithdrawNews
from bot.handlers.news.room import router
from bot.handlers.news.screens import copy_of, shortened, shown_as, tombstone
from bot.kit.campaigns.following import followed, held_back, sent_again
from bot.kit.campaigns.looks import Fact, looks
from bot.kit.campaigns.screens import number
from bot.talk.request import Reply, Request
from core.campaigns.campaign import Campaign, CampaignDue, CampaignExpired, access_campaign
from core.campaigns.sending import do_expire, do_launch, do_revise, do_withdraw
from core.chat.actions import Action
from core.chat.codec import record
from core.chat.phrases import Text, phrase
from core.chat.screens import Button, Row
from core.delivery import Reshow
from core.news.item import (
    CAMPAIGN,
    PUBLISH_NEWS,
    News,
    NewsChanged,
    NewsPublished,
    NewsWithdrawn,
    State,
    access_news,
    campaign_of,
)
from core.news.opening import COUNTED, OpenedBy
from core.news.publishing import do_outdate, do_release
from core.options import option_of
from core.timers import SetTimer
from core.unit_of_work import DomainEvent, Refused, UnitOfWork


@record
@dataclass(frozen=True, slots=True)
class ViewsLeft(DomainEvent):
    """More answers show an item and are to follow it: those after this one."""

    news_id: int
    after: int


class _NewsLook:
    """What is said of a news item while it is followed."""

    def title(self, uow: UnitOfWork, campaign: Campaign) -> Text:
        return shortened(_item(uow, campaign.about).title)

    def opens(self, campaign: Campaign) -> Action:
        return OpenNews(campaign.about)

    def facts(self, uow: UnitOfWork, campaign: Campaign) -> Sequence[Fact]:
        opened = uow.ask(OpenedBy(campaign.about)) if option_of(uow, COUNTED) else 0
        return ((phrase("Opened, as far as I know"), (number(opened),)),) if opened else ()

    def rows(self, uow: UnitOfWork, campaign: Campaign) -> Sequence[Row]:
        edit = Button(phrase("✏️ Edit"), EditNews(campaign.about))
        return ((edit, Button(phrase("⛔ Withdraw"), WithdrawNews(campaign.about))),)


looks(CAMPAIGN, _NewsLook())


@router.on(CampaignDue)
def release(uow: UnitOfWork, event: CampaignDue) -> None:
    """Publishes an item whose time has come."""
    if event.kind == CAMPAIGN:
        do_release(uow, _item(uow, event.about))


@router.on(NewsPublished)
def send(uow: UnitOfWork, event: NewsPublished) -> None:
    """Sends an item to everybody in its audience."""
    news, campaign = _sent(uow, event.news_id)
    if campaign is not None:
        do_launch(uow, campaign, copy_of(news), news.version)


@router.on(NewsChanged)
def change(uow: UnitOfWork, event: NewsChanged) -> None:
    """Makes every copy say what the item says now."""
    news, campaign = _sent(uow, event.news_id)
    if campaign is not None:
        do_revise(uow, campaign, copy_of(news), news.version, essential=event.essential)
    _views_follow(uow, news)


@router.on(CampaignExpired)
def outdate(uow: UnitOfWork, event: CampaignExpired) -> None:
    """Marks every copy of an item that is out of date, and sends it to nobody else."""
    if event.kind == CAMPAIGN:
        news, campaign = _sent(uow, event.about)
        if campaign is not None and do_outdate(news):
            do_expire(uow, campaign, copy_of(news))
            _views_follow(uow, news)


@router.on(NewsWithdrawn)
def withdraw(uow: UnitOfWork, event: NewsWithdrawn) -> None:
    """Takes every copy back."""
    news, campaign = _sent(uow, event.news_id)
    if campaign is not None:
        do_withdraw(uow, campaign, tombstone())
    _views_follow(uow, news)


@router.on(ViewsLeft)
def views_follow(uow: UnitOfWork, event: ViewsLeft) -> None:
    """Goes on with the answers that show an item."""
    _views_follow(uow, _item(uow, event.news_id), event.after)


def _views_follow(uow: UnitOfWork, news: News, after: int = 0) -> None:
    """What readers have opened from the list is no copy, but says what the item says now as well: some at a time."""
    over = news.state is State.WITHDRAWN
    blocks = (tombstone() if over else copy_of(news)).blocks
    last = uow.apply(Reshow(shows=shown_as(news.id), blocks=blocks, over=over, after=after))
    if last is not None:
        uow.apply(SetTimer(f"news.views:{news.id}", uow.now, ViewsLeft(news.id, last)))


@router.action(FollowNews, right=PUBLISH_NEWS)
def follow(request: Request, action: FollowNews) -> Reply:
    """How far an item has come."""
    return followed(request, _campaign(request, action.news))


@router.action(HoldNews, right=PUBLISH_NEWS)
def hold_back(request: Request, action: HoldNews) -> Reply:
    """A button of an earlier version: holds the copies back, or lets them go on."""
    return held_back(request, _campaign(request, action.news), action.hold)


@router.action(ResendNews, right=PUBLISH_NEWS)
def send_again(request: Request, action: ResendNews) -> Reply:
    """A button of an earlier version: sends the uncertain copies again."""
    return sent_again(request, _campaign(request, action.news))


def _campaign(request: Request, news_id: int) -> Campaign:
    news = access_news(request.uow, request.me, news_id)
    if news.campaign_id is None:
        raise Refused(phrase("This news item was not sent to anybody."))
    return access_campaign(request.uow, request.me, news.campaign_id)


def _sent(uow: UnitOfWork, news_id: int) -> tuple[News, Campaign | None]:
    news = _item(uow, news_id)
    return news, campaign_of(uow, news)


def _item(uow: UnitOfWork, news_id: int) -> News:
    news = uow.get(News, news_id)
    if news is None:
        raise LookupError(f"news {news_id} is not there any more")
    return news
