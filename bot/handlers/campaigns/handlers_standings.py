"""How far the acknowledgements of a campaign have come: all of them, and for managers those of their people."""

from __future__ import annotations

from bot.handlers.campaigns.room import router
from bot.handlers.campaigns.screens import MISSING_PAGE, missing_screen, standings_screen
from bot.handlers.campaigns.screens_reports import MOST_ROWS, picture_screen, table_screen
from bot.kit.campaigns.actions import ExportCampaign, OpenMissing, OpenStandings, ReportCampaign
from bot.kit.campaigns.looks import look_of
from bot.kit.lists import page_from
from bot.talk.request import Reply, Request
from core.access import COLLEAGUE
from core.campaigns.campaign import access_standings
from core.campaigns.standing import MissingOf, RecipientsOf, StandingsOf


@router.action(OpenStandings, right=COLLEAGUE)
def standings(request: Request, action: OpenStandings) -> Reply:
    """By department."""
    campaign, message_id, team_of = access_standings(request.uow, request.me, action.campaign)
    found = request.uow.ask(StandingsOf(campaign.id, message_id, campaign.asks, team_of))
    title = look_of(campaign).title(request.uow, campaign)
    return standings_screen(campaign, title, found, action.page, all_of_it=team_of is None)


@router.action(OpenMissing, right=COLLEAGUE)
def missing(request: Request, action: OpenMissing) -> Reply:
    """Who has not acknowledged."""
    campaign, message_id, team_of = access_standings(request.uow, request.me, action.campaign)
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


@router.action(ReportCampaign, right=COLLEAGUE)
def report(request: Request, action: ReportCampaign) -> Reply:
    """As a picture."""
    campaign, message_id, team_of = access_standings(request.uow, request.me, action.campaign)
    found = request.uow.ask(StandingsOf(campaign.id, message_id, campaign.asks, team_of))
    return picture_screen(campaign, look_of(campaign).title(request.uow, campaign), found, request.now)


@router.action(ExportCampaign, right=COLLEAGUE)
def export(request: Request, action: ExportCampaign) -> Reply:
    """As a table."""
    campaign, message_id, team_of = access_standings(request.uow, request.me, action.campaign)
    found = request.uow.ask(RecipientsOf(campaign.id, message_id, campaign.asks, team_of, MOST_ROWS))
    return table_screen(campaign, look_of(campaign).title(request.uow, campaign), found, request.now)
