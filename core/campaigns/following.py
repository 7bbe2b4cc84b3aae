"""How far a campaign has come, and when its author is told of it again."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.campaigns.campaign import Campaign, CampaignFinished, CampaignFollowed, CampaignState, event_of
from core.chat.screens import Screen
from core.delivery import Progress, Revise, Send, Tally
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import UnitOfWork

_FASTEST, _SLOWEST = timedelta(seconds=2), timedelta(minutes=5)
_SLOWDOWN = 30
"""The author is told again after this part of the time that it has taken so far."""
_SOON = timedelta(seconds=10)
"""An end so near needs no announcement."""


def do_follow(uow: UnitOfWork, campaign: Campaign) -> Tally | None:
    """The figures as they are now, None before it is out. Notes when it is finished, and when it is so no more."""
    if campaign.message_id is None:
        return None
    tally = uow.ask(Progress(campaign.message_id))
    if tally.waiting:
        campaign.finished_at = None
    elif campaign.finished_at is None and campaign.state is CampaignState.RUNNING:
        campaign.finished_at = uow.now
        uow.emit(event_of(CampaignFinished, campaign))
    return tally


def do_show_progress(uow: UnitOfWork, campaign: Campaign, message: Send, figures: str) -> None:
    """Sends the message by which the author follows it."""
    campaign.progress_id = uow.apply(message)
    campaign.figures = figures


def do_update_progress(uow: UnitOfWork, campaign: Campaign, content: Screen, figures: str) -> None:
    """Brings that message up to date, unless it shows these figures already."""
    if figures != campaign.figures and campaign.progress_id is not None:
        campaign.figures = figures
        uow.apply(Revise(campaign.progress_id, content))


def do_follow_again(uow: UnitOfWork, campaign: Campaign, tally: Tally) -> None:
    """The author is told again while copies are on their way: soon after they were set in motion, later more rarely."""
    campaign.follow_at = None
    if (tally.stale or tally.waiting) and not campaign.paused:
        _again(uow, campaign)


def follow_soon(uow: UnitOfWork, campaign: Campaign) -> None:
    """The author is told of something new that is no copy, unless that will happen anyway."""
    if campaign.follow_at is None or campaign.follow_at < uow.now:
        _again(uow, campaign)


def stop_following(uow: UnitOfWork, campaign: Campaign) -> None:
    """The author is not told again until something happens."""
    campaign.follow_at = None
    uow.apply(CancelTimer(_timer(campaign)))


def stir(uow: UnitOfWork, campaign: Campaign) -> None:
    """Copies were set in motion: the author wants to see it at once."""
    if campaign.message_id is not None:
        tally = uow.ask(Progress(campaign.message_id))
        campaign.stirred_from = tally.total - tally.waiting - tally.stale
    campaign.stirred_at = uow.now
    _again(uow, campaign)


def expected_end(campaign: Campaign, tally: Tally, now: datetime) -> datetime | None:
    """When the last copy will have been served at the pace since they were set in motion; None when it is near or
    cannot be told yet."""
    left = tally.waiting + tally.stale
    done, took = tally.total - left - campaign.stirred_from, now - campaign.stirred_at
    if campaign.paused or not left or done <= 0:
        return None
    ends_at = now + took * (left / done)
    return ends_at if ends_at - now > _SOON else None


def _again(uow: UnitOfWork, campaign: Campaign) -> None:
    wait = min(_SLOWEST, max(_FASTEST, (uow.now - campaign.stirred_at) / _SLOWDOWN))
    campaign.follow_at = uow.now + wait
    uow.apply(SetTimer(_timer(campaign), campaign.follow_at, event_of(CampaignFollowed, campaign)))


def _timer(campaign: Campaign) -> str:
    return f"campaign-progress:{campaign.id}"
