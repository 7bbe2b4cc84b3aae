"""Acknowledgements of all campaigns: they are given, chased for and looked at."""

from __future__ import annotations

from bot.handlers.campaigns.room import router
from bot.handlers.campaigns.screens import (
    escalation_screen,
    reminder_screen,
)
from bot.kit.campaigns.actions import RemindOf
from bot.kit.campaigns.following import followed
from bot.kit.campaigns.looks import look_of
from bot.talk.request import Reply, Request, Toast
from core.access import COLLEAGUE
from core.campaigns.acknowledging import AcknowledgeCampaign, Answered, do_acknowledge
from core.campaigns.campaign import (
    Campaign,
    CampaignChased,
    CampaignEscalates,
    CampaignReminds,
    access_campaign,
)
from core.campaigns.chasing import do_chase, do_escalate, do_remind, do_remind_now
from core.chat.phrases import Text, phrase, plural
from core.chat.screens import Screen
from core.unit_of_work import UnitOfWork


@router.action(AcknowledgeCampaign, right=COLLEAGUE)
def acknowledge(request: Request, action: AcknowledgeCampaign) -> Reply:
    """Somebody has read it: the copy itself shows that."""
    match do_acknowledge(request.uow, request.me, action.campaign, action.version):
        case Answered.NEW:
            return Toast(phrase("Thank you, that is noted."))
        case Answered.KNOWN:
            return Toast(phrase("You have acknowledged this already."))
        case Answered.OUTDATED:
            return Toast(phrase("This has been changed meanwhile. Please read it again."))


@router.on(CampaignChased)
def chase(uow: UnitOfWork, event: CampaignChased) -> None:
    """It is time to do something about those who have not acknowledged."""
    campaign = uow.get(Campaign, event.campaign_id)
    if campaign is not None:
        do_chase(uow, campaign, event.version)


@router.on(CampaignReminds)
def remind(uow: UnitOfWork, event: CampaignReminds) -> None:
    """Reminds those who have not acknowledged."""
    campaign = uow.get(Campaign, event.campaign_id)
    if campaign is not None:
        _, screen = _reminder(uow, campaign, anew=event.anew)
        do_remind(uow, campaign, screen, anew=event.anew)


@router.on(CampaignEscalates)
def escalate(uow: UnitOfWork, event: CampaignEscalates) -> None:
    """Tells those whose people have not acknowledged."""
    campaign = uow.get(Campaign, event.campaign_id)
    if campaign is not None:
        do_escalate(uow, campaign, escalation_screen(campaign, look_of(campaign).title(uow, campaign)))


@router.action(RemindOf, right=COLLEAGUE)
def remind_now(request: Request, action: RemindOf) -> Reply:
    """Reminds now, unless that was done enough."""
    campaign = access_campaign(request.uow, request.me, action.campaign)
    title, screen = _reminder(request.uow, campaign)
    count = do_remind_now(request.uow, campaign, screen, title)
    told = plural("{n} person is being reminded.", "{n} people are being reminded.", n=count)
    return Toast(told), followed(request, campaign)


def _reminder(uow: UnitOfWork, campaign: Campaign, *, anew: bool = False) -> tuple[Text, Screen]:
    """What a campaign is about, and how people are reminded of it."""
    look = look_of(campaign)
    title = look.title(uow, campaign)
    return title, reminder_screen(title, look.opens(campaign), anew=anew)
