"""Acknowledgements of all campaigns: they are given, chased for and looked at."""

from __future__ import annotations

from bot.handlers.campaigns.room import router
from bot.handlers.campaigns.screens import (
    MISSING_PAGE,
    escalation_screen,
    missing_screen,
    reminder_screen,
    standings_screen,
)
from bot.kit.campaigns.actions import OpenMissing, OpenStandings, RemindOf
from bot.kit.campaigns.following import followed
from bot.kit.campaigns.looks import look_of
from bot.kit.lists import page_from
from bot.talk.request import Reply, Request, Toast
from core.access import COLLEAGUE
from core.campaigns.acknowledging import AcknowledgeCampaign, Answered, do_acknowledge
from core.campaigns.campaign import (
    Campaign,
    CampaignChased,
    CampaignEscalates,
    CampaignReminds,
    access_campaign,
    access_standings,
)
from core.campaigns.chasing import check_reminding, do_chase, do_escalate, do_remind
from core.campaigns.standing import MissingOf, StandingsOf
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


@router.action(OpenStandings, right=COLLEAGUE)
def standings(request: Request, action: OpenStandings) -> Reply:
    """How far the acknowledgements have come, by department; for managers those of their people."""
    campaign, team_of = access_standings(request.uow, request.me, action.campaign)
    assert campaign.message_id is not None, "it is out"
    found = request.uow.ask(StandingsOf(campaign.id, campaign.message_id, campaign.asks, team_of))
    title = look_of(campaign).title(request.uow, campaign)
    return standings_screen(campaign, title, found, action.page, all_of_it=team_of is None)


@router.action(OpenMissing, right=COLLEAGUE)
def missing(request: Request, action: OpenMissing) -> Reply:
    """Who has not acknowledged."""
    campaign, team_of = access_standings(request.uow, request.me, action.campaign)
    message_id = campaign.message_id
    assert message_id is not None, "it is out"
    part, page = page_from(
        lambda offset, limit: request.uow.ask(
            MissingOf(
                campaign_id=campaign.id,
                message_id=message_id,
                version=campaign.asks,
                department_id=action.department,
                part=action.part,
                team_of=team_of,
                offset=offset,
                limit=limit,
            )
        ),
        action.page,
        MISSING_PAGE,
    )
    return missing_screen(look_of(campaign).title(request.uow, campaign), part, page, action)


def _remind(uow: UnitOfWork, campaign: Campaign, *, anew: bool = False) -> int:
    look = look_of(campaign)
    screen = reminder_screen(look.title(uow, campaign), look.opens(campaign), anew=anew)
    return do_remind(uow, campaign, screen, anew=anew)
