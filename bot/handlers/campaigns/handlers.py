"""Campaigns of all rooms: their authors are told how far they have come, and step in."""

from __future__ import annotations

from bot.handlers.campaigns.room import router
from bot.kit.campaigns.actions import FollowCampaign, HoldCampaign, ResendCampaign
from bot.kit.campaigns.following import followed, held_back, sent_again, tell, tell_started
from bot.talk.request import Reply, Request
from core.access import COLLEAGUE
from core.campaigns.campaign import Campaign, CampaignFollowed, CampaignStarted, access_campaign
from core.campaigns.following import do_follow_again
from core.unit_of_work import UnitOfWork


@router.on(CampaignStarted)
def started(uow: UnitOfWork, event: CampaignStarted) -> None:
    """Gives the author the message that follows it."""
    tell_started(uow, _campaign(uow, event.campaign_id))


@router.on(CampaignFollowed)
def follow(uow: UnitOfWork, event: CampaignFollowed) -> None:
    """Shows the author new figures, and comes back while there are copies on their way."""
    campaign = _campaign(uow, event.campaign_id)
    standing = tell(uow, campaign)
    if standing is not None:
        do_follow_again(uow, campaign, standing.tally)


@router.action(FollowCampaign, right=COLLEAGUE)
def show(request: Request, action: FollowCampaign) -> Reply:
    """How far it has come."""
    return followed(request, access_campaign(request.uow, request.me, action.campaign))


@router.action(HoldCampaign, right=COLLEAGUE)
def hold(request: Request, action: HoldCampaign) -> Reply:
    """Holds the copies back, or lets them go on."""
    return held_back(request, access_campaign(request.uow, request.me, action.campaign), action.hold)


@router.action(ResendCampaign, right=COLLEAGUE)
def resend(request: Request, action: ResendCampaign) -> Reply:
    """Sends the uncertain copies again."""
    return sent_again(request, access_campaign(request.uow, request.me, action.campaign))


def _campaign(uow: UnitOfWork, campaign_id: int) -> Campaign:
    campaign = uow.get(Campaign, campaign_id)
    if campaign is None:
        raise LookupError(f"campaign {campaign_id} is not there any more")
    return campaign
