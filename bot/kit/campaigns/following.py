"""Keeps the author told how far a campaign has come, and answers who else asks."""

from __future__ import annotations

from bot.kit.campaigns.looks import look_of
from bot.kit.campaigns.screens import Standing, figures_of, progress_screen
from bot.talk.request import Reply, Request, Toast
from core.campaigns.campaign import Campaign
from core.campaigns.following import do_follow, do_show_progress, do_update_progress, expected_end
from core.campaigns.sending import do_hold, do_resend
from core.campaigns.standing import CountAcknowledged
from core.chat.phrases import Text, phrase, plural
from core.chat.screens import Screen
from core.delivery import Priority, Progress, Send, Tally, ToPerson
from core.notices import Notice
from core.unit_of_work import UnitOfWork

PROGRESS = Notice("campaigns.progress", phrase("How far what you send to many has come"))


def tell_started(uow: UnitOfWork, campaign: Campaign) -> None:
    """Gives the author the message that follows a campaign."""
    assert campaign.message_id is not None, "it has just been launched"
    standing = standing_of(uow, campaign, uow.ask(Progress(campaign.message_id)))
    told = Send(
        kind=PROGRESS,
        about=campaign.id,
        content=progress_screen(standing),
        to=ToPerson(campaign.author_id),
        priority=Priority.NOTICE,
        key=f"campaign-progress:{campaign.id}",
    )
    do_show_progress(uow, campaign, told, figures_of(standing))


def tell(uow: UnitOfWork, campaign: Campaign) -> Standing | None:
    """Brings the author's message up to date; how far it has come, None before it is out."""
    tally = do_follow(uow, campaign)
    if tally is None:
        return None
    standing = standing_of(uow, campaign, tally)
    do_update_progress(uow, campaign, progress_screen(standing), figures_of(standing))
    return standing


def standing_of(uow: UnitOfWork, campaign: Campaign, tally: Tally) -> Standing:
    """All that the progress of a campaign is shown by."""
    look = look_of(campaign)
    return Standing(
        campaign=campaign,
        tally=tally,
        title=look.title(uow, campaign),
        opens=look.opens(campaign),
        facts=look.facts(uow, campaign),
        rows=look.rows(uow, campaign),
        ends_at=expected_end(campaign, tally, uow.now),
        acknowledged=uow.ask(CountAcknowledged(campaign.id, campaign.asks)) if campaign.asks else 0,
    )


def followed(request: Request, campaign: Campaign) -> Screen | Toast:
    """The author's own message follows by itself; anywhere else the figures are shown as they are now."""
    standing = tell(request.uow, campaign)
    if standing is None:
        return Toast(phrase("This is not published yet."))
    return progress_screen(standing, live=on_progress(request, campaign))


def held_back(request: Request, campaign: Campaign, hold: bool) -> Reply:
    """Holds the copies back, or lets them go on."""
    do_hold(request.uow, campaign, hold, _title(request, campaign))
    return followed(request, campaign)


def sent_again(request: Request, campaign: Campaign) -> Reply:
    """Sends the uncertain copies again."""
    count = do_resend(request.uow, campaign, _title(request, campaign))
    told = Toast(plural("{n} copy is being sent again.", "{n} copies are being sent again.", n=count))
    return told, followed(request, campaign)


def _title(request: Request, campaign: Campaign) -> Text:
    return look_of(campaign).title(request.uow, campaign)


def on_progress(request: Request, campaign: Campaign) -> bool:
    """Whether a button was pressed in the author's own message."""
    return request.in_place and request.copy is not None and request.copy.message_id == campaign.progress_id


def leave_progress(request: Request, campaign: Campaign | None) -> None:
    """A question must not stand in the message that changes by itself: it is asked below."""
    if campaign is not None and on_progress(request, campaign):
        request.copy = None
