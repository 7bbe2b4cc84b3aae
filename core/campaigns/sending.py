"""What becomes of a campaign: planned, launched, moved, given up, changed, held back, taken back, followed.

Each step may be asked for twice (a double press, an event delivered again): the second time changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core.campaigns.campaign import (
    Campaign,
    CampaignDue,
    CampaignFinished,
    CampaignFollowed,
    CampaignStarted,
    CampaignState,
    event_of,
)
from core.chat.phrases import phrase
from core.chat.screens import Screen
from core.delivery import Pause, Priority, Progress, Resend, Revise, Send, Tally, ToAudience, Withdraw
from core.notices import known_notices
from core.people.audience import Audience, CountAudience
from core.people.person import Person
from core.timers import CancelTimer, SetTimer
from core.unit_of_work import Refused, UnitOfWork

_FASTEST, _SLOWEST = timedelta(seconds=2), timedelta(minutes=5)
_SLOWDOWN = 30
"""The author is told again after this part of the time that it has taken so far."""
_SOON = timedelta(seconds=10)
"""An end so near needs no announcement."""


def check_audience(uow: UnitOfWork, audience: Audience) -> int:
    """How many people are in an audience. Raises `Refused` when nobody is."""
    count = uow.ask(CountAudience(audience))
    if not count:
        raise Refused(phrase("Nobody would receive this. Please choose another audience."))
    return count


def check_future(uow: UnitOfWork, at: datetime | None) -> None:
    """Raises `Refused` for a time that has passed; None means now."""
    if at is not None and at <= uow.now:
        raise Refused(phrase("This time has passed. Please choose a later one, or publish now."))


def do_plan(
    uow: UnitOfWork,
    actor: Person,
    kind: str,
    about: int,
    audience: Audience,
    at: datetime | None = None,
    *,
    urgent: bool = False,
) -> Campaign:
    """Plans a campaign about a thing of its room. At its time, when it has one, `CampaignDue` tells the room to launch
    it. Raises `Refused` for an empty audience or a time that has passed."""
    check_audience(uow, audience)
    check_future(uow, at)
    campaign = Campaign(
        kind=kind,
        about=about,
        author_id=actor.id,
        audience=audience,
        starts_at=at or uow.now,
        stirred_at=uow.now,
        urgent=urgent,
    )
    uow.add(campaign)
    uow.flush()
    if at is not None:
        uow.apply(SetTimer(_start(campaign), at, event_of(CampaignDue, campaign)))
    return campaign


def do_launch(uow: UnitOfWork, campaign: Campaign, content: Screen) -> None:
    """Sends a planned campaign to everybody in its audience; nothing when it is out already or was given up."""
    if campaign.state is not CampaignState.PLANNED:
        return
    uow.apply(CancelTimer(_start(campaign)))
    campaign.state = CampaignState.RUNNING
    campaign.starts_at = uow.now
    campaign.message_id = uow.apply(
        Send(
            kind=known_notices()[campaign.kind],
            about=campaign.about,
            content=content,
            to=ToAudience(campaign.audience),
            priority=Priority.BROADCAST,
            key=f"campaign:{campaign.id}",
            urgent=campaign.urgent,
        )
    )
    _stir(uow, campaign)
    uow.emit(event_of(CampaignStarted, campaign))


def do_reschedule(uow: UnitOfWork, campaign: Campaign, at: datetime) -> None:
    """Moves a planned campaign to another time. Raises `Refused` for a time that has passed."""
    check_future(uow, at)
    if campaign.state is CampaignState.PLANNED:
        campaign.starts_at = at
        uow.apply(SetTimer(_start(campaign), at, event_of(CampaignDue, campaign)))


def do_cancel(uow: UnitOfWork, campaign: Campaign) -> None:
    """Gives up a planned campaign."""
    if campaign.state is CampaignState.PLANNED:
        campaign.state = CampaignState.CANCELLED
        uow.apply(CancelTimer(_start(campaign)))


def do_revise(uow: UnitOfWork, campaign: Campaign, content: Screen) -> None:
    """Makes every copy say something else."""
    if campaign.message_id is not None and campaign.state is CampaignState.RUNNING:
        uow.apply(Revise(campaign.message_id, content))
        _stir(uow, campaign)


def do_withdraw(uow: UnitOfWork, campaign: Campaign, tombstone: Screen) -> None:
    """Takes every copy back; where one is too old to be deleted it shows `tombstone`."""
    if campaign.message_id is not None and campaign.state is CampaignState.RUNNING:
        campaign.state = CampaignState.WITHDRAWN
        campaign.paused = False
        uow.apply(Withdraw(campaign.message_id, tombstone))
        _stir(uow, campaign)


def do_hold(uow: UnitOfWork, campaign: Campaign, held: bool) -> bool:
    """Holds the copies back that are not sent, or lets them go on; False when it is so already."""
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING or campaign.paused is held:
        return False
    campaign.paused = held
    uow.apply(Pause(campaign.message_id, held))
    if held:
        uow.apply(CancelTimer(_progress(campaign)))
    else:
        _stir(uow, campaign)
    return True


def do_resend(uow: UnitOfWork, campaign: Campaign) -> int:
    """Sends the uncertain copies of a running campaign again; how many."""
    if campaign.message_id is None or campaign.state is not CampaignState.RUNNING:
        return 0
    count = uow.apply(Resend(campaign.message_id))
    _stir(uow, campaign)
    return count


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


def follow_again(uow: UnitOfWork, campaign: Campaign, tally: Tally) -> None:
    """The author is told again while copies are on their way: soon after they were set in motion, later more rarely."""
    if (tally.stale or tally.waiting) and not campaign.paused:
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


def _stir(uow: UnitOfWork, campaign: Campaign) -> None:
    """Copies were set in motion: the author wants to see it at once."""
    if campaign.message_id is not None:
        tally = uow.ask(Progress(campaign.message_id))
        campaign.stirred_from = tally.total - tally.waiting - tally.stale
    campaign.stirred_at = uow.now
    _again(uow, campaign)


def _again(uow: UnitOfWork, campaign: Campaign) -> None:
    wait = min(_SLOWEST, max(_FASTEST, (uow.now - campaign.stirred_at) / _SLOWDOWN))
    uow.apply(SetTimer(_progress(campaign), uow.now + wait, event_of(CampaignFollowed, campaign)))


def _start(campaign: Campaign) -> str:
    return f"campaign:{campaign.id}"


def _progress(campaign: Campaign) -> str:
    return f"campaign-progress:{campaign.id}"
