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
from core.campaigns.chasing import check_reminding, do_chase, do_escalate, do_remind
from core.chat.phrases import phrase, plural
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
        _remind(uow, campaign, anew=event.anew)


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
    check_reminding(request.uow, campaign)
    count = _remind(request.uow, campaign)
    told = plural("{n} person is being reminded.", "{n} people are being reminded.", n=count)
    return Toast(told), followed(request, campaign)


def _remind(uow: UnitOfWork, campaign: Campaign, *, anew: bool = False) -> int:
    look = look_of(campaign)
    screen = reminder_screen(look.title(uow, campaign), look.opens(campaign), anew=anew)
    return do_remind(uow, campaign, screen, anew=anew)
